// What the tests of the page's modules share: words of its own, runs and places that nobody simulated.

import { words } from "../../../src/corredor/app/static/core.js";

const MONTHS = {
  en: ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"],
  es: ["ene", "feb", "mar", "abr", "may", "jun", "jul", "ago", "sep", "oct", "nov", "dic"],
};

// Makes the page speak a language; `texts` are those that the test reads.
export function speak(texts = {}, language = "en") {
  words.now = { number_format: { en: "en-GB", es: "es-MX" }[language], months: [], months_short: MONTHS[language], ...texts };
}

export function run(changed = {}, request = {}) {
  return {
    id: "a", name: "As it is", command: "corredor run small", status: "done", done: 89, total: 89, days: 0, part: 20, reason: "", message: "", note: "",
    created: 0, seconds: 2.04, request: { name: "As it is", scenario: "small", changes: [], replicates: 20, draw: "exact", seed: 1, ...request }, ...changed,
  };
}

export function place(name, changed = {}) {
  return { place: name.toLowerCase(), name, zone: "south", country: "MEX", port: false, at_sea: false, inhabitants: 100, beds: null, x: 0, y: 0, ...changed };
}
