import assert from "node:assert/strict";
import { test } from "node:test";

import { plain, rowsOf } from "../../../src/corredor/app/static/needs_rows.js";
import { place } from "./made_up.js";

const PLACES = [place("Ávila"), place("Berriozábal", { zone: "north" }), place("Cintalapa"), place("Desierto")];
const FOUND = {
  needs: [{ need: "people", name: "People", unit: "people" }, { need: "water", name: "Water", unit: "litres" }],
  places: [
    { place: "cintalapa", values: [[0, 5, 7], [0, 75, 105]], over: [0, 0, 4], beds: 0, chance: 0 },
    { place: "ávila", values: [[1, 5, 9], [10, 50, 90]], over: [0, 3, 9], beds: 40, chance: 0.5 },
    { place: "berriozábal", values: [[1, 8, 9], [10, 20, 90]], over: [null, null, null], beds: null, chance: null },
    { place: "desierto", values: [[0, 0, 0], [0, 0, 0]], over: [0, 0, 0], beds: 7, chance: 0 },
  ],
  days: 31, notes: [], sources: [],
};
const ALL = { zone: "", find: "", empty: false };
const names = (filter = {}, sort = {}, language = "es") =>
  rowsOf(FOUND, PLACES, { ...ALL, ...filter }, { column: "people", down: true, ...sort }, language).map((row) => row.name[0]).join("");

test("places are sorted by a need, and by name where they need the same", () => {
  assert.equal(names(), "BÁCD");
  assert.equal(names({}, { down: false }), "DÁCB");
  assert.equal(names({}, { column: "water" }), "CÁBD");
});

test("accents do not move a name to the end", () => {
  assert.equal(names({}, { column: "place", down: false }), "ÁBCD");
  assert.equal(names({}, { column: "place", down: true }), "DCBÁ");
});

test("beds that nobody published, and days over them, come after none", () => {
  assert.equal(names({}, { column: "beds" }), "ÁDCB");
  assert.equal(names({}, { column: "over" }), "ÁCDB");
});

test("a zone, a part of a name, and people leave fewer", () => {
  assert.equal(names({ zone: "north" }), "B");
  assert.equal(names({ find: " AVI" }), "Á");
  assert.equal(names({ find: "riozá" }), "B");
  assert.equal(names({ empty: true }), "BÁC");
  assert.equal(names({ find: "no such" }), "");
});

test("beds are those of the month, and a place that the map lacks is left out", () => {
  const found = { ...FOUND, places: [...FOUND.places, { ...FOUND.places[1], place: "elsewhere" }] };
  const rows = rowsOf(found, PLACES, ALL, { column: "place", down: false }, "en");
  assert.deepEqual(rows.map((row) => row.beds), [40, null, 0, 7]);
});

test("a text is looked for without accents, capitals and spaces around it", () => {
  assert.equal(plain("  Juchitán de ZARAGOZA "), "juchitan de zaragoza");
  assert.equal(plain("Ñ"), "n");
});
