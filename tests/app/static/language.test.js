import assert from "node:assert/strict";
import { test } from "node:test";

import { languageOf, otherThan } from "../../../src/corredor/app/static/language.js";

test("the language chosen before is spoken", () => {
  assert.equal(languageOf("es", "en-GB"), "es");
  assert.equal(languageOf("en", "es-MX"), "en");
});

test("without one, the browser's is, or English", () => {
  assert.deepEqual(["es", "es-MX", "en-US", "fr", ""].map((browser) => languageOf(null, browser)), ["es", "es", "en", "en", "en"]);
});

test("what is no language of the page counts for nothing", () => {
  assert.equal(languageOf("fr", "es-GT"), "es");
});

test("there are two languages to switch between", () => {
  assert.deepEqual(["en", "es"].map(otherThan), ["es", "en"]);
});
