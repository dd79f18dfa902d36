// The list of runs: how far each is, what can be done with it, and its command.

import { ask, download, element, focusOn, focusedBy, messageOf, number, save as fetched, t } from "./core.js";

/**
 * @import { Run } from "../documents.js"
 * @import { Attributes } from "./core.js"
 *
 * @typedef {{ show: (id: string) => void, failed: (message: string) => void }} Told What the page does with a run.
 */

const MOST = { name: 80, note: 300 }; // letters
/** @type {{ id: string, node: HTMLElement } | null} */
let editing = null; // the run whose name and note are being written, with its form
let drawAgain = () => {}; // the list as it was told of last
/** @type {Set<string>} */
const sure = new Set(); // runs whose deletion was asked for once; the list is drawn again at any time

/**
 * @param {HTMLElement} holder
 * @param {Run[]} runs
 * @param {string | null} shown
 * @param {Told} told
 */
export function drawRuns(holder, runs, shown, { show, failed }) {
  if (!runs.length) {
    holder.replaceChildren(element("li", {}, t("runs.none")));
    return;
  }
  const focused = focusedBy("act");
  drawAgain = () => drawRuns(holder, runs, shown, { show, failed });
  const standing = new Map(Array.from(holder.children, (one) => [one.getAttribute("data-run"), one]));
  const drawn = runs.map((run) => {
    if (run.id === editing?.id) return editing.node;
    const now = item(run, run.id === shown, { show, failed, redraw: () => drawAgain() });
    const old = standing.get(run.id);
    return old && toldIn(old, now) ? old : now;
  });
  if (drawn.length === holder.children.length && drawn.every((one, i) => one === holder.children[i])) return;
  holder.replaceChildren(...drawn);
  if (focused) focusOn(holder, "act", focused);
}

/**
 * Says how far a run is in the item that stands, if nothing else differs: else a click on a button is lost.
 * @param {Element} old
 * @param {Element} now
 */
function toldIn(old, now) {
  const parts = ["progress", "span.note"];
  const [before, after] = [old, now].map((one) => {
    const copy = /** @type {Element} */ (one.cloneNode(true));
    for (const part of parts) copy.querySelector(part)?.replaceWith(element("i", {}));
    return copy;
  });
  if (!before?.isEqualNode(after ?? null)) return false;
  for (const part of parts) {
    const told = now.querySelector(part), place = old.querySelector(part);
    if (told && place && !told.isEqualNode(place)) place.replaceWith(told);
  }
  return true;
}

/**
 * Offers to write another name and a note; the list may be drawn again meanwhile.
 * @param {Run} run
 * @param {{ failed: Told["failed"], redraw: () => void }} page
 */
function edit(run, { failed, redraw }) {
  const name = element("input", { id: "edit-name", maxlength: MOST.name, "data-act": "edit-name", required: true, autocomplete: "off" });
  const note = element("textarea", { id: "edit-note", maxlength: MOST.note, "data-act": "edit-note", rows: 3 });
  name.value = run.name;
  note.value = run.note;
  const nameLabel = element("label", { for: name.id }, t("runs.name")), noteLabel = element("label", { for: note.id }, t("runs.note"));
  const close = () => {
    editing = null;
    redraw();
    focusOn(document, "act", `rename-${run.id}`);
  };
  /** @param {Event} event */
  const save = async (event) => {
    event.preventDefault();
    try {
      Object.assign(run, await ask(`runs/${run.id}`, "PATCH", { name: name.value.trim(), note: note.value.replace(/\s+/g, " ").trim() }));
      close();
    } catch (error) {
      failed(t("error.failed", { message: messageOf(error) }));
    }
  };
  /** @param {KeyboardEvent} event */
  const leave = (event) => { if (event.key === "Escape") close(); };
  editing = { id: run.id, node: element("li", { "data-run": run.id }, element("form", { onsubmit: save, onkeydown: leave }, nameLabel, name, noteLabel, note,
    element("div", { class: "tools" }, element("button", { type: "submit", class: "main", "data-act": "edit-save" }, t("runs.save")),
      element("button", { type: "button", "data-act": "edit-leave", onclick: close }, t("runs.leave"))))) };
  redraw();
  name.focus();
}

