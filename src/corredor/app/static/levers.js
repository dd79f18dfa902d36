// The form: scenario, name, levers with their ranges; it gives a request that the server checks.

import { ask, element, short, t } from "./core.js";

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
    const start = $("start").value || this.form.start;
    const own = lever.levels.filter(([day]) => day <= start).at(-1)?.[1] ?? lever.levels[0][1];
    const tell = (value) => `${short(value * lever.times)} ${t(`lever.${lever.item}.unit`)}`;
    const id = `lever-${lever.item}`;
    const slider = element("input", {
      id, type: "range", min: lever.low, max: lever.high, step: lever.step,
      "aria-describedby": `${id}-help ${id}-value`,
    });
    const value = element("output", { id: `${id}-value`, for: id });
    const reset = element("button", { type: "button", onclick: () => { this.moved.delete(lever.item); update(); } }, t("form.reset"));
    const box = element("div", { class: "lever" },
      element("label", { for: id }, t(`lever.${lever.item}.label`)), slider, value,
      element("p", { class: "note", id: `${id}-help` }, t(`lever.${lever.item}.help`)), reset);
    const update = () => {
      const mine = this.moved.get(lever.item);
      slider.value = mine ?? own;
      const at = tell(mine ?? own);
      slider.setAttribute("aria-valuetext", at);
      const from = t(lever.key === "*" ? "form.own_mean" : "form.own", { value: tell(own) });
      value.textContent = mine === undefined ? from : `${t("form.changed", { value: at })} (${from})`;
      box.classList.toggle("moved", mine !== undefined);
      reset.hidden = mine === undefined;
    };
    slider.addEventListener("input", () => { this.moved.set(lever.item, Number(slider.value)); update(); });
    update();
    return box;
  }

  request() {
    const changes = this.form.levers.filter((lever) => this.moved.has(lever.item)).map((lever) => ({
      lever: lever.lever, key: lever.key, value: this.moved.get(lever.item), start: $("start").value || null,
    }));
    return {
      name: $("name").value.trim(), scenario: $("scenario").value, changes,
      replicates: Number($("replicates").value), seed: Number($("seed").value),
    };
  }
}
