import assert from "node:assert/strict";
import { test } from "node:test";

import { cut, wrapped } from "../../../src/corredor/app/static/wrap.js";

const letters = (text) => [...text].length;
const TEXT = "  People in   the evening of Villahermosa and Tuxtla 👩‍👩‍👧 , in the middle run ";

test("no line is too wide, and no letter is lost", () => {
  for (let most = 1; most < 40; most += 1) {
    const lines = wrapped(TEXT, most, letters);
    assert.ok(lines.every((line) => line && letters(line) <= most), `${most}`);
    assert.equal(lines.join("").replaceAll(" ", ""), TEXT.replace(/\s+/g, ""));
  }
});

test("words stay whole where they fit", () => {
  assert.deepEqual(wrapped("one two three", 7, letters), ["one two", "three"]);
  assert.deepEqual(wrapped("a Villahermosa b", 6, letters), ["a", "Villah", "ermosa", "b"]);
  assert.deepEqual(wrapped(" \n ", 6, letters), []);
});

test("a text is cut only if it must be, and one sees that it was", () => {
  assert.equal(cut("Tapachula", 9, letters), "Tapachula");
  assert.equal(cut("Tapachula", 5, letters), "Tapa…");
  assert.equal(cut("To the north", 4, letters), "To…");
  assert.equal(cut("Tapachula", 0, letters), "…");
});
