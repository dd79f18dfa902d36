// Runs side by side: lines with bands, sums, and what each changes against the first.

import { countedIn, withOrigin } from "./about.js";
import { onlyWhole } from "./chart_shapes.js";
import { chart } from "./charts.js";
import { ask, download, element, messageOf, number, signed, svg, t } from "./core.js";
import { DASHES, LINES } from "./palette.js";
import { csv } from "./table.js";

/**
 * @import { Comparison, Gap, Language, Measured, Run } from "../documents.js"
 *
 * @typedef {{ people: number[][], first: Run, other: Run }} Apart People by place and day, of the other run less the first.
 */

const MOST = LINES.length;

/**
 * Whether any run has any of what a measure counts: what cannot happen in a world, or is not counted there, is no finding.
 * @type {(row: Pick<Measured, "sums">) => boolean}
 */
export const told = ({ sums }) => sums.some(({ mean }) => mean !== 0);

export class Compare {
  /**
   * @param {HTMLElement} form
   * @param {HTMLElement} holder
   * @param {(apart: Apart) => Promise<void>} onMap shows a difference on the map
   */
  constructor(form, holder, onMap) {
    this.form = form;
    this.holder = holder;
    this.onMap = onMap;
    /** @type {Run[]} */
    this.runs = [];
    /** @type {Set<string>} */
    this.chosen = new Set();
    /** @type {string | undefined} */
    this.first = undefined; // the run compared with
    this.asked = 0;
    this.key = ""; // of what is drawn

    /** @type {Language} */
    this.language = "en"; // until runs are offered
    form.addEventListener("submit", (event) => { event.preventDefault(); this.go(); });
  }

  /**
   * Offers the ended runs; what was chosen stays chosen.
   * @type {(runs: Run[], shown: string | null, language: Language) => void}
   */
  offer(runs, shown, language) {
    const key = JSON.stringify([runs.map((run) => [run.id, run.name]), language]);
    if (key === this.key) return;
    if (this.language !== language) this.holder.replaceChildren();
    Object.assign(this, { key, language, runs });
    for (const id of this.chosen) if (!runs.some((run) => run.id === id)) this.chosen.delete(id);
    if (!this.chosen.size) {
      const suggested = suggestion(runs, shown);
      this.chosen = new Set(suggested.map((run) => run.id));
      this.first = suggested[0]?.id ?? this.first;
    }
    this.draw();
  }

  picked() {
    return inOrder(this.runs, this.chosen, this.first);
  }

  draw() {
    const focused = document.activeElement?.id;
    const enough = this.runs.length >= 2;
    const picked = this.picked(), reference = picked[0];
    this.first = reference?.id;
    /** @param {Run} run */
    const tick = (run) => {
      const input = element("input", { type: "checkbox", id: `pick-${run.id}`, checked: this.chosen.has(run.id),
        disabled: !this.chosen.has(run.id) && this.chosen.size >= MOST,
        onchange: () => { if (input.checked) this.chosen.add(run.id); else this.chosen.delete(run.id); this.draw(); } });
      return input;
    };
    /** @param {Run} run */
    const box = (run) => element("label", { class: "check", for: `pick-${run.id}` }, tick(run),
      element("span", {}, named(run), reference && run !== reference && !paired(run, reference) ? element("span", { class: "note" }, ` ${t("compare.unpaired")}`) : null));
    const first = element("select", { id: "compare-first", onchange: () => { this.first = first.value; this.draw(); } },
      ...picked.map((run) => element("option", { value: run.id }, named(run))));
    if (reference) first.value = reference.id;
    this.form.replaceChildren(...(enough ? [
      element("p", { class: "note" }, t("compare.intro", { most: MOST })),
      element("fieldset", {}, element("legend", {}, t("compare.runs")), element("div", { class: "picks" }, ...this.runs.map(box))),
      element("div", { class: "fields" }, element("div", {}, element("label", { for: "compare-first" }, t("compare.first")), first),
        element("div", {}, element("button", { type: "submit", class: "main", disabled: picked.length < 2 }, t("compare.go")))),
    ] : [element("p", {}, t("compare.few"))]));
    const again = focused ? document.getElementById(focused) : null;
    if (this.form.contains(again)) again?.focus();
  }

