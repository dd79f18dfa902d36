// Charts as SVG that can be read, pointed at and saved: lines with bands and the record, and rows.

import { originLines, withOrigin } from "./about.js";
import { beside, keysOfLines, keysOfRows } from "./chart_keys.js";
import { download, element, monthName, number, short, svg, t, words } from "./core.js";
import { DASHES, GREY, INK, LINES, MARKED, RULE } from "./palette.js";
import { flat, picture, savePicture, wide } from "./picture.js";
import { csv } from "./table.js";
import { cut } from "./wrap.js";

const W = 460, H = 230, LEFT = 58, RIGHT = 10, TOP = 10, BOTTOM = 40;
const FONT = 'system-ui, "Noto Sans", sans-serif', SIZE = 11.5;
const MANY = 60; // months; over more of them the axis names years
const ROW = 40; // height of a row
const LARGER = 1.2; // a drawing in a picture, for which its own width is small

// Draws `data`: { name, unit, file, labels (ISO days or months), lines: [{ name, low, middle, high, colour }], record
// (windows: { start, end, value, marked }), level (a number to compare with), beds }. A single line may stand in `data` itself.
// What only a picture and a table say: `counted`, what is counted and its unit; `read`, how to read the lines, where they are
// not runs of the model; `origin`, as about.js takes it.
export function chart(data, { note = "" } = {}) {
  const lines = (data.lines ?? (data.middle ? [data] : [])).map((line, i) => (
    { ...line, colour: line.colour ?? LINES[i % LINES.length], dash: line.dash ?? DASHES[i % DASHES.length] }));
  const count = data.labels.length;
  const across = data.beds ?? data.level ?? null;
  const scale = valueScale([
    ...lines.flatMap((line) => [...line.low, ...line.high]), ...(data.record ?? []).map((w) => w.value), across ?? 0]);
  const x = (i) => LEFT + ((i + 0.5) / count) * (W - LEFT - RIGHT);
  const y = (v) => H - BOTTOM - ((v - scale.least) / (scale.most - scale.least)) * (H - TOP - BOTTOM);

  const drawing = canvas(H, data.name);
  for (const tick of scale.ticks) {
    drawing.append(
      svg("line", { x1: LEFT, x2: W - RIGHT, y1: y(tick), y2: y(tick), stroke: tick === 0 ? GREY : RULE }),
      svg("text", { x: LEFT - 6, y: y(tick) + 4, "text-anchor": "end", fill: GREY }, number(tick, scale.decimals)));
  }
  drawing.append(...timeAxis(data.labels, x));
  for (const line of lines) drawing.append(svg("path", { d: band(line, x, y), fill: line.colour, "fill-opacity": lines.length > 1 ? 0.13 : 0.22 }));
  for (const line of lines) {
    drawing.append(svg("path", { d: path(line.middle, x, y), fill: "none", stroke: line.colour, "stroke-width": 2, "stroke-dasharray": line.dash }));
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

// Draws `data`: { name, unit, file, rows: [{ name, value, low, high }], claimed }, one row above the other; a number may be
// missing. `counted`, `read` and `origin` are as in `chart`.
export function rowsChart(data, { note = "" } = {}) {
  const high = TOP + ROW * data.rows.length + 26, right = W - 14, left = 10;
  const scale = valueScale([data.claimed ?? 0, ...data.rows.flatMap((row) => [row.value, row.low, row.high])]);
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
    if (!Number.isFinite(row.value)) return;
    if (!Number.isFinite(row.low)) drawing.append(svg("rect", { x: x(Math.min(0, row.value)), y: middle - 5, width: Math.abs(x(row.value) - x(0)), height: 10, fill: LINES[0] }));
    else {
      drawing.append(svg("line", { x1: x(row.low), x2: x(row.high), y1: middle, y2: middle, stroke: LINES[0], "stroke-width": 2.4 }),
        svg("circle", { cx: x(row.value), cy: middle, r: 5, fill: LINES[0] }));
    }
  });
  if (data.claimed !== null && data.claimed !== undefined) {
    drawing.append(svg("line", { x1: x(data.claimed), x2: x(data.claimed), y1: TOP, y2: high - 22, stroke: MARKED, "stroke-width": 1.6, "stroke-dasharray": "6 3" }));
  }
  const told = data.rows.map((row) => (!Number.isFinite(row.low) ? `${row.name}: ${short(row.value)}`
    : t("chart.readout", { month: row.name, middle: short(row.value), low: short(row.low), high: short(row.high) }))).join("; ");
  drawing.setAttribute("aria-label", `${data.name}. ${told}`);
  const figure = element("figure", {}, heading(data), drawing, element("p", { class: "readout" }, note),
    tools(data, drawing, high, () => keysOfRows(data, note), () => rowTable(data)));
  figure.dataset.chart = data.file;
  return figure;
}

