// The claims that ship with Corredor, each with its verdict, the number found, the reason and charts.

import { withOrigin } from "./about.js";
import { chart, rowsChart } from "./charts.js";
import { ask, dayName, download, element, number, t } from "./core.js";
import { csv } from "./table.js";

const EVERY = 800; // milliseconds between two looks at what is under way
const KINDS = ["supported", "partly", "contradicted", "not-checkable", "needs-the-model"];

export class Claims {
  constructor(holder) {
    this.holder = holder;
    this.only = "all";
    this.timer = 0;
  }

  // Shows the claims in a language and follows what is under way, until `close`.
  async open(language) {
    this.close();
    if (this.language !== language) {
      this.language = language;
      this.drawn = new Map();
      this.frame();
    }
    await this.look();
  }

  close() {
    clearTimeout(this.timer);
    this.opened = Symbol("opened");
  }

  frame() {
    this.status = element("div", { class: "card-model", "aria-live": "polite" });
    this.filter = element("div", { class: "bar", role: "group", "aria-label": t("claims.filter") });
    this.list = element("div");
    this.holder.replaceChildren(element("p", { class: "note" }, t("claims.intro")), this.status, this.filter, this.list);
  }

  async look() {
    const mine = this.opened;
    try {
      const found = await ask(`claims?language=${this.language}`);
      if (mine !== this.opened) return;
      this.found = found;
      this.draw();
      if (found.under_way) this.timer = setTimeout(() => this.look(), EVERY);
    } catch (error) {
      if (mine === this.opened) this.status.replaceChildren(element("p", { class: "alert" }, t("error.failed", { message: error.message })));
    }
  }

  draw() {
    this.tell();
    const cards = this.found.files.flatMap((file) => file.claims);
    const counts = new Map([["all", cards.length], ...KINDS.map((kind) => [kind, cards.filter((c) => c.kind === kind).length])]);
    const wanted = JSON.stringify([[...counts], this.only]);
    if (this.filter.dataset.drawn !== wanted) {
      this.filter.dataset.drawn = wanted;
      const focused = document.activeElement?.dataset?.kind;
      this.filter.replaceChildren(...[...counts].filter(([, count]) => count).map(([kind, count]) => element("button", {
        type: "button", "data-kind": kind, class: `chip ${kind}`, "aria-pressed": String(this.only === kind),
        onclick: () => { this.only = kind; this.draw(); },
      }, `${t(`claims.${kind}`)} ${number(count)}`)));
      if (focused) this.filter.querySelector(`[data-kind="${focused}"]`)?.focus();
    }
    for (const [f, file] of this.found.files.entries()) this.drawFile(f, file);
  }

  drawFile(f, file) {
    const key = `file-${f}`;
    if (!this.drawn.has(key)) {
      const box = element("section", { class: "file" }, element("h3", {}, file.title), element("div", { class: "claims" }),
        element("div", { class: "tools" }, element("button", { type: "button", onclick: () => save(this.found.files[f], this.found.model) }, t("claims.save"))));
      this.drawn.set(key, box);
      this.list.append(box);
    }
    const box = this.drawn.get(key), holder = box.querySelector(".claims");
    for (const claim of file.claims) {
      const model = claim.model ? this.found.model : null;
      const before = this.drawn.get(`${key}-${claim.id}`), text = JSON.stringify([claim, model]);
      let node = before?.node;
      if (before?.text !== text) {
        node = card(claim, model, `${file.file}-${claim.id}`);
        if (before) before.node.replaceWith(node);
        else holder.append(node);
        this.drawn.set(`${key}-${claim.id}`, { text, node });
      }
      node.hidden = this.only !== "all" && claim.kind !== this.only;
    }
    box.hidden = file.claims.every((claim) => this.only !== "all" && claim.kind !== this.only);
  }

  // Tells how the model was run, or offers to run it, or how far that is.
  tell() {
    const { under_way: under, model, failed, replicates, seed } = this.found;
    const wanted = JSON.stringify([under, model, failed]);
    if (this.status.dataset.drawn === wanted) return;
    this.status.dataset.drawn = wanted;
    const act = (path) => async () => {
      try { await ask(path, "POST"); } catch (error) { this.found.failed = error.message; }
      this.close();
      await this.look();
    };
    const parts = [];
    if (failed) parts.push(element("p", { class: "alert" }, t("error.failed", { message: failed })));
    if (under) {
      const text = t(under.what === "model" ? "claims.running" : "claims.wait", { percent: Math.floor(100 * under.share) });
      parts.push(element("p", {}, text), element("progress", { max: 1, value: under.share, "aria-label": t("claims.heading") }));
      if (under.what === "model") parts.push(element("button", { type: "button", onclick: act("claims/cancel") }, t("runs.cancel")));
    } else if (model) {
      parts.push(element("p", {}, modelTold(model)));
    } else {
      parts.push(element("p", {}, t("claims.no_model", { replicates: number(replicates), seed })),
        element("button", { type: "button", class: "main", id: "ask-model", onclick: act("claims/model") }, t("claims.run")));
    }
    this.status.replaceChildren(...parts);
  }
}

const modelTold = ({ made, version, replicates, seed }) =>
  t("claims.model", { day: dayName(made), version, replicates: number(replicates), seed });

function card(claim, model, file) {
  const pending = claim.kind === "pending";
  const head = element("div", { class: "claim-head" }, element("h4", {}, claim.statement),
    element("p", { class: `verdict ${claim.kind}` }, pending ? t("claims.pending") : [claim.sign, claim.verdict].join(" ")));
  const body = element("div", {}, element("p", { class: "note" }, claim.said_by),
    claim.found ? element("p", { class: "found" }, claim.found, claim.interval ? element("small", {}, ` ${claim.interval}`) : null) : null,
    claim.reason ? element("p", {}, claim.reason) : null,
    claim.note ? element("p", { class: "note" }, claim.note) : null,
    claim.source ? element("p", { class: "note" }, claim.source) : null);
  const charts = claim.charts.map((one, i) => drawn(one, claim, model, `${file}-${i + 1}`));
  return element("article", { class: `claim ${claim.kind}`, "data-verdict": claim.kind, "data-claim": claim.id }, head,
    element("div", { class: charts.length ? "claim-body with-charts" : "claim-body" }, body,
      charts.length ? element("div", { class: "claim-charts" }, ...charts) : null));
}

function drawn({ kind, title, unit, note, ...data }, claim, model, file) {
  const further = [t("about.claim", { statement: claim.statement }), claim.said_by, claim.source, model ? modelTold(model) : ""].filter(Boolean);
  const whole = { name: title, unit, file, read: note, ...data, origin: { further } };
  return kind === "rows" ? rowsChart(whole, { note }) : chart(whole, { note });
}

function save(file, model) {
  const keys = ["id", "statement", "said_by", "verdict", "found", "interval", "reason", "note", "source"];
  const rows = file.claims.map((claim) => [...keys.map((key) => claim[key]), claim.model ? model?.replicates : null, claim.model ? model?.seed : null]);
  const heads = [...keys.map((key) => t(`table.claim_${key}`)), t("table.runs"), t("table.seed")];
  download(`${file.file}.csv`, csv(withOrigin(heads, rows, {})));
}
