// The table of needs: every place in a month, to be sorted, filtered and taken along.

import { withOrigin } from "./about.js";
import { rowsChart } from "./charts.js";
import { ask, download, element, focusOn, focusedBy, messageOf, monthName, number, save, t } from "./core.js";
import { rowsOf } from "./needs_rows.js";
import { csv } from "./table.js";

/**
 * @import { BaseMap, Language, NeedsOfPlaces, Run } from "../documents.js"
 * @import { Attributes } from "./core.js"
 * @import { Row, Sort } from "./needs_rows.js"
 * @import { Cell } from "./table.js"
 *
 * @typedef {{
 *   run: HTMLSelectElement, month: HTMLSelectElement, zone: HTMLSelectElement,
 *   find: HTMLInputElement, share: HTMLInputElement, empty: HTMLInputElement,
 * }} Fields
 */

const MOST = 12; // places in the picture
const PEOPLE = ["people", "people-busiest-evening"]; // rows of people, for which there is no standard

export class NeedsTable {
  /**
   * @param {BaseMap} base
   * @param {Language} language
   * @param {{ sort: Sort, wish?: string, fields: Fields }} [before] a table in another language, whose choices stay
   */
  constructor(base, language, before) {
    this.base = base;
    this.language = language;
    /** @type {Sort} */
    this.sort = before?.sort ?? { column: "people", down: true };
    this.asked = 0;
    this.wish = before?.fields.month.value || before?.wish; // the month to begin with
    /** @type {Run[]} */
    this.runs = [];
    /** @type {NeedsOfPlaces | undefined} */
    this.found = undefined;
    this.fields = this.build(before?.fields);
    this.count = element("p", { class: "note", "aria-live": "polite" });
    this.scroll = element("div", { class: "scroll tall", tabindex: 0, role: "region", "aria-label": t("needs.heading") });
    this.links = element("div", { class: "tools" });
    this.chart = element("div", { class: "grid" });
    this.notes = element("div");
    const { empty, ...rest } = this.fields;
    const fields = Object.entries(rest).map(([name, node]) => element("div", {}, element("label", { for: node.id }, t(`needs.${name}`)), node));
    this.node = element("div", {}, element("p", { class: "note" }, t("needs.intro")), element("div", { class: "fields" }, ...fields),
      element("p", { class: "note", id: "needs-share-help" }, t("needs.share_help")),
      element("label", { class: "check", for: empty.id }, empty, t("needs.empty")),
      this.count, this.scroll, this.links, element("p", { class: "note" }, t("needs.excel_wait")), this.chart, this.notes);
  }

  /**
   * Makes the fields, with what was chosen in those before.
   * @param {Fields} [before]
   * @returns {Fields}
   */
  build(before) {
    /** @type {(id: string, act: () => void) => HTMLSelectElement} */
    const select = (id, act) => element("select", { id, onchange: act });
    /** @type {(id: string, more: Attributes) => HTMLInputElement} */
    const input = (id, more) => element("input", { id, ...more });
    const fields = {
      run: select("needs-run", () => this.turn()), month: select("needs-month", () => this.load()), zone: select("needs-zone", () => this.draw()),
      find: input("needs-find", { type: "search", placeholder: t("needs.find_hint"), oninput: () => this.draw() }),
      share: input("needs-share", { type: "number", min: 0, max: 100, step: 5, value: before?.share.value ?? 100, "aria-describedby": "needs-share-help", onchange: () => this.load() }),
      empty: input("needs-empty", { type: "checkbox", checked: before?.empty.checked ?? true, onchange: () => this.draw() }),
    };
    const lived = new Set(this.base.places.map((place) => place.zone));
    const zones = Object.entries(this.base.zones).filter(([zone]) => lived.has(zone));
    fill(fields.zone, [["", t("needs.every_zone")], ...zones], before?.zone.value ?? "");
    fields.find.value = before?.find.value ?? "";
    if (before?.run.value) fill(fields.run, [[before.run.value, ""]], before.run.value);
    return fields;
  }

  // Offers the months of the run chosen, then shows its needs.
  async turn() {
    const run = this.fields.run.value, mine = (this.asked += 1);
    await this.guard(mine, async () => {
      const { months } = await ask(`runs/${run}/monthly.json`);
      if (mine !== this.asked) return;
      const wish = this.fields.month.value || this.wish || "";
      fill(this.fields.month, months.map((month) => [month, monthName(month)]), months.includes(wish) ? wish : months[months.length - 1]);
      await this.load();
    });
  }

  async load() {
    const mine = (this.asked += 1);
    await this.guard(mine, async () => {
      const found = await ask(`runs/${this.fields.run.value}/needs/places?${this.query(true)}`);
      if (mine !== this.asked) return;
      this.found = found;
      this.draw();
    });
  }

  /** @type {(mine: number, act: () => Promise<void>) => Promise<void>} */
  async guard(mine, act) {
    this.count.textContent = t("needs.wait");
    try {
      await act();
    } catch (error) {
      if (mine === this.asked) this.scroll.replaceChildren(element("p", { class: "alert" }, t("error.failed", { message: messageOf(error) })));
    }
  }

  /** @param {boolean} month whether of the month chosen only */
  query(month) {
    const share = Math.max(0, Math.min(100, Number(this.fields.share.value))) / 100;
    const asked = new URLSearchParams({ share: String(share), language: this.language });
    if (month) asked.set("month", this.fields.month.value);
    return asked;
  }

