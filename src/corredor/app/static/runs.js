// The list of runs: how far each is, what can be done with it, and its command.

import { ask, download, element, number, save as fetched, t } from "./core.js";

const MOST = { name: 80, note: 300 }; // letters
let editing = null; // the run whose name and note are being written, with its form
const sure = new Set(); // runs whose deletion was asked for once; the list is drawn again at any time

export function drawRuns(holder, runs, shown, { show, failed }) {
  if (!runs.length) {
    holder.replaceChildren(element("li", {}, t("runs.none")));
    return;
  }
  const focused = document.activeElement?.dataset?.act;
  const redraw = () => drawRuns(holder, runs, shown, { show, failed });
  holder.replaceChildren(...runs.map((run) => (
    run.id === editing?.id ? editing.node : item(run, run.id === shown, { show, failed, redraw }))));
  if (focused) holder.querySelector(`[data-act="${focused}"]`)?.focus();
}

// Offers to write another name and a note; the list may be drawn again meanwhile.
function edit(run, { failed, redraw }) {
  const field = (key, kind, extra) => {
    const id = `edit-${key}`;
    const input = element(kind, { id, maxlength: MOST[key], "data-act": id, ...extra });
    input.value = run[key];
    return [element("label", { for: id }, t(`runs.${key}`)), input];
  };
  const [nameLabel, name] = field("name", "input", { required: true, autocomplete: "off" });
  const [noteLabel, note] = field("note", "textarea", { rows: 3 });
  const close = () => {
    editing = null;
    redraw();
    document.querySelector(`[data-act="rename-${run.id}"]`)?.focus();
  };
  const save = async (event) => {
    event.preventDefault();
    try {
      Object.assign(run, await ask(`runs/${run.id}`, "PATCH", { name: name.value.trim(), note: note.value.replace(/\s+/g, " ").trim() }));
      close();
    } catch (error) {
      failed(t("error.failed", { message: error.message }));
    }
  };
  const leave = (event) => { if (event.key === "Escape") close(); };
  editing = { id: run.id, node: element("li", { "data-run": run.id }, element("form", { onsubmit: save, onkeydown: leave }, nameLabel, name, noteLabel, note,
    element("div", { class: "tools" }, element("button", { type: "submit", class: "main", "data-act": "edit-save" }, t("runs.save")),
      element("button", { type: "button", "data-act": "edit-leave", onclick: close }, t("runs.leave"))))) };
  redraw();
  name.focus();
}

function item(run, shown, { show, failed, redraw }) {
  const told = (error) => failed(t("error.failed", { message: error.message }));
  const attempt = (path, method) => ask(path, method).catch(told);
  const under = run.status === "running" || run.status === "waiting";
  const share = run.total ? run.done / run.total : 0;
  const button = (kind, text, act, extra = {}) =>
    element("button", { type: "button", onclick: act, "data-act": `${kind}-${run.id}`, "aria-label": `${text}: ${run.name}`, ...extra }, text);
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
      button("share", t("runs.share"), () => download(`${run.name.slice(0, 40).replace(/[^\p{L}\p{N}]+/gu, "-")}.corredor.json`,
        JSON.stringify({ corredor: "run", request: { ...run.request, name: run.name } }, null, 1))),
      button("delete", t(sure.has(run.id) ? "runs.delete_sure" : "runs.delete"), (event) => {
        if (sure.has(run.id)) { attempt(`runs/${run.id}`, "DELETE"); return; }
        sure.add(run.id);
        event.currentTarget.textContent = t("runs.delete_sure");
        event.currentTarget.setAttribute("aria-label", `${t("runs.delete_sure")}: ${run.name}`);
      }));
  }
  parts.push(tools);
  if (run.status === "done") parts.push(element("p", { class: "note" }, `${t("runs.command")}: `, element("code", {}, run.command)));
  return element("li", { "data-run": run.id, "data-status": run.status }, ...parts);
}

function state(run, share) {
  if (run.status === "running") {
    const told = run.total ? t("runs.running", { percent: Math.floor(100 * share) }) : t("runs.preparing");
    return run.part ? `${told}; ${t("runs.part", { part: run.part, all: run.request.replicates })}` : told;
  }
  if (run.status === "done") return t("runs.done", { seconds: number(run.seconds, 1) });
  if (run.status === "failed") return `${t("runs.failed")}. ${t(`runs.${run.reason}`, { message: run.message })}`;
  return t(`runs.${run.status}`);
}
