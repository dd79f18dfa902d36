import assert from "node:assert/strict";
import { test } from "node:test";

import { added } from "../../../src/corredor/app/static/underway.js";

const PLACES = 2;
const levels = (of) => ({ low: of(0), middle: of(1), high: of(2) });
const byPlace = (from, to, level) => Array.from({ length: PLACES }, (_, p) => range(from, to).map((day) => 100 * p + 10 * level + day));
const range = (from, to) => Array.from({ length: to - from }, (_, i) => from + i);

// What the server sends of the days and months of a made-up run.
function sent(from, to, months) {
  const document = {
    people: {
      start: "2023-01-01", days: to - from, replicates: 3, places: ["a", "b"], beds: [null, 5],
      ...levels((level) => byPlace(from, to, level)), caravan: byPlace(from, to, 5), over: [null, range(from, to).map((day) => day / 100)],
    },
  };
  if (from === 0) document.record = { sent_south: ["2023-01", "2023-02", "2023-03"].map((month) => ({ start: month, end: month, value: 7 })) };
  if (months.length) {
    document.monthly = { months, whole: months.map((month) => month !== "2023-03"), replicates: 3, series: { sent_south: levels((level) => months.map((_, m) => level + m)) } };
    document.links = { months, origin: ["a"], destination: ["b"], nationalities: ["x", "y"], travelled: [[months.map(Number.parseFloat), months.map(Number.parseFloat)]] };
  }
  return document;
}

test("days that come one document after another are those that come at once", () => {
  const whole = added(null, sent(0, 70, []));
  for (const cut of [1, 30, 69]) assert.deepEqual(added(added(null, sent(0, cut, [])), sent(cut, 70, [])), whole);
  assert.equal(whole.people.days, 70);
  assert.equal(whole.people.over[0], null);
  assert.equal(whole.people.over[1].length, 70);
});

test("there are no months before one has ended", () => {
  const first = added(null, sent(0, 20, []));
  assert.deepEqual([first.monthly, first.links], [null, null]);
  const then = added(first, sent(20, 40, ["2023-01"]));
  assert.deepEqual(then.monthly.months, ["2023-01"]);
  assert.deepEqual(added(then, sent(40, 45, [])).monthly, then.monthly);
});

test("months and links grow", () => {
  const documents = [sent(0, 31, ["2023-01"]), sent(31, 59, ["2023-02"]), sent(59, 70, ["2023-03"])];
  const { monthly, links } = documents.reduce((known, document) => added(known, document), null);
  assert.deepEqual(monthly.months, ["2023-01", "2023-02", "2023-03"]);
  assert.deepEqual(monthly.whole, [true, true, false]);
  assert.deepEqual(monthly.series.sent_south.middle, [1, 1, 1]);
  assert.deepEqual(links.travelled[0].map((list) => list.length), [3, 3]);
});

test("the record stands beside months that are there", () => {
  const first = added(null, sent(0, 31, ["2023-01"]));
  assert.deepEqual(first.monthly.series.sent_south.record.map(({ end }) => end), ["2023-01"]);
  const then = added(first, sent(31, 59, ["2023-02"]));
  assert.deepEqual(then.monthly.series.sent_south.record.map(({ end }) => end), ["2023-01", "2023-02"]);
});

test("what was known before stays as it was", () => {
  const first = added(null, sent(0, 31, ["2023-01"])), copy = structuredClone(first);
  added(first, sent(31, 59, ["2023-02"]));
  assert.deepEqual(first, copy);
});
