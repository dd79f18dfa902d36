// The panel of one place: people with their band, who comes, what they need.

import { withOrigin } from "./about.js";
import { chart } from "./charts.js";
import { ask, dayAfter, dayName, download, element, monthName, number, t } from "./core.js";
import { csv } from "./table.js";

/**
 * @import { Arrivals, BaseMap, Counted, Language, NeedOfPlace, People, Run } from "../documents.js"
 * @import { Origin } from "./about.js"
 * @import { Cell } from "./table.js"
 */

const MOST_ROWS = 8;
let asked = 0;

/**
 * @param {HTMLElement} holder
 * @param {number} i the place's position on the map, or -1
 * @param {{ base: BaseMap, people: People | null, run: Run, day: number, language: Language }} shown
 */
export async function drawPlace(holder, i, { base, people, run, day, language }) {
  const mine = (asked += 1);
  const place = base.places[i];
  if (!place || !people) { holder.replaceChildren(); return; }
  const labels = people.low[i].map((_, d) => dayAfter(people.start, d));
  const month = labels[day].slice(0, 7);
  const bands = { low: people.low[i], middle: people.middle[i], high: people.high[i] };
  const today = element("p", { id: "today" }, todayText(people, i, day, labels[day]));
  const beds = element("p", { class: "note" }, place.beds === null ? t("place.no_beds") : t("place.beds", { beds: number(place.beds) }));
  const figure = chart({ name: `${place.name}: ${t("place.people")}`, file: `${place.place}-people`, labels, labelOf: dayName, beds: place.beds, ...bands,
    counted: t("place.people_unit"), origin: { runs: [run], replicates: people.replicates } });
  const needs = element("div", { class: "scroll", tabindex: 0, role: "region", "aria-label": t("place.needs", { month: monthName(month) }) });
  const coming = element("div");
  const counted = element("ul", { class: "note" });
  holder.replaceChildren(today, beds,
    element("div", { class: "two" }, figure, element("div", {}, element("h3", {}, t("place.arrivals", { month: monthName(month) })), coming)),
    element("h3", {}, t("place.counted")), counted,
    element("h3", {}, t("place.needs", { month: monthName(month) })), needs);
  if (run.status !== "done") {
    for (const box of [needs, coming]) box.replaceChildren(element("p", { class: "note" }, t("place.needs_wait")));
    counted.replaceChildren(element("li", {}, t("place.needs_wait")));
    return;
  }
  for (const box of [needs, coming]) box.replaceChildren(element("p", { class: "note" }, t("needs.wait")));
  const about = `month=${month}&place=${place.place}`;
  const [rows, found, told] = await Promise.all([
    ask(`runs/${run.id}/needs?${about}&language=${language}`), ask(`runs/${run.id}/arrivals?${about}`),
    ask(`runs/${run.id}/counted?place=${place.place}&language=${language}`),
  ]);
  if (mine !== asked) return;
  needs.replaceChildren(...needsTable(rows, place.name, month, { runs: [run] }, `${place.place}-needs-${month}`));
  counted.replaceChildren(...told.map((line) => element("li", {}, line)));
  coming.replaceChildren(...arrivals(found, base, place.name, month, { runs: [run] }, `${place.place}-arrivals-${month}`));
}

/** @type {(people: People, i: number, day: number, label: string) => string} */
export function todayText(people, i, day, label) {
  return t("place.today", {
    day: dayName(label), middle: number(people.middle[i][day]), low: number(people.low[i][day]), high: number(people.high[i][day]),
  });
}

/** @type {(rows: NeedOfPlace[], place: string, month: string, origin: Origin, file: string) => Node[]} */
function needsTable(rows, place, month, origin, file) {
  /** @type {{ [need: string]: string }} */
  const own = { people: t("place.people_row"), "people-busiest-evening": t("place.busiest_row") };
  const heads = ["need", "unit", "low", "middle", "high"].map((key) => t(`place.${key}`));
  /** @type {(row: NeedOfPlace) => [string, string, number, number, number]} */
  const told = (row) => [own[row.need] ?? row.name ?? row.need, row.unit ?? t("place.people_unit"), row.low, row.middle, row.high];
  const cells = rows.map(told);
  const table = element("table", {}, element("thead", {}, element("tr", {}, ...heads.map((h) => element("th", { scope: "col" }, h)))),
    element("tbody", {}, ...cells.map(([name, unit, ...values]) => element("tr", {},
      element("th", { scope: "row" }, name), element("td", {}, unit), ...values.map((v) => element("td", {}, number(v)))))));
  const saved = withOrigin([t("table.place"), t("table.month"), ...heads], cells.map((row) => [place, month, ...row]), origin);
  const save = element("button", { type: "button", onclick: () => download(`${file}.csv`, csv(saved)) }, t("chart.csv"));
  return [table, element("p", { class: "note" }, t("place.needs_source")), element("div", { class: "tools" }, save)];
}

/**
 * Who comes: by nationality, by the way they come, by the last stop before.
 * @type {(found: Arrivals, base: BaseMap, place: string, month: string, origin: Origin, file: string) => Node[]}
 */
function arrivals({ nationalities, ways, stops }, base, place, month, origin, file) {
  if (!ways.length) return [element("p", { class: "note" }, t("place.no_arrivals"))];
  const names = new Map(base.places.map((one) => [one.place, one.name]));
  /** @type {[part: string, rows: Counted[], named: (name: string) => string][]} */
  const every = [
    ["nationality", nationalities, (name) => base.nationalities[name] ?? name],
    ["way", ways, (name) => t(`place.way_${name}`)],
    ["stop", stops, (name) => names.get(name) ?? name],
  ];
  const parts = every.filter(([, rows]) => rows.length);
  const plain = parts.flatMap(([part, rows, named]) => rows.map((row) => /** @type {Cell[]} */ (
    [place, month, t(`place.by_${part}`), named(row.name), t("place.people_unit"), row.low, row.middle, row.high])));
  const heads = [...["place", "month", "by", "name", "unit"].map((key) => t(`table.${key}`)), ...["low", "middle", "high"].map((key) => t(`place.${key}`))];
  const save = () => download(`${file}.csv`, csv(withOrigin(heads, plain, origin)));
  return [...parts.map(([part, rows, named]) => peopleTable(t(`place.by_${part}`), rows.map((row) => ({ ...row, name: named(row.name) })))),
    element("p", { class: "note" }, t("place.not_recorded")),
    element("div", { class: "tools" }, element("button", { type: "button", onclick: save }, t("chart.csv")))];
}

/** @type {(head: string, rows: Counted[]) => Node} */
function peopleTable(head, rows) {
  const body = rows.slice(0, MOST_ROWS).map(({ name, low, middle, high }) => element("tr", {}, element("th", { scope: "row" }, name),
    element("td", {}, number(middle)), element("td", { class: "range" }, t("compare.band", { low: number(low), high: number(high) }))));
  return element("table", {},
    element("thead", {}, element("tr", {}, element("th", { scope: "col" }, head), element("th", { scope: "col" }, t("place.count")), element("th", { scope: "col" }, t("place.band")))),
    element("tbody", {}, ...body));
}
