// The scale bar of the map, in kilometres.

import { number, svg } from "./core.js";
import { INK } from "./palette.js";

/** @import { Box } from "../documents.js" */

const LONGEST = 110; // pixels
const ROUND = [1000, 500, 200, 100, 50, 20];

const AWAY = 14, LETTERS = 60; // pixels from the corner; for the number and the unit

/** @param {number} scale kilometres a pixel */
export const kilometres = (scale) => ROUND.find((one) => one / scale <= LONGEST) ?? ROUND[ROUND.length - 1];

/**
 * Returns the box of the bar with its number, in kilometres, so that no name is written over it: left, top, right, bottom.
 * @param {Box} view
 * @param {number} scale
 * @returns {[number, number, number, number]}
 */
export function barBox([left, top, , height], scale) {
  const y = top + height - AWAY * scale;
  return [left, y - 16 * scale, left + (AWAY + LETTERS) * scale + kilometres(scale), y + AWAY * scale];
}

/**
 * Draws the bar into `group`, at the lower left of the view (in kilometres), at so many kilometres a pixel.
 * @param {SVGElement} group
 * @param {Box} view
 * @param {number} scale
 */
export function scaleBar(group, [left, top, , height], scale) {
  const km = kilometres(scale);
  const x = left + AWAY * scale, y = top + height - AWAY * scale;
  const halo = { stroke: "#fff", "stroke-width": 2.6 * scale, "stroke-opacity": 0.8, "paint-order": "stroke" };
  group.replaceChildren(
    svg("path", { d: `M${x} ${y - 5 * scale}v${5 * scale}h${km}v${-5 * scale}`, fill: "none", stroke: INK, "stroke-width": 1.4, "vector-effect": "non-scaling-stroke" }),
    svg("text", { x: x + km + 6 * scale, y, "font-size": 11.5 * scale, fill: INK, "font-family": "system-ui, sans-serif", ...halo }, `${number(km)} km`));
}
