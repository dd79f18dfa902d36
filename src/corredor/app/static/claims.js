// The claims that ship with Corredor, each with its verdict, the number found, the reason and charts.

import { withOrigin } from "./about.js";
import { chart, rowsChart } from "./charts.js";
import { ask, dayName, download, element, focusOn, focusedBy, messageOf, number, t } from "./core.js";
import { csv } from "./table.js";

/** @import { Card, CardChart, ClaimsFile, ClaimsFound, Language, ModelRun } from "../documents.js" */

const EVERY = 800; // milliseconds between two looks at what is under way
/** @type {Card["kind"][]} */
const KINDS = ["supported", "partly", "contradicted", "not-checkable", "needs-the-model"];

export class Claims {
  /** @param {HTMLElement} holder */
  constructor(holder) {
    this.holder = holder;
    /** @type {string} */
    this.only = "all"; // or one kind of verdict
    this.timer = 0;
    /** @type {Language | undefined} */
    this.language = undefined;
    /** @type {ClaimsFound | undefined} */
    this.found = undefined;
    this.opened = Symbol("opened");
    /** @type {Map<string, HTMLElement>} */
    this.files = new Map(); // as they are drawn
    /** @type {Map<string, { text: string, node: HTMLElement }>} */
    this.cards = new Map(); // as they are drawn, and what of
    this.status = element("div", { class: "card-model", "aria-live": "polite" });
    this.filter = element("div", { class: "bar", role: "group" });
    this.list = element("div");
  }

  /**
   * Shows the claims in a language and follows what is under way, until `close`.
   * @param {Language} language
   */
  async open(language) {
    this.close();
    if (this.language !== language) {
      this.language = language;
      this.frame();
    }
    await this.look();
  }

  close() {
    clearTimeout(this.timer);
    this.opened = Symbol("opened");
  }

  frame() {
    this.files.clear();
    this.cards.clear();
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
      this.draw(found);
      if (found.under_way) this.timer = setTimeout(() => this.look(), EVERY);
    } catch (error) {
      if (mine === this.opened) this.status.replaceChildren(element("p", { class: "alert" }, t("error.failed", { message: messageOf(error) })));
    }
  }

  /** @param {ClaimsFound} found */
  draw(found) {
    this.tell(found);
    const cards = found.files.flatMap((file) => file.claims);
    /** @type {[kind: string, count: number][]} */
    const counts = [["all", cards.length]];
    for (const kind of KINDS) counts.push([kind, cards.filter((c) => c.kind === kind).length]);
    const wanted = JSON.stringify([counts, this.only]);
    if (this.filter.dataset.drawn !== wanted) {
      this.filter.dataset.drawn = wanted;
      const focused = focusedBy("kind");
      this.filter.replaceChildren(...counts.filter(([, count]) => count).map(([kind, count]) => element("button", {
        type: "button", "data-kind": kind, class: `chip ${kind}`, "aria-pressed": String(this.only === kind),
        onclick: () => { this.only = kind; this.draw(this.found ?? found); },
      }, `${t(`claims.${kind}`)} ${number(count)}`)));
      if (focused) focusOn(this.filter, "kind", focused);
    }
    for (const file of found.files) this.drawFile(file, found.model);
  }

  /** @type {(file: ClaimsFile, model: ModelRun | null) => void} */
  drawFile(file, model) {
    const box = this.files.get(file.file) ?? this.boxOf(file);
    for (const claim of file.claims) {
      const key = `${file.file}-${claim.id}`, asked = claim.model ? model : null;
      const before = this.cards.get(key), text = JSON.stringify([claim, asked]);
      let node = before?.node;
      if (!node || before?.text !== text) {
        node = card(claim, asked, key);
        if (before) before.node.replaceWith(node);
        else box.querySelector(".claims")?.append(node);
        this.cards.set(key, { text, node });
      }
      node.hidden = this.only !== "all" && claim.kind !== this.only;
    }
    box.hidden = file.claims.every((claim) => this.only !== "all" && claim.kind !== this.only);
  }

  /**
   * Adds an empty box for a file, with what saves its claims as they are then.
   * @param {ClaimsFile} file
   */
  boxOf(file) {
    const act = () => {
      const now = this.found?.files.find((one) => one.file === file.file);
      if (this.found && now) save(now, this.found.model);
    };
    const box = element("section", { class: "file" }, element("h3", {}, file.title), element("div", { class: "claims" }),
      element("div", { class: "tools" }, element("button", { type: "button", onclick: act }, t("claims.save"))));
    this.files.set(file.file, box);
    this.list.append(box);
    return box;
  }

  /**
   * Tells how the model was run, or offers to run it, or how far that is.
   * @param {ClaimsFound} found
   */
  tell(found) {
    const { under_way: under, model, failed, replicates, seed } = found;
    const wanted = JSON.stringify([under, model, failed]);
    if (this.status.dataset.drawn === wanted) return;
    this.status.dataset.drawn = wanted;
    /** @param {string} path */
    const act = (path) => async () => {
      try { await ask(path, "POST"); } catch (error) { found.failed = messageOf(error); }
      this.close();
      await this.look();
    };
    const parts = [];
    if (failed) parts.push(element("p", { class: "alert" }, t("error.failed", { message: failed })));
    if (under) {
      const text = t(under.what === "model" ? "claims.running" : "claims.wait", { percent: Math.floor(100 * under.share) });
      parts.push(element("p", {}, text), element("progress", { max: 1, value: under.share, "aria-label": t("claims.heading") }));
      if (under.what === "model") parts.push(element("button", { type: "button", onclick: act("claims/cancel") }, t("runs.cancel")));
    } else if (!found.files.some((file) => file.claims.length)) {
      parts.push(element("p", {}, t("claims.none")));
    } else if (model) {
      parts.push(element("p", {}, modelTold(model)));
    } else {
      parts.push(element("p", {}, t("claims.no_model", { replicates: number(replicates), seed })),
        element("button", { type: "button", class: "main", id: "ask-model", onclick: act("claims/model") }, t("claims.run")));
    }
    this.status.replaceChildren(...parts);
  }
}

/** @param {ModelRun} model */
const modelTold = ({ made, version, replicates, seed }) =>
  t("claims.model", { day: dayName(made), version, replicates: number(replicates), seed });

/** @type {(claim: Card, model: ModelRun | null, file: string) => HTMLElement} */
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

/** @type {(one: CardChart, claim: Card, model: ModelRun | null, file: string) => HTMLElement} */
function drawn(one, claim, model, file) {
  const further = [t("about.claim", { statement: claim.statement }), claim.said_by, claim.source, model ? modelTold(model) : ""].filter(Boolean);
  const { title, unit, note } = one;
  const told = { name: title, unit, file, read: note, origin: { further } };
  return one.kind === "rows" ? rowsChart({ ...one, ...told }, { note }) : chart({ ...one, ...told }, { note });
}

/** @type {(file: ClaimsFile, model: ModelRun | null) => void} */
function save(file, model) {
  /** @type {(keyof Omit<Card, "model" | "charts">)[]} */
  const keys = ["id", "statement", "said_by", "verdict", "found", "interval", "reason", "note", "source"];
  const rows = file.claims.map((claim) => [...keys.map((key) => claim[key]), claim.model ? model?.replicates : null, claim.model ? model?.seed : null]);
  const heads = [...keys.map((key) => t(`table.claim_${key}`)), t("table.runs"), t("table.seed")];
  download(`${file.file}.csv`, csv(withOrigin(heads, rows, {})));
}