// Returns bands by month without the months of which not all days were simulated: they are no months to compare.
export function onlyWhole(bands, whole) {
  const kept = (list) => list.map((value, i) => (whole[i] ? value : null));
  return { ...bands, low: kept(bands.low), middle: kept(bands.middle), high: kept(bands.high) };
}

function canvas(height, name) {
  return svg("svg", { viewBox: `0 0 ${W} ${height}`, role: "img", "aria-label": name, "font-family": FONT, "font-size": SIZE });
}

function heading(data) {
  return element("figcaption", {}, data.name, data.unit ? element("span", { class: "unit" }, ` ${data.unit}`) : null);
}

function legend(lines) {
  return element("ul", { class: "keys" }, ...lines.map((line) => element("li", {},
    svg("svg", { width: 30, height: 10, "aria-hidden": "true" }, ...beside(line)), line.name)));
}

// A line over what is known; it starts anew after what is missing.
const path = (list, x, y) => list.map((v, i) => (
  Number.isFinite(v) ? `${Number.isFinite(list[i - 1]) ? "L" : "M"}${x(i).toFixed(1)} ${y(v).toFixed(1)}` : "")).join("");

function band(line, x, y) {
  const known = [...line.low.keys()].filter((i) => Number.isFinite(line.low[i]) && Number.isFinite(line.high[i]));
  const side = (list, order) => order.map((i) => `${x(i).toFixed(1)} ${y(list[i]).toFixed(1)}`);
  return known.length ? `M${[...side(line.high, known), ...side(line.low, [...known].reverse())].join("L")}Z` : "";
}

// Draws what was published: a point for a month, a bar for the mean of several; returns values by position.
function record(drawing, data, x, y) {
  const published = new Map(), many = data.labels.length > MANY;
  let before = -9;
  for (const window of data.record ?? []) {
    const first = data.labels.indexOf(window.start), last = data.labels.indexOf(window.end);
    if (first < 0 || last < 0) continue;
    for (let i = first; i <= last; i += 1) published.set(i, window.value);
    const colour = window.marked ? MARKED : INK;
    if (first !== last) {
      drawing.append(svg("line", { x1: x(first - 0.4), x2: x(last + 0.4), y1: y(window.value), y2: y(window.value), stroke: colour, "stroke-width": 2.4 }));
      continue;
    }
    if (!data.lines && !data.middle && before === first - 1) {
      drawing.append(svg("line", { x1: x(before), x2: x(first), y1: y(published.get(before)), y2: y(window.value), stroke: INK, "stroke-width": 1 }));
    }
    before = first;
    if (!many || window.marked) drawing.append(svg("circle", { cx: x(first), cy: y(window.value), r: window.marked ? 4.5 : 3, fill: colour }));
  }
  return published;
}

// Lets pointer and arrow keys read values; returns the line in which they are told.
function reader(drawing, data, lines, published, x, note) {
  const count = data.labels.length;
  const marker = svg("line", { y1: TOP, y2: H - BOTTOM, stroke: INK, "stroke-dasharray": "2 2", visibility: "hidden", "data-screen": true });
  drawing.append(marker);
  const readout = element("p", { class: "readout", "aria-live": "polite" }, note);
  let at = count - 1;
  const show = (i) => {
    at = Math.max(0, Math.min(count - 1, i));
    for (const end of ["x1", "x2"]) marker.setAttribute(end, x(at));
    marker.setAttribute("visibility", "visible");
    readout.textContent = told(data, lines, published, at);
  };
  const pointed = (event) => {
    const box = drawing.getBoundingClientRect();
    const px = ((event.clientX - box.left) / box.width) * W;
    show(Math.round(((px - LEFT) / (W - LEFT - RIGHT)) * count - 0.5));
  };
  drawing.addEventListener("pointermove", pointed);
  drawing.addEventListener("pointerdown", pointed);
  drawing.setAttribute("tabindex", 0);
  drawing.addEventListener("keydown", (event) => {
    const step = { ArrowLeft: -1, ArrowRight: 1, Home: -count, End: count }[event.key];
    if (step) { event.preventDefault(); show(at + step); }
  });
  return readout;
}