/**
 * @param {Run} run
 * @param {boolean} shown
 * @param {Told & { redraw: () => void }} page
 */
function item(run, shown, { show, failed, redraw }) {
  /** @param {unknown} error */
  const told = (error) => failed(t("error.failed", { message: messageOf(error) }));
  /** @type {(path: string, method: string) => void} */
  const attempt = (path, method) => { ask(path, method).catch(told); };
  const under = run.status === "running" || run.status === "waiting";
  const share = run.total ? run.done / run.total : 0;
  /** @type {(kind: string, text: string, act: () => void, extra?: Attributes) => HTMLButtonElement} */
  const button = (kind, text, act, extra = {}) =>
    element("button", { type: "button", onclick: act, "data-act": `${kind}-${run.id}`, "aria-label": `${text}: ${run.name}`, ...extra }, text);
  const remove = button("delete", t(sure.has(run.id) ? "runs.delete_sure" : "runs.delete"), () => {
    if (sure.has(run.id)) { attempt(`runs/${run.id}`, "DELETE"); return; }
    sure.add(run.id);
    remove.textContent = t("runs.delete_sure");
    remove.setAttribute("aria-label", `${t("runs.delete_sure")}: ${run.name}`);
  });
  if (run.status === "damaged") {
    return element("li", { "data-run": run.id, "data-status": run.status }, element("strong", {}, t("runs.damaged_heading")),
      element("span", { class: "note" }, state(run, 0)), element("div", { class: "tools" }, remove));
  }
  /** @type {Node[]} */
  const parts = [element("strong", {}, run.name)];
  if (run.status === "running") {
    parts.push(element("progress", { max: 1, value: share, "aria-label": run.name }));
  }
  parts.push(element("span", { class: "note" }, state(run, share)));
  if (run.note) parts.push(element("p", { class: "remark" }, run.note));
  const tools = element("div", { class: "tools" });
  if (run.part || run.days) tools.append(button("show", t(shown ? "runs.shown" : "runs.show"), () => show(run.id), { "aria-pressed": String(shown) }));
  tools.append(button("rename", t("runs.rename"), () => edit(run, { failed, redraw })));
  if (under) tools.append(button("cancel", t("runs.cancel"), () => attempt(`runs/${run.id}/cancel`, "POST")));
  else {
    tools.append(
      element("a", { class: "button", href: `/api/runs/${run.id}/scenario.toml`, download: true, "data-act": `file-${run.id}`,
        onclick: (event) => { event.preventDefault(); fetched(`/api/runs/${run.id}/scenario.toml`).catch(told); } }, t("runs.file")),
      button("share", t("runs.share"), () => download(`${fileName(run.name)}.corredor.json`,
        JSON.stringify({ corredor: "run", request: { ...run.request, name: run.name } }, null, 1))),
      remove);
  }
  parts.push(tools);
  if (run.status === "done") parts.push(element("p", { class: "note" }, `${t("runs.command")}: `, element("code", {}, run.command)));
  return element("li", { "data-run": run.id, "data-status": run.status }, ...parts);
}

/** @param {string} name of a run */
export const fileName = (name) => name.slice(0, 40).replace(/[^\p{L}\p{N}]+/gu, "-");

/**
 * Says how far a run is.
 * @param {Run} run
 * @param {number} share of its days that are simulated
 */
export function state(run, share) {
  if (run.status === "running") {
    const told = run.total ? t("runs.running", { percent: Math.floor(100 * share) }) : t("runs.preparing");
    return run.part ? `${told}; ${t("runs.part", { part: run.part, all: run.request.replicates })}` : told;
  }
  if (run.status === "done") return t("runs.done", { seconds: number(run.seconds, 1) });
  if (run.status === "damaged") return t("runs.damaged", { why: t(`runs.${run.reason}`), folder: run.id });
  if (run.status === "failed") return `${t("runs.failed")}. ${t(`runs.${run.reason}`, { message: run.message })}`;
  return t(`runs.${run.status}`);
}
