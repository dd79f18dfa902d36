import assert from "node:assert/strict";
import { beforeEach, test } from "node:test";

import { looksOf, tellDifference } from "../../../src/corredor/app/static/map_difference.js";
import { MAP } from "../../../src/corredor/app/static/palette.js";
import { speak } from "./made_up.js";

beforeEach(() => speak({ map: { place_difference: "{place}: {people} people" } }));

test("people are one colour, and a place without them is faint", () => {
  assert.equal(looksOf(5, false).fill, MAP.people);
  assert.ok(looksOf(0, false)["fill-opacity"] < looksOf(5, false)["fill-opacity"]);
});

test("people more are full, people fewer hollow and in another colour", () => {
  const [more, same, fewer] = [3, 0, -3].map((value) => looksOf(value, true));
  assert.equal(more.fill, MAP.more);
  assert.equal(fewer.fill, MAP.fewer);
  assert.notEqual(more.fill, fewer.fill);
  assert.ok(fewer["fill-opacity"] < more["fill-opacity"] && fewer["stroke-width"] > more["stroke-width"]);
  assert.equal(same.stroke, MAP.edge);
});

test("a circle always has the same attributes, so that none is left from before", () => {
  const names = [[5, false], [0, false], [5, true], [-5, true]].map(([value, difference]) => Object.keys(looksOf(value, difference)));
  for (const mine of names) assert.deepEqual(mine, names[0]);
});

test("a difference is told with its sign", () => {
  assert.equal(tellDifference("Ayutla", 12), "Ayutla: +12 people");
  assert.equal(tellDifference("Ayutla", -1), "Ayutla: −1 people");
});
