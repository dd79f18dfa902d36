// The list of runs: how far each is, what can be done with it, and its command.

import { ask, download, element, number, t } from "./core.js";

const sure = new Set(); // runs whose deletion was asked for once; the list is drawn again at any time

export function drawRuns(holder, runs, shown, { show, failed }) {
  if (!runs.length) {
    holder.replaceChildren(element("li", {}, t("runs.none")));
    return;
  }
  const focused = document.activeElement?.dataset?.act;
  holder.replaceChildren(...runs.map((run) => item(run, run.id === shown, { show, failed })));
  if (focused) holder.querySelector(`[data-act="${focused}"]`)?.focus();
}

function item(run, shown, { show, failed }) {
  const attempt = (path, method) => ask(path, method).catch((error) => failed(t("error.failed", { message: error.message })));
  const under = run.status === "running" || run.status === "waiting";
  const share = run.total ? run.done / run.total : 0;
  const button = (kind, text, act, extra = {}) =>
    element("button", { type: "button", onclick: act, "data-act": `${kind}-${run.id}`, "aria-label": `${text}: ${run.name}`, ...extra }, text);
  const parts = [element("strong", {}, run.name)];
  if (run.status === "running") {
    parts.push(element("progress", { max: 1, value: share, "aria-label": run.name }));
  }
  parts.push(element("span", { class: "note" }, state(run, share)));
  const tools = element("div", { class: "tools" });
  if (run.part) tools.append(button("show", t(shown ? "runs.shown" : "runs.show"), () => show(run.id), { "aria-pressed": String(shown) }));
  if (under) tools.append(button("cancel", t("runs.cancel"), () => attempt(`runs/${run.id}/cancel`, "POST")));
  else {
    tools.append(
      element("a", { class: "button", href: `/api/runs/${run.id}/scenario.toml`, download: true, "data-act": `file-${run.id}` }, t("runs.file")),
      button("share", t("runs.share"), () => download(`${run.name.slice(0, 40).replace(/[^\p{L}\p{N}]+/gu, "-")}.corredor.json`, "application/json",
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