  async go() {
    const mine = (this.asked += 1), runs = this.picked();
    this.holder.replaceChildren(element("p", { class: "note" }, t("compare.wait")));
    try {
      const found = await ask(`compare?${new URLSearchParams(runs.map((run) => ["runs", run.id]))}`);
      if (mine === this.asked) this.show(runs, found);
    } catch (error) {
      if (mine === this.asked) this.holder.replaceChildren(element("p", { class: "alert" }, t("error.failed", { message: messageOf(error) })));
    }
  }

  /** @type {(runs: Run[], found: Comparison) => void} */
  show(runs, found) {
    /** @param {number} i */
    const style = (i) => ({ colour: LINES[i], dash: DASHES[i] });
    const [reference] = runs;
    const series = Object.entries(found.series);
    const side = series.map(([name, { lines, record }]) => chart({
      name: t(`chart.${name}`), file: `side-by-side-${name}`, labels: found.months, record,
      counted: countedIn(name), origin: { runs, series: record.length ? name : null },
      lines: lines.map((line, i) => ({ name: named(runs[i]), ...onlyWhole(line, found.whole), ...style(i) })),
    }, { note: countedIn(name) }));
    const apart = series.map(([name, { differences }]) => chart({
      name: t(`chart.${name}`), file: `difference-${name}`, labels: found.months,
      counted: `${countedIn(name)}. ${t("compare.monthly", { run: named(reference) })}`, read: t("about.pairs"),
      origin: { runs: runs.filter((run, i) => !i || found.paired[i]) },
      lines: differences.flatMap((line, i) => (line ? [{ name: named(runs[i]), ...onlyWhole(line, found.whole), ...style(i) }] : [])),
    }, { note: countedIn(name) }));
    const left = runs.filter((run, i) => i && !found.paired[i]);
    const others = runs.filter((run, i) => found.paired[i]);
    this.holder.replaceChildren(
      element("h3", {}, t("compare.sums")),
      element("p", { class: "note" }, t("compare.sums_note", { run: named(reference) })),
      left.length ? element("p", { class: "note" }, t("compare.left_out", { runs: left.map(named).join("; ") })) : "",
      this.table(runs, found), this.absent(found), this.save(runs, found),
      others.length ? this.mapTools(reference, others) : "",
      element("h3", {}, t("compare.side")), element("p", { class: "note" }, t("chart.band")), element("div", { class: "grid" }, ...side),
      ...(others.length ? [element("h3", {}, t("compare.monthly", { run: named(reference) })), element("div", { class: "grid" }, ...apart)] : []));
  }

  /** @type {(runs: Run[], found: Comparison) => Node} */
  table(runs, { measures }) {
    /** @type {(run: Run, i: number) => Node} */
    const head = (run, i) => element("th", { scope: "col", class: "wrap" }, swatch(i), named(run));
    const body = measures.filter(told).map(({ measure, words, decimals, sums, differences }) => element("tr", { "data-measure": measure },
      element("th", { scope: "row" }, capital(words[this.language].name)),
      ...sums.map((sum, i) => element("td", {}, number(sum.mean, decimals),
        element("small", {}, t("compare.band", { low: number(sum.low, decimals), high: number(sum.high, decimals) })),
        gapOf(differences[i], decimals)))));
    return element("div", { class: "scroll", tabindex: 0, role: "region", "aria-label": t("compare.sums") },
      element("table", {}, element("thead", {}, element("tr", {}, element("th", { scope: "col" }, t("compare.measure")), ...runs.map(head))), element("tbody", {}, ...body)));
  }

  /** @type {(found: Comparison) => Node | string} */
  absent({ measures }) {
    const names = measures.filter((row) => !told(row)).map(({ words }) => words[this.language].short);
    return names.length ? element("p", { class: "note" }, t("compare.absent", { list: names.join("; ") })) : "";
  }

