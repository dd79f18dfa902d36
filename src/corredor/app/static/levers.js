// The form: scenario, name, levers with their ranges; it gives a request that the server checks.

import { $, ask, element, messageOf, monthName, short, standing, t } from "./core.js";

/**
 * @import { Language, Lever, LeverForm, Run, RunRequest, Scenario, Way } from "../documents.js"
 *
 * @typedef {{ way: Way, value: number }} Moved How a lever was moved.
 */

const FACTOR = { low: 0, high: 3, step: 0.05 }; // from nothing to three times what each run has, unless the form says otherwise

/**
 * Returns what a lever is in the runs from a day on: in its month, or the last one before.
 * @param {Lever["months"]} months
 * @param {string} start
 */
export const levelAt = (months, start) => {
  const before = months.filter(({ month }) => month <= start.slice(0, 7));
  return before[before.length - 1] ?? months[0];
};

/**
 * Returns the changes of a request: what was moved, in the order of the form.
 * @param {Lever[]} levers
 * @param {Map<string, Moved>} moved by item
 * @param {string | null} start
 */
export const changesOf = (levers, moved, start) => levers.flatMap(({ item, lever, key }) => {
  const mine = moved.get(item);
  return mine ? [{ lever, key, ...mine, start }] : [];
});

/**
 * Returns a value of a lever as it is read; more digits would be made up.
 * @type {(value: number, times: number) => string}
 */
export const amountOf = (value, times) => short(Number((value * times).toPrecision(3)));

export class Form {
  /**
   * @param {Language} language
   * @param {(run: Run) => void} started
   * @param {(message: string) => void} failed
   */
  constructor(language, started, failed) {
    this.language = language;
    /** @type {Map<string, Moved>} */
    this.moved = new Map();
    /** @type {Scenario[]} */
    this.scenarios = [];
    /** @type {LeverForm} */
    this.form = { start: "", end: "", levers: [] };
    this.named = false; // whether somebody wrote a name
    this.scenario = standing("scenario", HTMLSelectElement);
    this.start = standing("start", HTMLInputElement);
    this.name = standing("name", HTMLInputElement);
    this.replicates = standing("replicates", HTMLInputElement);
    this.seed = standing("seed", HTMLInputElement);
    const run = standing("run", HTMLButtonElement);
    this.scenario.addEventListener("change", () => {
      this.choose().catch((error) => failed(t("error.failed", { message: messageOf(error) })));
    });
    this.start.addEventListener("change", () => this.drawLevers());
    this.name.addEventListener("input", () => { this.named = this.name.value !== ""; });
    $("form").addEventListener("submit", async (event) => {
      event.preventDefault();
      run.disabled = true;
      try {
        started(await ask("runs", "POST", this.request()));
      } catch (error) {
        failed(t("form.refused", { message: messageOf(error) }));
      } finally {
        run.disabled = false;
      }
    });
  }

  /** @param {Language} language */
  async load(language) {
    this.language = language;
    const before = this.scenario.value;
    this.scenarios = await ask(`scenarios?language=${language}`);
    this.scenario.replaceChildren(...this.scenarios.map((s) => element("option", { value: s.name }, s.title)));
    if (before) this.scenario.value = before;
    await this.choose(Boolean(before));
  }

  async choose(keep = false) {
    const scenario = this.scenarios.find((s) => s.name === this.scenario.value);
    if (!scenario) return;
    $("description").textContent = scenario.description;
    if (!this.name.value || !this.named) this.name.value = scenario.title.slice(0, 80);
    const form = await ask(`levers?scenario=${scenario.name}&language=${this.language}`);
    if (this.scenario.value !== scenario.name) return; // another was chosen meanwhile
    this.form = form;
    if (!keep || !this.start.value) {
      this.moved.clear();
      this.start.value = this.form.start;
    }
    this.start.min = this.form.start;
    this.start.max = this.form.end;
    this.drawLevers();
  }

  drawLevers() {
    $("levers").replaceChildren(...this.form.levers.map((lever) => this.lever(lever)));
  }

  /** @param {Lever} lever */
  lever(lever) {
    const own = levelAt(lever.months, this.start.value || this.form.start);
    /** @param {number} value */
    const amount = (value) => amountOf(value, lever.times);
    const unit = t(`lever.${lever.item}.unit`), id = `lever-${lever.item}`;
    /** @param {number} times */
    const band = (times) => (own.moved ? t("form.in_runs", {
      middle: amount(own.middle * times), low: amount(own.low * times), high: amount(own.high * times), unit,
    }) : t("form.in_all_runs", { value: amount(own.middle * times), unit }));
    const slider = element("input", { id, type: "range", "aria-describedby": `${id}-help ${id}-value` });
    const choice = element("select", { id: `${id}-way`, "aria-label": `${t(`lever.${lever.item}.label`)}: ${t("form.way")}` },
      ...lever.ways.map((name) => element("option", { value: name }, t(`form.way_${name}`))));
    const value = element("output", { id: `${id}-value`, for: id });
    const reset = element("button", { type: "button", onclick: () => { this.moved.delete(lever.item); update(); } }, t("form.reset"));
    const box = element("div", { class: "lever" },
      element("label", { for: id }, t(`lever.${lever.item}.label`)), lever.ways.length > 1 ? choice : "", slider, value,
      element("p", { class: "note", id: `${id}-help` }, t(`lever.${lever.item}.help`)), reset);
    const update = () => {
      const mine = this.moved.get(lever.item), chosen = mine?.way ?? wayOf(choice.value);
      const range = chosen === "factor" && lever.ways.length > 1 ? FACTOR : lever;
      choice.value = chosen;
      Object.assign(slider, { min: String(range.low), max: String(range.high), step: String(range.step) });
      slider.value = String(mine?.value ?? (chosen === "factor" ? 1 : own.middle));
      const from = t(lever.key === "*" ? "form.own_mean" : "form.own", { month: monthName(own.month), value: band(1) });
      const changed = mine && (chosen === "factor"
        ? t("form.multiplied", { factor: short(mine.value), value: band(mine.value) })
        : t("form.changed", { value: `${amount(mine.value)} ${unit}` }));
      value.textContent = mine ? `${changed} (${from})` : from;
      slider.setAttribute("aria-valuetext", value.textContent);
      box.classList.toggle("moved", Boolean(mine));
      reset.hidden = !mine;
    };
    slider.addEventListener("input", () => { this.moved.set(lever.item, { way: wayOf(choice.value), value: Number(slider.value) }); update(); });
    choice.addEventListener("change", () => { this.moved.delete(lever.item); update(); });
    update();
    return box;
  }

  /** @returns {RunRequest} */
  request() {
    return {
      name: this.name.value.trim(), scenario: this.scenario.value, changes: changesOf(this.form.levers, this.moved, this.start.value || null),
      replicates: Number(this.replicates.value), seed: Number(this.seed.value),
    };
  }
}

/**
 * @param {string} value of the list of ways
 * @returns {Way}
 */
const wayOf = (value) => (value === "factor" ? "factor" : "value");
