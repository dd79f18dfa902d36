// The scale bar of the map, in kilometres.

import { number, svg } from "./core.js";
import { INK } from "./palette.js";

const LONGEST = 110; // pixels
const ROUND = [1000, 500, 200, 100, 50, 20];

// Draws the bar into `group`, at the lower left of `view` (in kilometres), at so many kilometres a pixel.
export function scaleBar(group, [left, top, , height], scale) {
  const km = ROUND.find((one) => one / scale <= LONGEST) ?? ROUND.at(-1);
  const x = left + 14 * scale, y = top + height - 14 * scale;
  const halo = { stroke: "#fff", "stroke-width": 2.6 * scale, "stroke-opacity": 0.8, "paint-order": "stroke" };
  group.replaceChildren(
    svg("path", { d: `M${x} ${y - 5 * scale}v${5 * scale}h${km}v${-5 * scale}`, fill: "none", stroke: INK, "stroke-width": 1.4, "vector-effect": "non-scaling-stroke" }),
    svg("text", { x: x + km + 6 * scale, y, "font-size": 11.5 * scale, fill: INK, "font-family": "system-ui, sans-serif", ...halo }, `${number(km)} km`));
}
