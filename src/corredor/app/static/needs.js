// The page of needs: every place in a month, to be sorted, filtered and taken along.

import { withOrigin } from "./about.js";
import { rowsChart } from "./charts.js";
import { ask, download, element, monthName, number, save, t } from "./core.js";
import { csv } from "./table.js";

const MOST = 12; // places in the picture
const PEOPLE = ["people", "people-busiest-evening"]; // rows of people, for which there is no standard

export class Needs {
  constructor(holder) {
    this.holder = holder;
    this.sort = { column: "people", down: true };
    this.asked = 0;
  }

  // Shows the needs of a run; what was chosen before stays chosen.
  async open({ runs, shown, month, base, language }) {
    this.base = base;
    const key = JSON.stringify([runs.map((run) => [run.id, run.name]), language]);
    if (key === this.key) return;
    if (!this.fields || this.language !== language || !this.built) this.build();
    Object.assign(this, { key, language, runs });
    const known = this.fields.run.value;
    fill(this.fields.run, runs.map((run) => [run.id, `${run.name} (${number(run.request.replicates)})`]),
      runs.some((run) => run.id === known) ? known : runs.some((run) => run.id === shown) ? shown : runs[0]?.id);
    this.wish ??= month;
    this.table.hidden = !runs.length;
    this.none.hidden = Boolean(runs.length);
    if (runs.length) await this.turn();
  }

  build() {
    const before = Object.fromEntries(Object.entries(this.fields ?? {}).map(([name, field]) => [name, field.type === "checkbox" ? field.checked : field.value]));
    const select = (id, act) => element("select", { id, onchange: act });
    this.fields = {
      run: select("needs-run", () => this.turn()), month: select("needs-month", () => this.load()), zone: select("needs-zone", () => this.draw()),
      find: element("input", { id: "needs-find", type: "search", placeholder: t("needs.find_hint"), oninput: () => this.draw() }),
      share: element("input", { id: "needs-share", type: "number", min: 0, max: 100, step: 5, value: before.share ?? 100, "aria-describedby": "needs-share-help", onchange: () => this.load() }),
      empty: element("input", { id: "needs-empty", type: "checkbox", checked: before.empty ?? true, onchange: () => this.draw() }),
    };
    const zones = [...new Set(this.base.places.map((place) => place.zone))];
    fill(this.fields.zone, [["", t("needs.every_zone")], ...zones.map((zone) => [zone, t(`zone.${zone}`)])], before.zone ?? "");
    this.fields.find.value = before.find ?? "";
    if (before.run) fill(this.fields.run, [[before.run, ""]], before.run);
    if (before.month) this.wish = before.month;
    const field = (name) => element("div", {}, element("label", { for: `needs-${name}` }, t(`needs.${name}`)), this.fields[name]);
    this.count = element("p", { class: "note", "aria-live": "polite" });
    this.scroll = element("div", { class: "scroll tall", tabindex: 0, role: "region", "aria-label": t("needs.heading") });
    this.links = element("div", { class: "tools" });
    this.chart = element("div", { class: "grid" });
    this.notes = element("div");
    this.none = element("p", {}, t("needs.none"));
    this.table = element("div", {}, element("p", { class: "note" }, t("needs.intro")),
      element("div", { class: "fields" }, ...["run", "month", "zone", "find", "share"].map(field)),
      element("p", { class: "note", id: "needs-share-help" }, t("needs.share_help")),
      element("label", { class: "check", for: "needs-empty" }, this.fields.empty, t("needs.empty")),
      this.count, this.scroll, this.links, element("p", { class: "note" }, t("needs.excel_wait")), this.chart, this.notes);
    this.holder.replaceChildren(this.none, this.table);
    this.built = true;
  }

