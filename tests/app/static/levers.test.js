import assert from "node:assert/strict";
import { beforeEach, test } from "node:test";

import { amountOf, changesOf, levelAt } from "../../../src/corredor/app/static/levers.js";
import { speak } from "./made_up.js";

beforeEach(() => speak());

const MONTHS = ["2023-02", "2023-03", "2023-05"].map((month) => ({ month, low: 0, middle: 1, high: 2, moved: false }));

test("a lever is what it is in its month, or in the last one before", () => {
  const at = (start) => levelAt(MONTHS, start).month;
  assert.deepEqual(["2023-02-01", "2023-03-31", "2023-04-10", "2024-01-01"].map(at), ["2023-02", "2023-03", "2023-03", "2023-05"]);
  assert.equal(at("2022-12-31"), "2023-02");
});

test("what was moved is asked for, in the order of the form", () => {
  const levers = ["a", "b", "c"].map((item) => ({ item, lever: `process.${item}`, key: "south" }));
  const moved = new Map([["c", { way: "factor", value: 0.5 }], ["a", { way: "value", value: 0 }], ["gone", { way: "value", value: 1 }]]);
  assert.deepEqual(changesOf(levers, moved, "2023-03-01"), [
    { lever: "process.a", key: "south", way: "value", value: 0, start: "2023-03-01" },
    { lever: "process.c", key: "south", way: "factor", value: 0.5, start: "2023-03-01" },
  ]);
  assert.deepEqual(changesOf(levers, new Map(), null), []);
});

test("a value is read in the unit of the form, with three digits", () => {
  assert.equal(amountOf(0.0123456, 1000), "12.3");
  assert.equal(amountOf(0.3, 100), "30");
  assert.equal(amountOf(1234.5, 1), "1,230");
});
