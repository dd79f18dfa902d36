// Charts as SVG that can be read, pointed at and saved: lines with bands and the record, and rows.

import { originLines, withOrigin } from "./about.js";
import { beside, keysOfLines, keysOfRows } from "./chart_keys.js";
import { MANY, bandAround, isNumber, lineThrough, timeTicks, valueScale } from "./chart_shapes.js";
import { download, element, monthName, number, short, svg, t } from "./core.js";
import { DASHES, GREY, INK, LINES, MARKED, RULE } from "./palette.js";
import { flat, picture, savePicture, wide } from "./picture.js";
import { csv } from "./table.js";
import { cut } from "./wrap.js";

const W = 460, H = 230, LEFT = 58, RIGHT = 10, TOP = 10, BOTTOM = 40;
const FONT = 'system-ui, "Noto Sans", sans-serif', SIZE = 11.5;
const ROW = 40; // height of a row
const LARGER = 1.2; // a drawing in a picture, for which its own width is small

/**
 * @import { Published } from "../documents.js"
 * @import { Origin } from "./about.js"
 * @import { Known, Levels, Place } from "./chart_shapes.js"
 * @import { Key } from "./picture.js"
 * @import { Cell } from "./table.js"
 *
 * What every chart has. Only a picture and a table say `counted`, what is counted and its unit; `read`, how to read the lines,
 * where they are not runs of the model; and `origin`.
 * @typedef {{ name: string, unit?: string, file: string, counted?: string, read?: string, origin?: Origin }} AnyData
 *
 * A chart over time: `labels` are ISO days or months, `level` a number to compare with. A single line may stand in it itself.
 * @typedef {AnyData & Partial<Levels> & {
 *   labels: string[], labelOf?: (label: string) => string, lines?: (Levels & { name: string, colour?: string, dash?: string | null })[],
 *   record?: Published[], level?: Known, beds?: Known,
 * }} ChartData
 * @typedef {Levels & { name: string, colour: string, dash: string | null }} Line
 *
 * A chart of one row above the other; a number may be missing.
 * @typedef {AnyData & { rows: { name: string, value: Known, low?: Known, high?: Known }[], claimed?: Known }} RowsData
 */

/** @type {(keyof Levels)[]} */
const BAND = ["low", "middle", "high"];

/** @type {(data: ChartData, told?: { note?: string }) => HTMLElement} */
export function chart(data, { note = "" } = {}) {
  const { name, low, middle, high } = data;
  /** @type {NonNullable<ChartData["lines"]>} */
  const given = data.lines ?? (low && middle && high ? [{ name, low, middle, high }] : []);
  const lines = given.map((line, i) => (
    { ...line, colour: line.colour ?? LINES[i % LINES.length], dash: line.dash ?? DASHES[i % DASHES.length] }));
  const count = data.labels.length;
  const across = data.beds ?? data.level ?? null;
  const scale = valueScale([
    ...lines.flatMap((line) => [...line.low, ...line.high]), ...(data.record ?? []).map((w) => w.value), across ?? 0]);
  /** @type {Place} */
  const x = (i) => LEFT + ((i + 0.5) / count) * (W - LEFT - RIGHT);
  /** @type {Place} */
  const y = (v) => H - BOTTOM - ((v - scale.least) / (scale.most - scale.least)) * (H - TOP - BOTTOM);

  const drawing = canvas(H, data.name);
  for (const tick of scale.ticks) {
    drawing.append(
      svg("line", { x1: LEFT, x2: W - RIGHT, y1: y(tick), y2: y(tick), stroke: tick === 0 ? GREY : RULE }),
      svg("text", { x: LEFT - 6, y: y(tick) + 4, "text-anchor": "end", fill: GREY }, number(tick, scale.decimals)));
  }
  drawing.append(...timeAxis(data.labels, x));
  for (const line of lines) drawing.append(svg("path", { d: bandAround(line, x, y), fill: line.colour, "fill-opacity": lines.length > 1 ? 0.13 : 0.22 }));
  for (const line of lines) {
    drawing.append(svg("path", { d: lineThrough(line.middle, x, y), fill: "none", stroke: line.colour, "stroke-width": 2, "stroke-dasharray": line.dash }));
  }
  if (across !== null) {
    drawing.append(svg("line", { x1: LEFT, x2: W - RIGHT, y1: y(across), y2: y(across), stroke: MARKED, "stroke-width": 1.5, "stroke-dasharray": "6 3" }));
  }
  const published = record(drawing, data, x, y);
  const figure = element("figure", {}, heading(data), lines.length > 1 ? legend(lines) : null, drawing,
    reader(drawing, data, lines, published, x, note), tools(data, drawing, H, () => keysOfLines(data, lines), () => lineTable(data, lines, published)));
  figure.dataset.chart = data.file;
  return figure;
}

