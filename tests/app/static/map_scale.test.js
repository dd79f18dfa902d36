import assert from "node:assert/strict";
import { test } from "node:test";

import { barBox, kilometres } from "../../../src/corredor/app/static/map_scale.js";

test("the bar is the longest round number of kilometres that has room", () => {
  assert.deepEqual([10, 9, 4, 1, 0.2].map(kilometres), [1000, 500, 200, 100, 20]);
  for (let scale = 0.2; scale < 9; scale += 0.1) assert.ok(kilometres(scale) / scale <= 110, `${scale}`);
});

test("its box lies in the lower left of the view, as wide as the bar at least", () => {
  const [left, top, right, bottom] = barBox([-50, 20, 800, 400], 2);
  assert.equal(left, -50);
  assert.ok(right - left > kilometres(2));
  assert.ok(top > 220 && top < bottom);
  assert.equal(bottom, 420);
});
