// The panel of one place: people with their band, what they need, where people came from.

import { ask, csv, dayAfter, dayName, download, element, monthName, number, t } from "./core.js";
import { chart } from "./charts.js";

let asked = 0;

export async function drawPlace(holder, i, { base, people, links, run, day, language }) {
  const mine = (asked += 1);
  const place = base.places[i];
  if (!place || !people) { holder.replaceChildren(); return; }
  const labels = people.low[i].map((_, d) => dayAfter(people.start, d));
  const month = labels[day].slice(0, 7);
  const bands = { low: people.low[i], middle: people.middle[i], high: people.high[i] };
  const today = element("p", { id: "today" }, todayText(people, i, day, labels[day]));
  const beds = element("p", { class: "note" }, place.beds === null ? t("place.no_beds") : t("place.beds", { beds: number(place.beds) }));
  const figure = chart({ name: `${place.name}: ${t("place.people")}`, file: `${place.place}-people`, labels, labelOf: dayName, beds: place.beds, ...bands });
  const needs = element("div", { class: "scroll" });
  holder.replaceChildren(today, beds,
    element("div", { class: "two" }, figure, arrivals(i, month, base, links)),
    element("h3", {}, t("place.needs", { month: monthName(month) })), needs);
  if (run.status !== "done") { needs.replaceChildren(element("p", { class: "note" }, t("place.needs_wait"))); return; }
  const rows = await ask(`runs/${run.id}/needs?month=${month}&place=${place.place}&language=${language}`);
  if (mine === asked) needs.replaceChildren(...needsTable(rows, `${place.place}-needs-${month}`));
}

export function todayText(people, i, day, label) {
  return t("place.today", {
    day: dayName(label), middle: number(people.middle[i][day]), low: number(people.low[i][day]), high: number(people.high[i][day]),
  });
}

function needsTable(rows, file) {
  const named = (row) => ({ people: t("place.people_row"), "people-busiest-evening": t("place.busiest_row") })[row.need] ?? row.name;
  const heads = ["need", "unit", "low", "middle", "high"].map((key) => t(`place.${key}`));
  const cells = rows.map((row) => [named(row), row.unit ?? t("place.people_unit"), row.low, row.middle, row.high]);
  const table = element("table", {}, element("thead", {}, element("tr", {}, ...heads.map((h) => element("th", { scope: "col" }, h)))),
    element("tbody", {}, ...cells.map(([name, unit, ...values]) => element("tr", {},
      element("th", { scope: "row" }, name), element("td", {}, unit), ...values.map((v) => element("td", {}, number(v)))))));
  const save = element("button", { type: "button", onclick: () => download(`${file}.csv`, "text/csv", csv([heads, ...cells])) }, t("chart.csv"));
  return [table, element("p", { class: "note" }, t("place.needs_source")), element("div", { class: "tools" }, save)];
}

function arrivals(i, month, base, links) {
  const box = element("div", {}, element("h3", {}, t("place.arrivals", { month: monthName(month) })));
  const at = links?.months.indexOf(month) ?? -1;
  if (at < 0) return box;
  const from = new Map(), by = new Map();
  base.links.forEach(([origin, destination], k) => {
    if (destination !== i) return;
    links.nationalities.forEach((nationality, n) => {
      const people = links.travelled[k][n][at];
      if (!people) return;
      add(from, base.places[origin].name, people);
      add(by, base.nationalities[nationality] ?? nationality, people);
    });
  });
  if (!from.size) { box.append(element("p", { class: "note" }, t("place.no_arrivals"))); return box; }
  box.append(short(from, t("place.by_origin")), short(by, t("place.by_nationality")));
  return box;
}

function add(map, key, value) { map.set(key, (map.get(key) ?? 0) + value); }

function short(map, head) {
  const rows = [...map].sort((a, b) => b[1] - a[1]).slice(0, 8);
  return element("div", { class: "scroll" }, element("table", {},
    element("thead", {}, element("tr", {}, element("th", { scope: "col" }, head), element("th", { scope: "col" }, t("place.count")))),
    element("tbody", {}, ...rows.map(([name, people]) => element("tr", {}, element("th", { scope: "row" }, name), element("td", {}, number(people)))))));
}
