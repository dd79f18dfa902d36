import assert from "node:assert/strict";
import { beforeEach, test } from "node:test";

import { change, inOrder, paired, suggestion, told } from "../../../src/corredor/app/static/compare.js";
import { run, speak } from "./made_up.js";

beforeEach(() => speak({ compare: { change: "{difference} ({low} to {high})", change_percent: "{difference} ({low} to {high}), {percent} %" } }));

const NEW = run({ id: "new" }), OTHER = run({ id: "other" }, { seed: 2 }), OLD = run({ id: "old" });
const RUNS = [NEW, OTHER, OLD]; // the newest first

test("what no run has any of is not told", () => {
  const sums = (...means) => ({ sums: means.map((mean) => ({ mean, low: 0, high: 0 })) });
  assert.deepEqual([sums(0, 0), sums(0, 2), sums(null, 0)].map(told), [false, true, true]);
});

test("runs have the same chance with the same seed, number and draw", () => {
  assert.ok(paired(NEW, OLD));
  for (const request of [{ seed: 2 }, { replicates: 3 }, { draw: "expected" }]) assert.ok(!paired(NEW, run({}, request)));
  assert.ok(paired(NEW, run({}, { scenario: "another" })));
});

test("the run on the map and the newest of the same chance are suggested", () => {
  assert.deepEqual(suggestion(RUNS, "old"), [OLD, NEW]);
  assert.deepEqual(suggestion(RUNS, "other"), [OTHER]);
  assert.deepEqual(suggestion(RUNS, null), [NEW, OLD]);
  assert.deepEqual(suggestion([], null), []);
});

test("the run compared with comes first, then the oldest", () => {
  const all = new Set(["new", "other", "old"]);
  assert.deepEqual(inOrder(RUNS, all, "other"), [OTHER, OLD, NEW]);
  assert.deepEqual(inOrder(RUNS, all, undefined), [OLD, OTHER, NEW]);
  assert.deepEqual(inOrder(RUNS, new Set(["new", "other"]), "old"), [OTHER, NEW]);
  assert.deepEqual(inOrder(RUNS, new Set(), "old"), []);
  assert.deepEqual(RUNS.map(({ id }) => id), ["new", "other", "old"]);
});

test("a difference has its band, and its share where one can be told", () => {
  assert.equal(change({ difference: 12, low: -3, high: 20, percent: 4.56 }, 0), "+12 (−3 to +20), +4.6 %");
  assert.equal(change({ difference: 1.25, low: 1, high: 2, percent: null }, 2), "+1.25 (+1.00 to +2.00)");
});