  draw() {
    const { found } = this;
    if (!found) return;
    const { zone, find, empty } = this.fields, { needs, days, places } = found;
    const rows = rowsOf(found, this.base.places, { zone: zone.value, find: find.value, empty: empty.checked }, this.sort, this.language);
    /** @type {(column: string, name: string, unit?: string) => Node} */
    const head = (column, name, unit) => {
      const sorted = this.sort.column === column;
      const turn = () => { this.sort = { column, down: sorted ? !this.sort.down : column !== "place" }; this.draw(); focusOn(this.scroll, "sort", column); };
      return element("th", { scope: "col", "aria-sort": sorted ? (this.sort.down ? "descending" : "ascending") : null },
        element("button", { type: "button", class: "sort", "data-sort": column, onclick: turn }, name, sorted ? (this.sort.down ? " ▼" : " ▲") : ""),
        unit ? element("div", { class: "unit" }, unit) : null);
    };
    const heads = [head("place", t("needs.place")), ...needs.map(({ need, name, unit }) => head(need, name, unit)),
      head("beds", t("needs.beds")), head("over", t("needs.over"), t("needs.over_unit", { days }))];
    /** @param {Row["over"] | Row["values"][number]} band */
    const cell = ([low, middle, high]) => element("td", {}, number(middle), element("small", {}, `${number(low)} – ${number(high)}`));
    const body = rows.map((row) => element("tr", { "data-place-row": row.place }, element("th", { scope: "row" }, row.name),
      ...row.values.map((band) => cell(band)),
      element("td", {}, row.beds === null ? t("needs.not_published") : number(row.beds)), row.over[1] === null ? element("td", {}, "–") : cell(row.over)));
    const left = this.scroll.scrollLeft, held = this.scroll.contains(document.activeElement) ? focusedBy("sort") : undefined;
    this.scroll.replaceChildren(element("table", { id: "needs-table" }, element("caption", { class: "hidden" }, t("needs.heading")),
      element("thead", {}, element("tr", {}, ...heads)), element("tbody", {}, ...body)));
    this.scroll.scrollLeft = left;
    if (held) focusOn(this.scroll, "sort", held); // numbers that come later must not take the keys away
    this.count.textContent = t("needs.count", { shown: number(rows.length), all: number(places.length) });
    this.offer(found, rows);
    this.picture(found, rows);
    /** @param {string[]} texts */
    const list = (texts) => element("ul", { class: "note" }, ...texts.map((text) => element("li", {}, text)));
    this.notes.replaceChildren(element("h3", {}, t("needs.notes")), list(found.notes), element("h3", {}, t("needs.sources")), list(found.sources));
  }

  /**
   * Draws the places that need most of what the table is sorted by, as a chart.
   * @type {(found: NeedsOfPlaces, rows: Row[]) => void}
   */
  picture({ needs }, rows) {
    const at = Math.max(0, needs.findIndex(({ need }) => need === this.sort.column));
    const month = this.fields.month.value, { need, name, unit } = needs[at];
    const most = [...rows].sort((a, b) => b.values[at][1] - a.values[at][1]).slice(0, MOST);
    const shown = most.map(({ name: place, values }) => {
      const [low, value, high] = values[at];
      return { name: place, low, value, high };
    });
    const { run, zone, share } = this.fields;
    const further = [`${t("needs.zone")}: ${zone.selectedOptions[0].text}.`, `${t("needs.share")}: ${share.value}.`,
      PEOPLE.includes(need) ? "" : t("needs.standards")].filter(Boolean);
    this.chart.replaceChildren(...(shown.length ? [rowsChart({
      name: t("needs.chart", { need: name, month: monthName(month) }), counted: unit, file: `needs-${month}-${need}`, rows: shown,
      origin: { runs: this.runs.filter((one) => one.id === run.value), further },
    }, { note: t("needs.chart_note") })] : []));
  }

  /**
   * Offers the rows as files.
   * @type {(found: NeedsOfPlaces, rows: Row[]) => void}
   */
  offer({ needs }, rows) {
    const run = this.fields.run.value, month = this.fields.month.value;
    const heads = [...["place", "zone", "month", "need", "unit"].map((key) => t(`table.${key}`)), ...["low", "middle", "high"].map((key) => t(`place.${key}`)),
      t("needs.beds"), t("table.share")];
    const cells = () => rows.flatMap((row) => row.values.map((band, i) => /** @type {Cell[]} */ (
      [row.name, this.base.zones[row.zone], month, needs[i].name, needs[i].unit, ...band, row.beds, this.query(true).get("share")])));
    const table = () => withOrigin(heads, cells(), { runs: this.runs.filter((one) => one.id === run) });
    /** @type {(address: string) => (event: Event) => Promise<void>} */
    const fetched = (address) => async (event) => {
      event.preventDefault();
      const before = this.count.textContent;
      this.count.textContent = t("needs.wait");
      try {
        await save(address);
        this.count.textContent = before;
      } catch (error) { this.count.textContent = t("error.failed", { message: messageOf(error) }); }
    };
    /** @param {boolean} whole */
    const excel = (whole) => {
      const asked = this.query(!whole);
      if (this.fields.zone.value) asked.set("zone", this.fields.zone.value);
      return `/api/runs/${run}/needs.xlsx?${asked}`;
    };
    this.links.replaceChildren(
      element("button", { type: "button", onclick: () => download(`needs-${month}.csv`, csv(table())) }, t("needs.csv")),
      element("a", { class: "button", href: excel(false), download: true, onclick: fetched(excel(false)) }, t("needs.excel")),
      element("a", { class: "button", href: excel(true), download: true, onclick: fetched(excel(true)) }, t("needs.excel_all")));
  }
}

/** @type {(select: HTMLSelectElement, options: string[][], value: string | null | undefined) => void} */
export function fill(select, options, value) {
  select.replaceChildren(...options.map(([id, name]) => element("option", { value: id }, name)));
  if (value !== null && value !== undefined) select.value = value;
}
