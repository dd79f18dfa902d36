// Charts of a median, its band and the record, as SVG that can be read, pointed at and saved.

import { csv, download, downloadPng, drawingText, element, monthName, number, svg, t, words } from "./core.js";

const W = 460, H = 230, LEFT = 58, RIGHT = 10, TOP = 10, BOTTOM = 40;
const INK = "#22313f", GREY = "#566069", RULE = "#e3e6e8", BLUE = "#1f6f8b";
const FONT = 'system-ui, "Noto Sans", sans-serif';

// Draws `data`: { name, file, labels (ISO days or months), low, middle, high, record, beds, unit }.
export function chart(data, { signedValues = false, colour = BLUE, note = "" } = {}) {
  const count = data.labels.length;
  const values = [...data.low, ...data.high, ...(data.record ?? []).map((w) => w.value), data.beds ?? 0, 0];
  let most = values.reduce((a, b) => Math.max(a, b), 0);
  let least = values.reduce((a, b) => Math.min(a, b), 0);
  if (most === least) most = 1;
  const ticks = stepsBetween(least, most);
  least = Math.min(least, ticks[0]);
  most = Math.max(most, ticks[ticks.length - 1]);
  const x = (i) => LEFT + ((i + 0.5) / count) * (W - LEFT - RIGHT);
  const y = (v) => H - BOTTOM - ((v - least) / (most - least)) * (H - TOP - BOTTOM);
  const line = (list) => list.map((v, i) => `${i ? "L" : "M"}${x(i).toFixed(1)} ${y(v).toFixed(1)}`).join("");
  const back = data.low.map((_, i) => `L${x(count - 1 - i).toFixed(1)} ${y(data.low[count - 1 - i]).toFixed(1)}`).join("");

  const drawing = svg("svg", { viewBox: `0 0 ${W} ${H}`, role: "img", "aria-label": data.name, "font-family": FONT, "font-size": 11.5 });
  for (const tick of ticks) {
    drawing.append(
      svg("line", { x1: LEFT, x2: W - RIGHT, y1: y(tick), y2: y(tick), stroke: tick === 0 ? GREY : RULE }),
      svg("text", { x: LEFT - 6, y: y(tick) + 4, "text-anchor": "end", fill: GREY }, number(tick, ticks[1] - ticks[0] < 1 ? 1 : 0)),
    );
  }
  drawing.append(...timeAxis(data.labels, x));
  drawing.append(
    svg("path", { d: `${line(data.high)}${back}Z`, fill: colour, "fill-opacity": 0.22 }),
    svg("path", { d: line(data.middle), fill: "none", stroke: colour, "stroke-width": 2 }),
  );
  if (data.beds) {
    drawing.append(svg("line", { x1: LEFT, x2: W - RIGHT, y1: y(data.beds), y2: y(data.beds), stroke: "#a8430f", "stroke-width": 1.5, "stroke-dasharray": "6 3" }));
  }
  const published = new Map();
  for (const window of data.record ?? []) {
    const first = data.labels.indexOf(window.start), last = data.labels.indexOf(window.end);
    if (first < 0 || last < 0) continue;
    for (let i = first; i <= last; i += 1) published.set(i, window.value);
    drawing.append(first === last
      ? svg("circle", { cx: x(first), cy: y(window.value), r: 3, fill: INK })
      : svg("line", { x1: x(first - 0.4), x2: x(last + 0.4), y1: y(window.value), y2: y(window.value), stroke: INK, "stroke-width": 2.4 }));
  }
  const marker = svg("line", { y1: TOP, y2: H - BOTTOM, stroke: INK, "stroke-dasharray": "2 2", visibility: "hidden", "data-screen": true });
  drawing.append(marker);
  const readout = element("p", { class: "readout", "aria-live": "polite" }, note);
  let at = count - 1;
  const show = (i) => {
    at = Math.max(0, Math.min(count - 1, i));
    marker.setAttribute("x1", x(at));
    marker.setAttribute("x2", x(at));
    marker.setAttribute("visibility", "visible");
    const told = { month: data.labelOf?.(data.labels[at]) ?? monthName(data.labels[at]) };
    for (const band of ["low", "middle", "high"]) told[band] = number(data[band][at]);
    if (published.has(at)) told.record = number(published.get(at));
    readout.textContent = t(published.has(at) ? "chart.readout_record" : "chart.readout", told);
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
  const figure = element("figure", {},
    element("figcaption", {}, data.name),
    drawing, readout, tools(data, drawing, published));
  figure.dataset.chart = data.file;
  return figure;
}

function tools(data, drawing, published) {
  const button = (kind, act) => element("button", {
    type: "button", onclick: act, "aria-label": t("chart.download", { name: data.name, kind: t(`chart.${kind}`) }),
  }, t(`chart.${kind}`));
  const rows = [["time", "low_5", "middle", "high_95", "published"],
    ...data.labels.map((label, i) => [label, data.low[i], data.middle[i], data.high[i], published.get(i)])];
  return element("div", { class: "tools" },
    button("csv", () => download(`${data.file}.csv`, "text/csv", csv(rows))),
    button("svg", () => download(`${data.file}.svg`, "image/svg+xml", drawingText(drawing))),
    button("png", () => downloadPng(`${data.file}.png`, drawing)));
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
  let last = -99;
  labels.forEach((label, i) => {
    const [year, month, day] = label.split("-");
    if ((day ?? "01") !== "01" || (month - 1) % 3 !== 0 || x(i) - last < 34) return;
    last = x(i);
    nodes.push(svg("line", { x1: last, x2: last, y1: H - BOTTOM, y2: H - BOTTOM + 4, stroke: GREY }),
      svg("text", { x: last, y: H - BOTTOM + 16, "text-anchor": "middle", fill: GREY }, words.now.months_short[month - 1]));
    if (month === "01" || nodes.length === 2) {
      nodes.push(svg("text", { x: last, y: H - BOTTOM + 30, "text-anchor": "middle", fill: GREY, "font-weight": 600 }, year));
    }
  });
  return nodes;
}