  // Offers the months of the run chosen, then shows its needs.
  async turn() {
    const run = this.fields.run.value, mine = (this.asked += 1);
    await this.guard(mine, async () => {
      const { months } = await ask(`runs/${run}/monthly.json`);
      if (mine !== this.asked) return;
      const wish = this.fields.month.value || this.wish;
      fill(this.fields.month, months.map((month) => [month, monthName(month)]), months.includes(wish) ? wish : months.at(-1));
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

  async guard(mine, act) {
    this.count.textContent = t("needs.wait");
    try {
      await act();
    } catch (error) {
      if (mine === this.asked) this.scroll.replaceChildren(element("p", { class: "alert" }, t("error.failed", { message: error.message })));
    }
  }

  query(month) {
    const share = Math.max(0, Math.min(100, Number(this.fields.share.value))) / 100;
    const asked = new URLSearchParams({ share, language: this.language });
    if (month) asked.set("month", this.fields.month.value);
    return asked;
  }

  // The rows that the filters leave, as they are sorted.
  rows() {
    const zone = this.fields.zone.value, find = plain(this.fields.find.value);
    const known = new Map(this.base.places.map((place) => [place.place, place]));
    const rows = this.found.places.map((place) => ({ ...place, ...known.get(place.place), beds: place.beds }))
      .filter((row) => (!zone || row.zone === zone) && plain(row.name).includes(find))
      .filter((row) => !this.fields.empty.checked || row.values[0][2] > 0);
    const { column, down } = this.sort, at = this.found.needs.findIndex((need) => need.need === column);
    const value = (row) => ({ place: row.name, beds: row.beds ?? -1, over: row.over[1] ?? -1 })[column] ?? row.values[at][1];
    const compare = (a, b) => (typeof a === "string" ? a.localeCompare(b, this.language) : a - b);
    return rows.sort((a, b) => (down ? -1 : 1) * compare(value(a), value(b)) || a.name.localeCompare(b.name, this.language));
  }

  draw() {
    if (!this.found) return;
    const { needs, days, places } = this.found, rows = this.rows();
    const head = (column, name, unit) => {
      const sorted = this.sort.column === column;
      const turn = () => { this.sort = { column, down: sorted ? !this.sort.down : column !== "place" }; this.draw(); this.scroll.querySelector(`[data-sort="${column}"]`).focus(); };
      return element("th", { scope: "col", "aria-sort": sorted ? (this.sort.down ? "descending" : "ascending") : null },
        element("button", { type: "button", class: "sort", "data-sort": column, onclick: turn }, name, sorted ? (this.sort.down ? " ▼" : " ▲") : ""),
        unit ? element("div", { class: "unit" }, unit) : null);
    };
    const heads = [head("place", t("needs.place")), ...needs.map(({ need, name, unit }) => head(need, name, unit)),
      head("beds", t("needs.beds")), head("over", t("needs.over"), t("needs.over_unit", { days }))];
    const cell = ([low, middle, high]) => element("td", {}, number(middle), element("small", {}, `${number(low)} – ${number(high)}`));
    const body = rows.map((row) => element("tr", { "data-place-row": row.place }, element("th", { scope: "row" }, row.name),
      ...row.values.map((band) => cell(band)),
      element("td", {}, row.beds === null ? t("needs.not_published") : number(row.beds)), row.over[1] === null ? element("td", {}, "–") : cell(row.over)));
    const left = this.scroll.scrollLeft, held = this.scroll.contains(document.activeElement) ? document.activeElement.dataset.sort : null;
    this.scroll.replaceChildren(element("table", { id: "needs-table" }, element("caption", { class: "hidden" }, t("needs.heading")),
      element("thead", {}, element("tr", {}, ...heads)), element("tbody", {}, ...body)));
    this.scroll.scrollLeft = left;
    if (held) this.scroll.querySelector(`[data-sort="${held}"]`)?.focus(); // numbers that come later must not take the keys away
    this.count.textContent = t("needs.count", { shown: number(rows.length), all: number(places.length) });
    this.offer(rows);
    this.picture(rows);
    const list = (texts) => element("ul", { class: "note" }, ...texts.map((text) => element("li", {}, text)));
    this.notes.replaceChildren(element("h3", {}, t("needs.notes")), list(this.found.notes), element("h3", {}, t("needs.sources")), list(this.found.sources));
  }

  // The places that need most of what the table is sorted by, as a chart.
  picture(rows) {
    const { needs } = this.found, at = Math.max(0, needs.findIndex(({ need }) => need === this.sort.column));
    const month = this.fields.month.value, { need, name, unit } = needs[at];
    const most = [...rows].sort((a, b) => b.values[at][1] - a.values[at][1]).slice(0, MOST);
    const shown = most.map(({ name: place, values: { [at]: [low, value, high] } }) => ({ name: place, low, value, high }));
    const { run, zone, share } = this.fields;
    const further = [`${t("needs.zone")}: ${zone.selectedOptions[0].text}.`, `${t("needs.share")}: ${share.value}.`,
      PEOPLE.includes(need) ? "" : t("needs.standards")].filter(Boolean);
    this.chart.replaceChildren(...(shown.length ? [rowsChart({
      name: t("needs.chart", { need: name, month: monthName(month) }), counted: unit, file: `needs-${month}-${need}`, rows: shown,
      origin: { runs: this.runs.filter((one) => one.id === run.value), further },
    }, { note: t("needs.chart_note") })] : []));
  }

  offer(rows) {
    const { needs } = this.found, run = this.fields.run.value, month = this.fields.month.value;
    const heads = [...["place", "zone", "month", "need", "unit"].map((key) => t(`table.${key}`)), ...["low", "middle", "high"].map((key) => t(`place.${key}`)),
      t("needs.beds"), t("table.share")];
    const cells = () => rows.flatMap((row) => row.values.map((band, i) => (
      [row.name, t(`zone.${row.zone}`), month, needs[i].name, needs[i].unit, ...band, row.beds, this.query(true).get("share")])));
    const table = () => withOrigin(heads, cells(), { runs: this.runs.filter((one) => one.id === run) });
    const fetched = (address) => async (event) => {
      event.preventDefault();
      const before = this.count.textContent;
      this.count.textContent = t("needs.wait");
      try {
        await save(address);
        this.count.textContent = before;
      } catch (error) { this.count.textContent = t("error.failed", { message: error.message }); }
    };
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

const plain = (text) => text.normalize("NFD").replace(/\p{M}/gu, "").toLowerCase().trim();

function fill(select, options, value) {
  select.replaceChildren(...options.map(([id, name]) => element("option", { value: id }, name)));
  if (value !== undefined) select.value = value;
}
