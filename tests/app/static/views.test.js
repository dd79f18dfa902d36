import assert from "node:assert/strict";
import { test } from "node:test";

import { viewOf } from "../../../src/corredor/app/static/views.js";

const NAMES = ["map", "needs", "compare"];

test("an address names its page", () => {
  assert.equal(viewOf("#/needs", NAMES), "needs");
});

test("any other address is that of the first page", () => {
  for (const hash of ["", "#content", "#/", "#/none", "#/needs/more", "needs", "x#/needs", "#/Needs"]) assert.equal(viewOf(hash, NAMES), "map", hash);
});
