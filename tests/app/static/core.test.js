import assert from "node:assert/strict";
import { beforeEach, test } from "node:test";

import { dayAfter, dayName, messageOf, monthName, number, refusal, short, signed, t, words } from "../../../src/corredor/app/static/core.js";
import { speak } from "./made_up.js";

beforeEach(() => speak({
  map: { day: "Day", told: "{place}: {people} people", zones: { south: "South" } },
  error: { status_404: "Gone.", status_other: "Refused. {detail}", field: "“{field}”: {detail}", field_seed: "A whole number." },
}));

test("a text is found by its key, and its holes are filled", () => {
  assert.equal(t("map.day"), "Day");
  assert.equal(t("map.zones.south"), "South");
  assert.equal(t("map.told", { place: "Ayutla", people: 0 }), "Ayutla: 0 people");
});

test("what is not known is a dash, and a hole that nobody fills stays", () => {
  assert.equal(t("map.told", { place: "Ayutla", people: null }), "Ayutla: – people");
  assert.equal(t("map.told", { place: undefined }), "–: {people} people");
});

test("a key without a text gives itself, before the words have come too", () => {
  for (const key of ["map", "map.zones", "map.none.at.all", "months_short", "months_short.0", "map.day.length"]) assert.equal(t(key), key);
  words.now = {};
  assert.equal(t("map.day"), "map.day");
});

test("numbers are grouped as in each language, with a true minus", () => {
  assert.equal(number(1234567.4), "1,234,567");
  assert.equal(number(-1234.56, 1), "−1,234.6");
  speak({}, "es");
  assert.equal(number(1234567.4), "1,234,567");
  assert.equal(number(0.5, 2), "0.50");
});

test("no number is minus nothing", () => {
  assert.equal(number(-0.4), "0");
  assert.equal(number(-0.04, 1), "0.0");
  assert.equal(signed(-0.4), "0");
});

test("what is no number is a dash", () => {
  for (const value of [null, undefined, NaN, Infinity, -Infinity]) {
    for (const told of [number, signed, short]) assert.equal(told(value), "–");
  }
});

test("a difference has its sign, unless it is rounded to nothing", () => {
  assert.equal(signed(1234), "+1,234");
  assert.equal(signed(-3), "−3");
  assert.equal(signed(0.4), "0");
  assert.equal(signed(0.06, 1), "+0.1");
});

test("a short number has no more decimals than it needs", () => {
  assert.deepEqual([0.5, 2, 1234.567, 1 / 3].map((value) => short(value)), ["0.5", "2", "1,234.57", "0.33"]);
  assert.equal(short(1 / 3, 4), "0.3333");
});

test("days are counted over months, leap years and the turn of the clocks", () => {
  assert.equal(dayAfter("2023-12-31", 1), "2024-01-01");
  assert.equal(dayAfter("2024-02-28", 1), "2024-02-29");
  assert.equal(dayAfter("2023-02-28", 1), "2023-03-01");
  assert.equal(dayAfter("2024-03-01", -1), "2024-02-29");
  assert.equal(dayAfter("2024-01-01", 366), "2025-01-01");
  for (let days = 0; days < 400; days += 1) assert.equal(Date.parse(dayAfter("2023-01-01", days)), Date.UTC(2023, 0, 1 + days));
});

test("days and months have names", () => {
  assert.equal(dayName("2024-01-05"), "5 Jan 2024");
  assert.equal(monthName("2024-12"), "Dec 2024");
  assert.equal(monthName("2024-09-30"), "Sep 2024");
  speak({}, "es");
  assert.equal(dayName("2024-01-05"), "5 ene 2024");
});

test("a refusal is told in words for its kind", () => {
  assert.equal(refusal(404, { detail: "Not Found" }), "Gone.");
  assert.equal(refusal(418, { detail: "I am a teapot." }), "Refused. I am a teapot.");
  assert.equal(refusal(418, {}), "Refused. –");
});

test("a request with faults is told field by field", () => {
  const detail = [{ type: "int", loc: ["body", "seed"], msg: "not whole" }, { type: "x", loc: ["body", "changes", 0, "lever"], msg: "too long" }];
  assert.equal(refusal(422, { detail }), "A whole number.\n“lever”: too long");
});

test("whatever is thrown has a message", () => {
  assert.equal(messageOf(new TypeError("It broke")), "It broke");
  assert.equal(messageOf("It broke"), "It broke");
});
