// The page of needs: the table of one run, or a word where there is none.

import { element, number, t } from "./core.js";
import { NeedsTable, fill } from "./needs_table.js";

/** @import { BaseMap, Language, Run } from "../documents.js" */

export class Needs {
  /** @param {HTMLElement} holder */
  constructor(holder) {
    this.holder = holder;
    this.none = element("p");
    this.key = ""; // of what is drawn
    /** @type {NeedsTable | undefined} */
    this.table = undefined;
  }

  /**
   * Shows the needs of a run; what was chosen before stays chosen.
   * @param {{ runs: Run[], shown: string | null, month: string, base: BaseMap, language: Language }} page
   */
  async open({ runs, shown, month, base, language }) {
    const key = JSON.stringify([runs.map((run) => [run.id, run.name]), language]);
    if (key === this.key) return;
    this.key = key;
    const table = this.table?.language === language ? this.table : this.build(base, language);
    const known = table.fields.run.value;
    fill(table.fields.run, runs.map((run) => [run.id, `${run.name} (${number(run.request.replicates)})`]),
      runs.some((run) => run.id === known) ? known : runs.some((run) => run.id === shown) ? shown : runs[0]?.id);
    table.runs = runs;
    table.wish ??= month;
    table.node.hidden = !runs.length;
    this.none.hidden = Boolean(runs.length);
    if (runs.length) await table.turn();
  }

  /** @type {(base: BaseMap, language: Language) => NeedsTable} */
  build(base, language) {
    const table = new NeedsTable(base, language, this.table);
    this.table = table;
    this.none = element("p", {}, t("needs.none"));
    this.holder.replaceChildren(this.none, table.node);
    return table;
  }
}
