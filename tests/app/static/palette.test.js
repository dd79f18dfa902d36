import assert from "node:assert/strict";
import { test } from "node:test";

import { DASHES, LINES, MAP } from "../../../src/corredor/app/static/palette.js";

test("every line has a colour and a dash of its own", () => {
  assert.equal(DASHES.length, LINES.length);
  assert.equal(new Set(LINES).size, LINES.length);
  assert.equal(new Set(DASHES).size, DASHES.length);
});

test("colours are written so that every viewer of pictures knows them", () => {
  for (const colour of [...LINES, ...Object.values(MAP)]) assert.match(colour, /^#[0-9a-f]{6}$/);
});
