import assert from "node:assert/strict";
import { beforeEach, test } from "node:test";

import { countedIn, know, originColumns, originLines, withOrigin } from "../../../src/corredor/app/static/about.js";
import { run, speak } from "./made_up.js";

beforeEach(() => {
  speak({
    about: {
      run: "{name}: {scenario}, {amount}, seed {seed}, {draw}.", draw_exact: "drawn", draw_expected: "expected", levers: "Levers: {levers}.",
      lever: "{what}: {amount}", lever_from: "{what}: {amount} from {day}", times: "{factor} times", span: "{first} to {last}.",
      record: "Published: {source}.", beds: "Beds.", made: "Made with {version}.", made_record: "By {version}.",
    },
    runs: { part: "{part} of {all}", whole: "{all} runs" }, lever: { tempo: { label: "Stopped", unit: "of 1,000" } },
    table: { run: "Run", scenario: "Scenario", runs: "Runs", seed: "Seed", version: "Corredor" },
  });
  know({
    version: "0.1", credit: "Map.", record: { detentions: "Ministry" }, people: ["arrivals"], scenarios: [{ name: "small", title: "A small one", description: "" }],
    levers: [{ item: "tempo", lever: "interdiction.tempo", key: "south", times: 1000 }],
  });
});

test("lines tell run, span, record, beds and version", () => {
  assert.deepEqual(originLines({ runs: [run()], labels: ["2023-01", "2023-02", "2023-03"], series: "detentions", beds: true, further: ["More."] }), [
    "As it is: A small one, 20 runs, seed 1, drawn.", "Jan 2023 to Mar 2023.", "Published: Ministry.", "Beds.", "More.", "Made with 0.1.",
  ]);
});

test("a chart counts people where its series does, else events", () => {
  speak({ chart: { people: "people a month", events: "events a month" } });
  assert.deepEqual(["arrivals", "detentions"].map(countedIn), ["people a month", "events a month"]);
});

test("lines leave out what there is not", () => {
  assert.deepEqual(originLines({}), ["By 0.1."]);
  assert.deepEqual(originLines({ series: "no_such", map: true }), ["Map.", "By 0.1."]);
});

test("days are named as days, and runs that are not all in are told", () => {
  const [first, span] = originLines({ runs: [run()], replicates: 4, labels: ["2023-01-05", "2023-01-06"] });
  assert.match(first, /4 of 20/);
  assert.equal(span, "5 Jan 2023 to 6 Jan 2023.");
});

test("levers that were moved are told in the unit of the form", () => {
  const told = (change) => originLines({ runs: [run({}, { changes: [change] })] })[0];
  assert.match(told({ lever: "interdiction.tempo", key: "south", way: "value", value: 0.02, start: null }), /Levers: Stopped: 20 of 1,000\.$/);
  assert.match(told({ lever: "interdiction.tempo", key: "south", way: "factor", value: 0.5, start: "2023-03-01" }), /Stopped: 0\.5 times from 1 Mar 2023\.$/);
  assert.match(told({ lever: "entry.rate", key: "", value: 3, start: null }), /entry\.rate: 3\.$/);
});

test("an unknown scenario is told by its name", () => {
  assert.match(originLines({ runs: [run({}, { scenario: "gone", draw: "expected" })] })[0], /: gone, .* expected\.$/);
});

test("every row of a table names where it comes from", () => {
  const runs = [run(), run({ id: "b", name: "Other" }, { seed: 2 })];
  assert.deepEqual(originColumns({ runs }), [
    ["Run", "As it is; Other"], ["Scenario", "A small one"], ["Runs", "20"], ["Seed", "1; 2"], ["Corredor", "0.1"],
  ]);
  assert.deepEqual(withOrigin(["a"], [[1], [2]], {}), [["a", "Corredor"], [1, "0.1"], [2, "0.1"]]);
});