  /** @type {(runs: Run[], found: Comparison) => Node} */
  save(runs, { months, measures }) {
    const heads = ["measure", "unit", "first", "last"].map((key) => t(`table.${key}`));
    const numbers = ["mean", "low", "high", "difference", "difference_low", "difference_high", "percent"].map((key) => t(`table.${key}`));
    const rows = () => runs.flatMap((run, i) => {
      const [head, ...mine] = withOrigin([...heads, ...numbers], measures.map((row) => {
        const gap = row.differences[i], { mean, low, high } = row.sums[i], said = row.words[this.language];
        return [capital(said.name), said.unit, months[0], months[months.length - 1],
          mean, low, high, gap?.difference, gap?.low, gap?.high, gap?.percent];
      }), { runs: [run] });
      return i ? mine : [head, ...mine];
    });
    return element("div", { class: "tools" }, element("button", { type: "button", onclick: () => download("comparison.csv", csv(rows())) }, t("chart.csv")));
  }

  /** @type {(reference: Run, others: Run[]) => Node} */
  mapTools(reference, others) {
    const select = element("select", { id: "map-run" }, ...others.map((run) => element("option", { value: run.id }, named(run))));
    const go = async () => {
      const other = others.find((run) => run.id === select.value);
      if (!other) return;
      button.disabled = true;
      try {
        const { people } = await ask(`compare/people?a=${reference.id}&b=${other.id}`);
        await this.onMap({ people, first: reference, other });
      } catch (error) {
        note.textContent = t("error.failed", { message: messageOf(error) });
      } finally {
        button.disabled = false;
      }
    };
    const button = element("button", { type: "button", id: "on-map", onclick: go }, t("compare.on_map"));
    const note = element("p", { class: "note", role: "status" });
    return element("div", {}, element("div", { class: "bar" }, element("label", { for: "map-run" }, t("compare.map_run", { run: named(reference) })), select, button), note);
  }
}

/** @param {string} text */
const capital = (text) => text.charAt(0).toUpperCase() + text.slice(1);

/** @param {Run} run */
const named = (run) => `${run.name} (${number(run.request.replicates)})`;

/**
 * Whether two runs have the same chance.
 * @type {(a: Run, b: Run) => boolean}
 */
export const paired = ({ request: a }, { request: b }) => a.replicates === b.replicates && a.seed === b.seed && a.draw === b.draw;

/**
 * Returns the run on the map and the newest other that has the same chance; runs are the newest first.
 * @param {Run[]} runs
 * @param {string | null} shown
 */
export function suggestion(runs, shown) {
  const first = runs.find((run) => run.id === shown) ?? runs[0];
  if (!first) return [];
  const other = runs.find((run) => run !== first && paired(run, first));
  return other ? [first, other] : [first];
}

/**
 * Returns the runs chosen, the one compared with first, then the oldest first; runs are the newest first.
 * @param {Run[]} runs
 * @param {Set<string>} chosen
 * @param {string | undefined} reference
 */
export function inOrder(runs, chosen, reference) {
  const picked = runs.filter((run) => chosen.has(run.id)).reverse();
  const first = picked.find((run) => run.id === reference) ?? picked[0];
  return first ? [first, ...picked.filter((run) => run !== first)] : [];
}

/** @type {(gap: Gap | null, decimals: number) => Node | null} */
const gapOf = (gap, decimals) => (gap ? element("small", { class: "change" }, change(gap, decimals)) : null);

/** @type {(gap: Gap, decimals: number) => string} */
export function change({ difference, low, high, percent }, decimals) {
  return t(percent === null ? "compare.change" : "compare.change_percent", {
    difference: signed(difference, decimals), low: signed(low, decimals), high: signed(high, decimals), percent: percent === null ? "" : signed(percent, 1),
  });
}

/** @param {number} i */
function swatch(i) {
  return svg("svg", { width: 26, height: 8, "aria-hidden": "true" },
    svg("path", { d: "M0 4H26", stroke: LINES[i], "stroke-width": 3, "stroke-dasharray": DASHES[i] }));
}