/** @type {(data: RowsData, told?: { note?: string }) => HTMLElement} */
export function rowsChart(data, { note = "" } = {}) {
  const high = TOP + ROW * data.rows.length + 26, right = W - 14, left = 10;
  const scale = valueScale([data.claimed ?? 0, ...data.rows.flatMap((row) => [row.value, row.low, row.high])]);
  /** @type {Place} */
  const x = (v) => left + ((v - scale.least) / (scale.most - scale.least)) * (right - left);
  const drawing = canvas(high, data.name);
  for (const tick of scale.ticks) {
    drawing.append(
      svg("line", { x1: x(tick), x2: x(tick), y1: TOP, y2: high - 22, stroke: tick === 0 ? GREY : RULE }),
      svg("text", { x: x(tick), y: high - 8, "text-anchor": tick === scale.most ? "end" : tick === scale.least ? "start" : "middle", fill: GREY }, number(tick, scale.decimals)));
  }
  data.rows.forEach((row, i) => {
    const middle = TOP + ROW * i + 27;
    drawing.append(svg("text", { x: left + 4, y: middle - 11, fill: INK, stroke: "#fff", "stroke-width": 3, "paint-order": "stroke" }, cut(row.name, right - left - 8, (name) => wide(name, SIZE))));
    if (!isNumber(row.value)) return;
    if (!isNumber(row.low) || !isNumber(row.high)) drawing.append(svg("rect", { x: x(Math.min(0, row.value)), y: middle - 5, width: Math.abs(x(row.value) - x(0)), height: 10, fill: LINES[0] }));
    else {
      drawing.append(svg("line", { x1: x(row.low), x2: x(row.high), y1: middle, y2: middle, stroke: LINES[0], "stroke-width": 2.4 }),
        svg("circle", { cx: x(row.value), cy: middle, r: 5, fill: LINES[0] }));
    }
  });
  if (data.claimed !== null && data.claimed !== undefined) {
    drawing.append(svg("line", { x1: x(data.claimed), x2: x(data.claimed), y1: TOP, y2: high - 22, stroke: MARKED, "stroke-width": 1.6, "stroke-dasharray": "6 3" }));
  }
  const spoken = data.rows.map((row) => (!isNumber(row.low) ? `${row.name}: ${short(row.value)}`
    : t("chart.readout", { month: row.name, middle: short(row.value), low: short(row.low), high: short(row.high) }))).join("; ");
  drawing.setAttribute("aria-label", `${data.name}. ${spoken}`);
  const figure = element("figure", {}, heading(data), drawing, element("p", { class: "readout" }, note),
    tools(data, drawing, high, () => keysOfRows(data, note), () => rowTable(data)));
  figure.dataset.chart = data.file;
  return figure;
}

/** @type {(height: number, name: string) => SVGSVGElement} */
function canvas(height, name) {
  return svg("svg", { viewBox: `0 0 ${W} ${height}`, role: "img", "aria-label": name, "font-family": FONT, "font-size": SIZE });
}

/** @param {AnyData} data */
function heading(data) {
  return element("figcaption", {}, data.name, data.unit ? element("span", { class: "unit" }, ` ${data.unit}`) : null);
}

/** @param {Line[]} lines */
function legend(lines) {
  return element("ul", { class: "keys" }, ...lines.map((line) => element("li", {},
    svg("svg", { width: 30, height: 10, "aria-hidden": "true" }, ...beside(line)), line.name)));
}

/**
 * Draws what was published: a point for a month, a bar for the mean of several; returns values by position.
 * @type {(drawing: SVGSVGElement, data: ChartData, x: Place, y: Place) => Map<number, number>}
 */
function record(drawing, data, x, y) {
  const published = new Map(), many = data.labels.length > MANY, joined = !data.lines && !data.middle;
  let before = { at: -9, value: 0 };
  for (const window of data.record ?? []) {
    const first = data.labels.indexOf(window.start), last = data.labels.indexOf(window.end);
    if (first < 0 || last < 0) continue;
    for (let i = first; i <= last; i += 1) published.set(i, window.value);
    const colour = window.marked ? MARKED : INK;
    if (first !== last) {
      drawing.append(svg("line", { x1: x(first - 0.4), x2: x(last + 0.4), y1: y(window.value), y2: y(window.value), stroke: colour, "stroke-width": 2.4 }));
      continue;
    }
    if (joined && before.at === first - 1) {
      drawing.append(svg("line", { x1: x(before.at), x2: x(first), y1: y(before.value), y2: y(window.value), stroke: INK, "stroke-width": 1 }));
    }
    before = { at: first, value: window.value };
    if (!many || !joined || window.marked) drawing.append(svg("circle", { cx: x(first), cy: y(window.value), r: window.marked ? 4.5 : many ? 1.8 : 3, fill: colour }));
  }
  return published;
}

/**
 * Lets pointer and arrow keys read values; returns the line in which they are told.
 * @type {(drawing: SVGSVGElement, data: ChartData, lines: Line[], published: Map<number, number>, x: Place, note: string) => HTMLElement}
 */
