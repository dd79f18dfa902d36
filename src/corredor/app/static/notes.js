// What to know of a run: sentences below its map, which the server gives.

import { ask, element } from "./core.js";

/** @import { Language, Run } from "../documents.js" */

let asked = 0;

/**
 * Lists the sentences in `list` and shows `box` around them; hides it for a run that has not ended.
 * @param {HTMLElement} box
 * @param {HTMLElement} list
 * @param {Run | null | undefined} run
 * @param {Language} language
 */
export async function drawNotes(box, list, run, language) {
  const mine = (asked += 1);
  if (run?.status !== "done") { box.hidden = true; return; }
  const notes = await ask(`runs/${run.id}/notes?language=${language}`);
  if (mine !== asked) return;
  list.replaceChildren(...notes.map((note) => element("li", {}, note)));
  box.hidden = !notes.length;
}
