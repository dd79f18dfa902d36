// What the lines, bands, dots and bars of a chart mean: the key of its picture.

import { number, short, svg, t } from "./core.js";
import { INK, LINES, MARKED } from "./palette.js";

/**
 * @import { ChartData, Line, RowsData } from "./charts.js"
 * @import { Attributes } from "./core.js"
 * @import { Key } from "./picture.js"
 * @import { Published } from "../documents.js"
 */

const WIDTH = 30, HEIGHT = 10, HALF = HEIGHT / 2;

/** @type {(mark: SVGElement[], text: string) => Key} */
const key = (mark, text) => ({ mark, width: WIDTH, height: HEIGHT, text });
/** @type {(colour: string, more?: Attributes) => SVGElement} */
const stroke = (colour, more = {}) => svg("line", { x1: 0, x2: WIDTH, y1: HALF, y2: HALF, stroke: colour, "stroke-width": 2.4, ...more });
/** @type {(r: number, colour: string) => SVGElement} */
const dot = (r, colour) => svg("circle", { cx: WIDTH / 2, cy: HALF, r, fill: colour });

/**
 * The mark of a line with its band.
 * @param {Line} line
 */
export const beside = (line) => [
  svg("rect", { width: WIDTH, height: HEIGHT, fill: line.colour, "fill-opacity": 0.15 }),
  stroke(line.colour, { "stroke-dasharray": line.dash }),
];

/** @type {(data: ChartData, lines: Line[]) => Key[]} */
export function keysOfLines(data, lines) {
  const read = data.read ?? t("about.bands"), record = data.record ?? [];
  /** @param {(window: Published) => boolean | undefined} test */
  const of = (test) => record.some(test);
  const keys = lines.length === 1 && !data.lines ? [key(beside(lines[0]), read)] : lines.map((line) => key(beside(line), line.name));
  if (lines.length && data.lines) keys.push({ mark: [], width: 0, height: 0, text: read });
  if (of((window) => window.start === window.end)) keys.push(key([dot(3, INK)], t("about.published")));
  if (of((window) => window.start !== window.end)) keys.push(key([stroke(INK)], t("about.published_mean")));
  if (of((window) => window.marked)) keys.push(key([dot(4.5, MARKED)], t("about.marked")));
  const dashed = [stroke(MARKED, { "stroke-width": 1.5, "stroke-dasharray": "6 3" })];
  if (Number.isFinite(data.beds)) keys.push(key(dashed, t("place.beds", { beds: number(data.beds) })));
  if (Number.isFinite(data.level)) keys.push(key(dashed, t("about.level", { value: short(data.level) })));
  return keys;
}

/**
 * The key of rows: `note` says how to read them, in words of its own.
 * @type {(data: RowsData, note: string) => Key[]}
 */
export function keysOfRows(data, note) {
  const bands = data.rows.some((row) => Number.isFinite(row.low));
  const mark = bands ? [stroke(LINES[0]), dot(5, LINES[0])] : [svg("rect", { width: WIDTH, height: HEIGHT, fill: LINES[0] })];
  const keys = [key(mark, data.read ?? note)];
  if (Number.isFinite(data.claimed)) {
    keys.push(key([stroke(MARKED, { "stroke-width": 1.6, "stroke-dasharray": "6 3" })], `${t("about.claimed")}: ${short(data.claimed)}`));
  }
  return keys;
}
