// What pictures and tables say of where their numbers come from: runs, levers, dates, chance, version, sources.

import { dayName, monthName, number, short, t } from "./core.js";

const facts = { version: "", credit: "", record: {}, scenarios: [], levers: [] };

// Takes up what the server tells: `version`, `credit`, `record` (source by series), `scenarios`, `levers`.
export const know = (found) => Object.assign(facts, found);

// Lines for below a picture. `runs`; `replicates` in it, where not all are in yet; `labels`, its first and last day or month
// count; `series` with a record beside it; whether it is a `map`; whether it shows published `beds`; `further` lines.
export function originLines({ runs = [], replicates, labels = [], series, map = false, beds = false, further = [] }) {
  const name = labels[0]?.length === 10 ? dayName : monthName;
  return [
    ...runs.map((run) => runLine(run, replicates)),
    labels.length ? t("about.span", { first: name(labels[0]), last: name(labels.at(-1)) }) : "",
    series && facts.record[series] ? t("about.record", { source: facts.record[series] }) : "",
    beds ? t("about.beds") : "",
    ...further,
    map ? facts.credit : "",
    t(runs.length ? "about.made" : "about.made_record", { version: facts.version }),
  ].filter(Boolean);
}

function runLine(run, part) {
  const { request } = run, all = request.replicates;
  const amount = part && part < all ? t("runs.part", { part: number(part), all: number(all) }) : t("runs.whole", { all: number(all) });
  const told = t("about.run", { name: run.name, scenario: scenarioOf(run), amount, seed: request.seed, draw: t(`about.draw_${request.draw ?? "exact"}`) });
  return request.changes?.length ? `${told} ${t("about.levers", { levers: request.changes.map(change).join("; ") })}` : told;
}

const scenarioOf = (run) => facts.scenarios.find((one) => one.name === run.request.scenario)?.title ?? run.request.scenario;

function change({ lever, key, way = "value", value, start }) {
  const known = facts.levers.find((one) => one.lever === lever && one.key === key);
  const what = known ? t(`lever.${known.item}.label`) : [lever, key].filter(Boolean).join(" ");
  const amount = way === "factor" ? t("about.times", { factor: short(value) }) : known ? `${short(value * known.times)} ${t(`lever.${known.item}.unit`)}` : short(value);
  return t(start ? "about.lever_from" : "about.lever", { what, amount, day: start ? dayName(start) : "" });
}

// Heads and cells that every row of a table has, so that it names its run wherever it goes.
export function originColumns({ runs = [], replicates }) {
  const together = (value) => [...new Set(runs.map(value))].join("; ");
  const columns = runs.length ? [
    ["run", runs.map((run) => run.name).join("; ")], ["scenario", together(scenarioOf)],
    ["runs", replicates ?? together((run) => run.request.replicates)], ["seed", together((run) => run.request.seed)],
  ] : [];
  return [...columns, ["version", facts.version]].map(([key, value]) => [t(`table.${key}`), value]);
}

// Returns a table with the columns of its origin at the end.
export function withOrigin(heads, rows, origin) {
  const columns = originColumns(origin);
  return [[...heads, ...columns.map(([head]) => head)], ...rows.map((row) => [...row, ...columns.map(([, value]) => value)])];
}
