// Two runs side by side: outcomes with paired intervals, differences by month and on the map.

import { ask, csv, download, element, number, signed, t } from "./core.js";
import { chart } from "./charts.js";

const DECIMALS = { days_in_mexico: 1, times_returned: 2 };

export async function compare(holder, a, b, onMap) {
  holder.replaceChildren(element("p", { class: "note" }, t("compare.wait")));
  let found;
  try {
    found = await ask(`compare?a=${a.id}&b=${b.id}`);
  } catch (error) {
    holder.replaceChildren(element("p", { class: "alert" }, t("error.failed", { message: error.message })));
    return;
  }
  const heads = [t("compare.outcome"), a.name, b.name, t("compare.difference"), t("compare.interval"), t("compare.percent")];
  const rows = found.outcomes.map((row) => {
    const d = DECIMALS[row.measure] ?? 0;
    return [t(`outcome.${row.measure}`), number(row.a, d), number(row.b, d), signed(row.difference, d),
      `${signed(row.low, d)} … ${signed(row.high, d)}`, row.percent === null ? "–" : `${signed(row.percent, 1)} %`];
  });
  const table = element("table", {}, element("thead", {}, element("tr", {}, ...heads.map((h) => element("th", { scope: "col" }, h)))),
    element("tbody", {}, ...rows.map(([first, ...rest]) => element("tr", {}, element("th", { scope: "row" }, first), ...rest.map((c) => element("td", {}, c))))));
  const plain = [["measure", "unit", "a", "b", "difference", "low", "high", "percent"],
    ...found.outcomes.map((r) => [r.measure, r.unit, r.a, r.b, r.difference, r.low, r.high, r.percent])];
  const box = element("input", { type: "checkbox", id: "on-map", onchange: (event) => onMap(event.target.checked ? found.people : null, a.id) });
  const charts = Object.entries(found.monthly.series).map(([name, series]) => chart(
    { name: t(`chart.${name}`), file: `difference-${name}`, labels: found.monthly.months, ...series }, { colour: "#a8430f" }));
  holder.replaceChildren(
    element("div", { class: "scroll", tabindex: 0, role: "region", "aria-label": t("compare.heading") }, table),
    element("div", { class: "tools" }, element("button", { type: "button", onclick: () => download("comparison.csv", "text/csv", csv(plain)) }, t("chart.csv"))),
    element("label", { for: "on-map", class: "check" }, box, " ", t("compare.on_map")),
    element("p", { class: "note" }, t("compare.map_note")),
    element("h3", {}, t("compare.monthly")), element("div", { class: "grid" }, ...charts));
}
