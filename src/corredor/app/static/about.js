// What pictures and tables say of where their numbers come from: runs, levers, dates, chance, version, sources.

import { dayName, monthName, number, short, t } from "./core.js";

/**
 * @import { BaseMap, Change, Lever, Run, Scenario } from "../documents.js"
 * @import { Cell } from "./table.js"
 *
 * Where numbers come from: `runs`; `replicates` in them, where not all are in yet; `labels`, the first and last day or month
 * count; `series` with a record beside it; whether it is a `map`; whether it shows published `beds`; `further` lines.
 * @typedef {{
 *   runs?: Run[], replicates?: number, labels?: string[], series?: string | null, map?: boolean, beds?: boolean, further?: string[],
 * }} Origin
 *
 * What the server tells; `record` is the source by series, `people` are the series that count people and not events.
 * @typedef {Pick<BaseMap, "version" | "credit" | "record" | "people"> & { scenarios: Scenario[], levers: Lever[] }} Facts
 */

/** @type {Facts} */
const facts = { version: "", credit: "", record: {}, people: [], scenarios: [], levers: [] };

/**
 * Takes up what the server tells.
 * @param {Facts} found
 */
export const know = (found) => Object.assign(facts, found);

/**
 * Returns what a chart of months counts.
 * @param {string} series
 */
export const countedIn = (series) => t(facts.people.includes(series) ? "chart.people" : "chart.events");

/**
 * Returns lines for below a picture.
 * @param {Origin} origin
 */
export function originLines({ runs = [], replicates, labels = [], series, map = false, beds = false, further = [] }) {
  const name = labels[0]?.length === 10 ? dayName : monthName;
  return [
    ...runs.map((run) => runLine(run, replicates)),
    labels.length ? t("about.span", { first: name(labels[0]), last: name(labels[labels.length - 1]) }) : "",
    series && facts.record[series] ? t("about.record", { source: facts.record[series] }) : "",
    beds ? t("about.beds") : "",
    ...further,
    map ? facts.credit : "",
    t(runs.length ? "about.made" : "about.made_record", { version: facts.version }),
  ].filter(Boolean);
}

/** @type {(run: Run, part: number | undefined) => string} */
function runLine(run, part) {
  const { request } = run, all = request.replicates;
  const amount = part && part < all ? t("runs.part", { part: number(part), all: number(all) }) : t("runs.whole", { all: number(all) });
  const told = t("about.run", { name: run.name, scenario: scenarioOf(run), amount, seed: request.seed, draw: t(`about.draw_${request.draw ?? "exact"}`) });
  return request.changes?.length ? `${told} ${t("about.levers", { levers: request.changes.map(change).join("; ") })}` : told;
}

/** @param {Run} run */
const scenarioOf = (run) => facts.scenarios.find((one) => one.name === run.request.scenario)?.title ?? run.request.scenario;

/** @param {Change} change */
function change({ lever, key, way = "value", value, start }) {
  const known = facts.levers.find((one) => one.lever === lever && one.key === key);
  const what = known ? t(`lever.${known.item}.label`) : [lever, key].filter(Boolean).join(" ");
  const amount = way === "factor" ? t("about.times", { factor: short(value) }) : known ? `${short(value * known.times)} ${t(`lever.${known.item}.unit`)}` : short(value);
  return t(start ? "about.lever_from" : "about.lever", { what, amount, day: start ? dayName(start) : "" });
}

/**
 * Returns heads and cells that every row of a table has, so that it names its run wherever it goes.
 * @param {Origin} origin
 * @returns {[head: string, cell: Cell][]}
 */
export function originColumns({ runs = [], replicates }) {
  /** @param {(run: Run) => string | number} value */
  const together = (value) => [...new Set(runs.map(value))].join("; ");
  /** @type {[string, Cell][]} */
  const columns = runs.length ? [
    ["run", runs.map((run) => run.name).join("; ")], ["scenario", together(scenarioOf)],
    ["runs", replicates ?? together((run) => run.request.replicates)], ["seed", together((run) => run.request.seed)],
  ] : [];
  columns.push(["version", facts.version]);
  return columns.map(([key, value]) => [t(`table.${key}`), value]);
}

/**
 * Returns a table with the columns of its origin at the end.
 * @param {string[]} heads
 * @param {Cell[][]} rows
 * @param {Origin} origin
 * @returns {Cell[][]}
 */
export function withOrigin(heads, rows, origin) {
  const columns = originColumns(origin);
  return [[...heads, ...columns.map(([head]) => head)], ...rows.map((row) => [...row, ...columns.map(([, value]) => value)])];
}
