// What the map of people shows: the key on the page and in its picture, with numbers.

import { number, svg, t } from "./core.js";
import { INK, MAP } from "./palette.js";

export const LARGEST = 26; // radius in pixels of the largest circle
export const WIDEST = 7; // of the largest flow, in pixels
const WIDTH = 26, HEIGHT = 20;

/**
 * @import { Attributes } from "./core.js"
 * @import { BaseMap } from "../documents.js"
 * @import { Key } from "./picture.js"
 */

/**
 * Returns a round number, not above `value`.
 * @param {number} value
 */
export function nice(value) {
  const size = 10 ** Math.floor(Math.log10(Math.max(1, value)));
  return Math.max(1, Math.floor(value / size) * size);
}

/** @type {(mark: SVGElement[], text: string) => Key} */
const key = (mark, text) => ({ mark, width: WIDTH, height: HEIGHT, text });
/** @type {(width: number, more: Attributes) => SVGElement} */
const line = (width, more) => svg("line", { x1: 1, x2: WIDTH - 1, y1: HEIGHT / 2, y2: HEIGHT / 2, "stroke-width": width, ...more });

/**
 * Returns the key of the marked line of latitude, if the world has one.
 * @type {(base: Pick<BaseMap, "parallel">) => Key[]}
 */
export const keysOfParallel = ({ parallel }) => (parallel ? [key([line(1, { stroke: MAP.parallel, "stroke-dasharray": "7 5" })], t("map.parallel"))] : []);

/** @param {{ base: Pick<BaseMap, "parallel" | "places" | "caravans">, people: object | null, links: object | null, most: number, widest: number }} map */
export function keysOfPeople({ base, people, links, most, widest }) {
  /** @param {number} r */
  const dot = (r) => svg("circle", { cx: WIDTH / 2, cy: HEIGHT / 2, r, fill: MAP.people, "fill-opacity": 0.62, stroke: MAP.edge });
  /** @param {number} width */
  const road = (width) => line(width, { stroke: MAP.link, "stroke-opacity": 0.7 });
  /** @param {number} whole */
  const parts = (whole) => [...new Set([0.01, 0.1, 1].map((part) => nice(whole * part)))];
  /** @param {number} count */
  const circle = (count) => {
    const r = LARGEST * Math.sqrt(count / most), size = 2 * r + 2;
    const mark = svg("circle", { cx: r + 1, cy: r + 1, r, fill: MAP.people, "fill-opacity": 0.62, stroke: MAP.edge });
    return { mark: [mark], width: size, height: size, text: number(count) };
  };
  return [
    key([dot(7)], t("map.circle")), ...(people ? parts(most).map(circle) : []),
    ...(base.places.some(({ beds }) => beds !== null) ? [key([svg("circle", { cx: WIDTH / 2, cy: HEIGHT / 2, r: 9, fill: "none", stroke: MAP.beds, "stroke-width": 2 }), dot(5.5)], t("map.over"))] : []),
    ...(base.caravans ? [key([svg("path", { d: "M13 2L21 17L5 17Z", fill: MAP.caravan, stroke: INK })], t("map.caravan"))] : []),
    key([road(5)], t("map.link", { people: links ? number(widest) : "–" })),
    ...(links ? parts(widest).map((count) => key([road(Math.max(0.4, WIDEST * Math.sqrt(count / widest)))], number(count))) : []),
    ...keysOfParallel(base),
  ];
}