function told(data, lines, published, at) {
  const month = data.labelOf?.(data.labels[at]) ?? monthName(data.labels[at]);
  const bands = (line) => Object.fromEntries(["low", "middle", "high"].map((key) => [key, number(line[key][at])]));
  const known = published.has(at) ? number(published.get(at)) : null;
  if (!lines.length) return t("chart.readout_published", { month, record: known ?? "–" });
  if (lines.length === 1) return t(known ? "chart.readout_record" : "chart.readout", { month, record: known, ...bands(lines[0]) });
  const each = lines.map((line) => t("chart.readout", { month: line.name, ...bands(line) })).join("; ");
  return t(known ? "chart.readout_many_record" : "chart.readout_many", { month, each, record: known });
}

function lineTable(data, lines, published) {
  const heads = lines.flatMap((line) => ["low", "middle", "high"].map((key) => (
    lines.length === 1 ? t(`place.${key}`) : `${line.name}: ${t(`place.${key}`)}`)));
  const rows = data.labels.map((label, i) => (
    [label, ...lines.flatMap((line) => [line.low[i], line.middle[i], line.high[i]]), published.get(i), data.counted ?? data.unit]));
  return withOrigin([t("table.time"), ...heads, t("table.published"), t("table.unit")], rows, data.origin ?? {});
}

function rowTable(data) {
  const rows = data.rows.map((row) => [row.name, row.value, row.low, row.high, data.counted ?? data.unit]);
  if (Number.isFinite(data.claimed)) rows.push([t("about.claimed"), data.claimed, null, null, data.counted ?? data.unit]);
  return withOrigin([t("table.name"), t("table.value"), t("place.low"), t("place.high"), t("table.unit")], rows, data.origin ?? {});
}

// What saves a chart: as a table, and as a picture with its key and where it comes from.
function tools(data, drawing, high, keys, table) {
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
    ...["svg", "png"].map((kind) => button(kind, () => savePicture(kind, data.file, whole()))));
}

function valueScale(values) {
  const known = values.filter(Number.isFinite);
  let most = known.reduce((a, b) => Math.max(a, b), 0);
  const least = known.reduce((a, b) => Math.min(a, b), 0);
  if (most === least) most = 1;
  const ticks = stepsBetween(least, most), step = ticks[1] - ticks[0];
  return {
    ticks, least: Math.min(least, ticks[0]), most: Math.max(most, ticks.at(-1)),
    decimals: Math.max(0, Math.min(3, -Math.floor(Math.log10(step) + 1e-9) + (step < 1 && !Number.isInteger(step * 10) ? 1 : 0))),
  };
}

function stepsBetween(least, most) {
  const rough = (most - least) / 4, size = 10 ** Math.floor(Math.log10(rough));
  const step = [1, 2, 2.5, 5, 10].map((m) => m * size).find((s) => s >= rough);
  const ticks = [];
  for (let k = Math.floor(least / step); k <= Math.ceil(most / step); k += 1) ticks.push(k * step);
  return ticks;
}

function timeAxis(labels, x) {
  const nodes = [];
  const years = labels.length > MANY && labels[0].length === 7;
  let last = -99;
  labels.forEach((label, i) => {
    const [year, month, day] = label.split("-");
    if ((day ?? "01") !== "01" || (years ? month !== "01" : (month - 1) % 3 !== 0) || x(i) - last < 34) return;
    last = x(i);
    nodes.push(svg("line", { x1: last, x2: last, y1: H - BOTTOM, y2: H - BOTTOM + 4, stroke: GREY }),
      svg("text", { x: last, y: H - BOTTOM + 16, "text-anchor": "middle", fill: GREY }, years ? year : words.now.months_short[month - 1]));
    if (!years && (month === "01" || nodes.length === 2)) {
      nodes.push(svg("text", { x: last, y: H - BOTTOM + 30, "text-anchor": "middle", fill: GREY, "font-weight": 600 }, year));
    }
  });
  return nodes;
}