function reader(drawing, data, lines, published, x, note) {
  const count = data.labels.length;
  const marker = svg("line", { y1: TOP, y2: H - BOTTOM, stroke: INK, "stroke-dasharray": "2 2", visibility: "hidden", "data-screen": true });
  drawing.append(marker);
  const readout = element("p", { class: "readout", "aria-live": "polite" }, note);
  let at = count - 1;
  /** @param {number} i */
  const show = (i) => {
    at = Math.max(0, Math.min(count - 1, i));
    for (const end of ["x1", "x2"]) marker.setAttribute(end, String(x(at)));
    marker.setAttribute("visibility", "visible");
    readout.textContent = told(data, lines, published, at);
  };
  /** @param {PointerEvent} event */
  const pointed = (event) => {
    const box = drawing.getBoundingClientRect();
    const px = ((event.clientX - box.left) / box.width) * W;
    show(Math.round(((px - LEFT) / (W - LEFT - RIGHT)) * count - 0.5));
  };
  drawing.addEventListener("pointermove", pointed);
  drawing.addEventListener("pointerdown", pointed);
  drawing.setAttribute("tabindex", "0");
  /** @type {{ [key: string]: number }} */
  const steps = { ArrowLeft: -1, ArrowRight: 1, Home: -count, End: count };
  drawing.addEventListener("keydown", (event) => {
    const step = steps[event.key];
    if (step) { event.preventDefault(); show(at + step); }
  });
  return readout;
}

/** @type {(data: ChartData, lines: Line[], published: Map<number, number>, at: number) => string} */
function told(data, lines, published, at) {
  const month = data.labelOf?.(data.labels[at]) ?? monthName(data.labels[at]);
  /** @param {Line} line */
  const bands = (line) => Object.fromEntries(BAND.map((key) => [key, number(line[key][at])]));
  const known = published.has(at) ? number(published.get(at)) : null;
  if (!lines.length) return t("chart.readout_published", { month, record: known ?? "–" });
  if (lines.length === 1) return t(known ? "chart.readout_record" : "chart.readout", { month, record: known, ...bands(lines[0]) });
  const each = lines.map((line) => t("chart.readout", { month: line.name, ...bands(line) })).join("; ");
  return t(known ? "chart.readout_many_record" : "chart.readout_many", { month, each, record: known });
}

/** @type {(data: ChartData, lines: Line[], published: Map<number, number>) => Cell[][]} */
function lineTable(data, lines, published) {
  const heads = lines.flatMap((line) => BAND.map((key) => (
    lines.length === 1 ? t(`place.${key}`) : `${line.name}: ${t(`place.${key}`)}`)));
  const rows = data.labels.map((label, i) => (
    [label, ...lines.flatMap((line) => [line.low[i], line.middle[i], line.high[i]]), published.get(i), data.counted ?? data.unit]));
  return withOrigin([t("table.time"), ...heads, t("table.published"), t("table.unit")], rows, data.origin ?? {});
}

/** @type {(data: RowsData) => Cell[][]} */
function rowTable(data) {
  /** @type {Cell[][]} */
  const rows = data.rows.map((row) => [row.name, row.value, row.low, row.high, data.counted ?? data.unit]);
  if (Number.isFinite(data.claimed)) rows.push([t("about.claimed"), data.claimed, null, null, data.counted ?? data.unit]);
  return withOrigin([t("table.name"), t("table.value"), t("place.low"), t("place.high"), t("table.unit")], rows, data.origin ?? {});
}

/**
 * What saves a chart: as a table, and as a picture with its key and where it comes from.
 * @param {AnyData & { labels?: string[], beds?: Known }} data
 * @param {SVGSVGElement} drawing
 * @param {number} high
 * @param {() => Key[]} keys
 * @param {() => Cell[][]} table
 */
function tools(data, drawing, high, keys, table) {
  /** @type {(kind: string, act: () => void) => Node} */
  const button = (kind, act) => element("button", {
    type: "button", onclick: act, "aria-label": t("chart.download", { name: data.name, kind: t(`chart.${kind}`) }),
  }, t(`chart.${kind}`));
  const whole = () => picture({
    title: data.name, counted: data.counted ?? data.unit, keys: keys(),
    drawing: svg("g", { transform: `scale(${LARGER})`, "font-size": SIZE }, ...flat(drawing.childNodes)),
    width: W * LARGER, height: high * LARGER,
    about: originLines({ labels: data.labels, beds: Boolean(data.beds), ...data.origin }),
  });
  return element("div", { class: "tools" },
    button("csv", () => download(`${data.file}.csv`, csv(table()))),
    button("svg", () => savePicture("svg", data.file, whole())),
    button("png", () => savePicture("png", data.file, whole())));
}

/** @type {(labels: string[], x: Place) => SVGElement[]} */
function timeAxis(labels, x) {
  return timeTicks(labels, x).flatMap((tick) => [
    svg("line", { x1: tick.x, x2: tick.x, y1: H - BOTTOM, y2: H - BOTTOM + 4, stroke: GREY }),
    svg("text", { x: tick.x, y: H - BOTTOM + 16, "text-anchor": "middle", fill: GREY }, tick.text),
    ...(tick.year ? [svg("text", { x: tick.x, y: H - BOTTOM + 30, "text-anchor": "middle", fill: GREY, "font-weight": 600 }, tick.year)] : []),
  ]);
}
