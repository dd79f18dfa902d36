import assert from "node:assert/strict";
import { test } from "node:test";

import { csv } from "../../../src/corredor/app/static/table.js";

const cells = (...row) => csv([row]).slice(1, -2);

test("a table begins with the mark of UTF-8, and its lines end as spreadsheets expect", () => {
  assert.equal(csv([["a", "b"], ["ñ", 1]]), "\uFEFFa,b\r\nñ,1\r\n");
});

test("numbers stay numbers, and what is missing is empty", () => {
  assert.equal(cells(-5, 1.5, 0, null, undefined, NaN), "-5,1.5,0,,,");
});

test("commas, quotes and lines stay inside their cell", () => {
  assert.equal(cells("a,b", 'say "no"', "two\nlines"), '"a,b","say ""no""","two\nlines"');
});

test("a text that looks like a formula is none", () => {
  assert.equal(cells("=1+1", "-x", "@a", " +1", "a=1"), "'=1+1,'-x,'@a,' +1,a=1");
});
