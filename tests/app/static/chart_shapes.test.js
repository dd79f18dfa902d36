import assert from "node:assert/strict";
import { beforeEach, test } from "node:test";

import { bandAround, isNumber, lineThrough, onlyWhole, timeTicks, valueScale } from "../../../src/corredor/app/static/chart_shapes.js";
import { speak } from "./made_up.js";

beforeEach(() => speak());

const SOME = [[0, 7], [0, 10], [0, 1], [0, 0.37], [0, 0.0042], [0, 99999], [0, 250000], [-3, 8], [-120, -4], [-0.02, 0.5], [5, 6], [1e9, 2e9]];

test("a scale holds its values and nothing, in a handful of even steps", () => {
  for (const values of SOME) {
    const { ticks, least, most } = valueScale(values), step = ticks[1] - ticks[0];
    assert.ok(least <= Math.min(0, ...values) && most >= Math.max(0, ...values), `${values}`);
    assert.deepEqual([least, most], [ticks[0], ticks[ticks.length - 1]]);
    assert.ok(ticks.some((tick) => tick === 0), `${values}`);
    assert.ok(ticks.length >= 3 && ticks.length <= 7, `${values}: ${ticks}`);
    for (let i = 1; i < ticks.length; i += 1) assert.ok(Math.abs(ticks[i] - ticks[i - 1] - step) < 1e-9 * step + 1e-12 * most, `${ticks}`);
  }
});

test("the steps of a scale are round", () => {
  assert.deepEqual(valueScale([0, 7]).ticks, [0, 2, 4, 6, 8]);
  assert.deepEqual(valueScale([0, 100]).ticks, [0, 25, 50, 75, 100]);
  assert.deepEqual(valueScale([-30, 90]).ticks, [-50, 0, 50, 100]);
});

test("ticks have as many decimals as tell them apart", () => {
  for (const values of SOME.filter(([, most]) => most >= 0.01)) {
    const { ticks, decimals } = valueScale(values);
    assert.equal(new Set(ticks.map((tick) => tick.toFixed(decimals))).size, ticks.length, `${values}`);
  }
  assert.deepEqual([[0, 7], [0, 3], [0, 1], [0, 0.1]].map((values) => valueScale(values).decimals), [0, 0, 2, 3]);
});

test("a scale of nothing goes from 0 to 1, and what is missing does not count", () => {
  for (const values of [[], [null, undefined, NaN], [0, 0]]) assert.deepEqual(valueScale(values), valueScale([0, 1]));
  assert.deepEqual(valueScale([null, 7, undefined, Infinity]), valueScale([7]));
});

test("only finite numbers are numbers", () => {
  assert.deepEqual([0, -1.5, null, undefined, NaN, Infinity, "1"].map(isNumber), [true, true, false, false, false, false, false]);
});

const months = (first, count) => Array.from({ length: count }, (_, i) => new Date(Date.UTC(first, i, 1)).toISOString().slice(0, 7));
const wide = (i) => 40 * i;

test("the time axis names quarters, and years where they begin", () => {
  const ticks = timeTicks(months(2023, 15), wide);
  assert.deepEqual(ticks.map(({ text }) => text), ["Jan", "Apr", "Jul", "Oct", "Jan"]);
  assert.deepEqual(ticks.map(({ year }) => year), ["2023", "", "", "", "2024"]);
  assert.deepEqual(ticks.map(({ x }) => x), [0, 120, 240, 360, 480]);
});

test("the first tick names its year also in the middle of it", () => {
  const ticks = timeTicks(months(2023, 12).slice(2), wide);
  assert.deepEqual([ticks[0].text, ticks[0].year], ["Apr", "2023"]);
});

test("days have ticks at the first of a quarter only", () => {
  const days = Array.from({ length: 120 }, (_, i) => new Date(Date.UTC(2023, 11, 20 + i)).toISOString().slice(0, 10));
  assert.deepEqual(timeTicks(days, wide).map(({ text, x }) => [text, days[x / 40]]), [["Jan", "2024-01-01"], ["Apr", "2024-04-01"]]);
});

test("many months have years only, and names keep apart", () => {
  assert.deepEqual(timeTicks(months(2015, 72), wide).map(({ text }) => text), ["2015", "2016", "2017", "2018", "2019", "2020"]);
  const days = Array.from({ length: 2192 }, (_, i) => new Date(Date.UTC(2019, 0, 1 + i)).toISOString().slice(0, 10));
  assert.deepEqual(timeTicks(days, wide).map(({ text }) => text), ["2019", "2020", "2021", "2022", "2023", "2024"]);
  const narrow = timeTicks(months(2023, 24), (i) => 5 * i);
  for (let i = 1; i < narrow.length; i += 1) assert.ok(narrow[i].x - narrow[i - 1].x >= 34);
});

const same = (v) => v;

test("a line starts anew after what is missing", () => {
  assert.equal(lineThrough([1, 2, null, 4, NaN, 6], same, same), "M0.0 1.0L1.0 2.0M3.0 4.0M5.0 6.0");
  assert.equal(lineThrough([null, null], same, same), "");
});

test("a band goes along the high and back along the low", () => {
  assert.equal(bandAround({ low: [1, 2], high: [5, 6] }, same, same), "M0.0 5.0L1.0 6.0L1.0 2.0L0.0 1.0Z");
  assert.equal(bandAround({ low: [1, null, 3], high: [5, 6, null] }, same, same), "M0.0 5.0L0.0 1.0Z");
  assert.equal(bandAround({ low: [null], high: [null] }, same, same), "");
});

test("months that are not whole are left out of every level, and nothing else changes", () => {
  const bands = { name: "A", low: [1, 2], middle: [3, 4], high: [5, 6] };
  assert.deepEqual(onlyWhole(bands, [true, false]), { name: "A", low: [1, null], middle: [3, null], high: [5, null] });
  assert.deepEqual(bands.low, [1, 2]);
});
