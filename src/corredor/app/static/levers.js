// The form: scenario, name, levers with their ranges; it gives a request that the server checks.

import { ask, element, monthName, short, t } from "./core.js";

const FACTOR = { low: 0, high: 3, step: 0.05 }; // from nothing to three times what each run has, unless the form says otherwise
const $ = (id) => document.getElementById(id);

export class Form {
  constructor(language, started, failed) {
    this.language = language;
    this.moved = new window.Map();
    $("scenario").addEventListener("change", () => this.choose().catch((error) => failed(t("error.failed", { message: error.message }))));
    $("start").addEventListener("change", () => this.drawLevers());
    $("form").addEventListener("submit", async (event) => {
      event.preventDefault();
      $("run").disabled = true;
      try {
        started(await ask("runs", "POST", this.request()));
      } catch (error) {
        failed(t("form.refused", { message: error.message }));
      } finally {
        $("run").disabled = false;
      }
    });
  }

  async load(language) {
    this.language = language;
    const before = $("scenario").value;
    this.scenarios = await ask(`scenarios?language=${language}`);
    $("scenario").replaceChildren(...this.scenarios.map((s) => element("option", { value: s.name }, s.title)));
    if (before) $("scenario").value = before;
    await this.choose(Boolean(before));
  }

  async choose(keep = false) {
    const scenario = this.scenarios.find((s) => s.name === $("scenario").value);
    $("description").textContent = scenario.description;
    this.form = await ask(`levers?scenario=${scenario.name}&language=${this.language}`);
    if (!keep || !$("start").value) {
      this.moved.clear();
      $("start").value = this.form.start;
    }
    $("start").min = this.form.start;
    $("start").max = this.form.end;
    if (!$("name").value || !this.named) $("name").value = scenario.title.slice(0, 80);
    $("name").oninput = () => { this.named = $("name").value !== ""; };
    this.drawLevers();
  }

  drawLevers() {
    $("levers").replaceChildren(...this.form.levers.map((lever) => this.lever(lever)));
  }

  lever(lever) {
    const start = ($("start").value || this.form.start).slice(0, 7);
    const own = lever.months.filter(({ month }) => month <= start).at(-1) ?? lever.months[0];
    const amount = (value) => short(Number((value * lever.times).toPrecision(3))); // more digits would be made up
    const unit = t(`lever.${lever.item}.unit`), id = `lever-${lever.item}`;
    const band = (times) => (own.moved ? t("form.in_runs", {
      middle: amount(own.middle * times), low: amount(own.low * times), high: amount(own.high * times), unit,
    }) : t("form.in_all_runs", { value: amount(own.middle * times), unit }));
    const slider = element("input", { id, type: "range", "aria-describedby": `${id}-help ${id}-value` });
    const way = element("select", { id: `${id}-way`, "aria-label": `${t(`lever.${lever.item}.label`)}: ${t("form.way")}` },
      ...lever.ways.map((name) => element("option", { value: name }, t(`form.way_${name}`))));
    const value = element("output", { id: `${id}-value`, for: id });
    const reset = element("button", { type: "button", onclick: () => { this.moved.delete(lever.item); update(); } }, t("form.reset"));
    const box = element("div", { class: "lever" },
      element("label", { for: id }, t(`lever.${lever.item}.label`)), lever.ways.length > 1 ? way : "", slider, value,
      element("p", { class: "note", id: `${id}-help` }, t(`lever.${lever.item}.help`)), reset);
    const update = () => {
      const mine = this.moved.get(lever.item), chosen = mine?.way ?? way.value;
      const range = chosen === "factor" && lever.ways.length > 1 ? FACTOR : lever;
      way.value = chosen;
      Object.assign(slider, { min: range.low, max: range.high, step: range.step });
      slider.value = mine?.value ?? (chosen === "factor" ? 1 : own.middle);
      const from = t(lever.key === "*" ? "form.own_mean" : "form.own", { month: monthName(own.month), value: band(1) });
      const changed = mine && (chosen === "factor"
        ? t("form.multiplied", { factor: short(mine.value), value: band(mine.value) })
        : t("form.changed", { value: `${amount(mine.value)} ${unit}` }));
      value.textContent = mine ? `${changed} (${from})` : from;
      slider.setAttribute("aria-valuetext", value.textContent);
      box.classList.toggle("moved", Boolean(mine));
      reset.hidden = !mine;
    };
    slider.addEventListener("input", () => { this.moved.set(lever.item, { way: way.value, value: Number(slider.value) }); update(); });
    way.addEventListener("change", () => { this.moved.delete(lever.item); update(); });
    update();
    return box;
  }

  request() {
    const changes = this.form.levers.filter((lever) => this.moved.has(lever.item)).map((lever) => ({
      lever: lever.lever, key: lever.key, ...this.moved.get(lever.item), start: $("start").value || null,
    }));
    return {
      name: $("name").value.trim(), scenario: $("scenario").value, changes,
      replicates: Number($("replicates").value), seed: Number($("seed").value),
    };
  }
}
