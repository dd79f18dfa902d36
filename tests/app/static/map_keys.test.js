import assert from "node:assert/strict";
import { test } from "node:test";

import { nice } from "../../../src/corredor/app/static/map_keys.js";

test("the numbers of the key are round, and not above what there is", () => {
  assert.deepEqual([1, 9, 10, 19, 345, 9999, 123456].map(nice), [1, 9, 10, 10, 300, 9000, 100000]);
});

test("the least number is one", () => {
  assert.deepEqual([0, 0.2, 1.7].map(nice), [1, 1, 1]);
});
