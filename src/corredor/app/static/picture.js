// Pictures that stand by themselves when they leave the page: title, what is counted, key, drawing, and where it comes from.

import { download, element, svg } from "./core.js";
import { GREY, INK, PAPER, RULE } from "./palette.js";
import { wrapped } from "./wrap.js";

const PAD = 20, GAP = 18, PIXELS = 1800; // PIXELS: width of a PNG, for print
const WIDER = 1.12; // assumption: the letters of other viewers are so much wider at most
const FAMILY = '"Noto Sans", "Segoe UI", Roboto, "Helvetica Neue", Arial, sans-serif';
const KINDS = {
  title: { size: 17, weight: 700, line: 23, fill: INK },
  counted: { size: 13, weight: 400, line: 18, fill: GREY },
  key: { size: 12, weight: 400, line: 16, fill: INK },
  about: { size: 10.5, weight: 400, line: 14.5, fill: GREY },
};
const OF_THE_PAGE = /^(class|style|role|tabindex|pointer-events|vector-effect|paint-order|aria-.*|data-.*)$/;

let pen = null;

// How many pixels wide a text is, with room for the letters of other viewers.
export function wide(text, size, weight = 400) {
  pen ??= document.createElement("canvas").getContext("2d");
  pen.font = `${weight} ${size}px ${FAMILY}`;
  return pen.measureText(text).width * WIDER;
}

const linesOf = (text, most, kind) => wrapped(text, most, (part) => wide(part, kind.size, kind.weight));

// Returns an SVG for any viewer. `keys`: { mark, width, height, text }; `drawing`: a node of `width` and `height`; `about`: lines.
export function picture({ title, counted, keys, drawing, width, height, about }) {
  const parts = [];
  let y = PAD;
  const write = (text, kind) => {
    for (const line of linesOf(text, width, kind)) {
      parts.push(words(line, PAD, y + kind.size, kind));
      y += kind.line;
    }
  };
  write(title, KINDS.title);
  if (counted) write(counted, KINDS.counted);
  y += 8;
  const laid = legend(keys, width, y);
  parts.push(...laid.nodes, svg("g", { transform: `translate(${PAD} ${laid.end + 8})` }, drawing));
  y = laid.end + 8 + height + 12;
  parts.push(svg("line", { x1: PAD, x2: PAD + width, y1: y, y2: y, stroke: RULE }));
  y += 8;
  for (const line of about) write(line, KINDS.about);
  const size = { width: width + 2 * PAD, height: Math.ceil(y + PAD / 2) };
  return svg("svg", { xmlns: "http://www.w3.org/2000/svg", viewBox: `0 0 ${size.width} ${size.height}`, ...size, "font-family": FAMILY },
    svg("title", {}, title), svg("desc", {}, [counted, ...keys.map((key) => key.text), ...about].filter(Boolean).join("\n")),
    svg("rect", { ...size, fill: PAPER }), ...parts);
}

const words = (text, x, y, { size, weight, fill }) => svg("text", { x, y, "font-size": size, "font-weight": weight, fill }, text);

// Lays keys side by side, in as many rows as they need.
function legend(keys, width, top) {
  const kind = KINDS.key, nodes = [];
  let x = 0, row = [], y = top;
  const end = () => {
    const high = Math.max(0, ...row.map((key) => Math.max(key.height, key.lines.length * kind.line)));
    for (const key of row) {
      const first = y + (high - key.lines.length * kind.line) / 2 + kind.size;
      nodes.push(svg("g", { transform: `translate(${PAD + key.x} ${y + (high - key.height) / 2})` }, ...key.mark),
        ...key.lines.map((line, i) => words(line, PAD + key.x + key.lead, first + i * kind.line, kind)));
    }
    y += high + (row.length ? 4 : 0);
    x = 0;
    row = [];
  };
  for (const key of keys) {
    const lead = key.width ? key.width + 6 : 0, lines = linesOf(key.text, width - lead, kind);
    const needed = lead + Math.max(0, ...lines.map((line) => wide(line, kind.size)));
    if (row.length && x + needed > width) end();
    row.push({ ...key, lead, lines, x });
    x += needed + GAP;
  }
  end();
  return { nodes, end: y };
}

// Returns the nodes of a drawing of the page as any viewer draws them: nothing unseen, no style from outside, strokes that do
// not scale in `pixel` units of the drawing, and the halo of a name as a text of its own.
export function flat(nodes, pixel = 1) {
  return [...nodes].flatMap((node) => {
    if (node.nodeType !== Node.ELEMENT_NODE) return [node.cloneNode()];
    if (unseen(node)) return [];
    const copy = node.cloneNode(false);
    if (node.getAttribute("vector-effect")) scaleStroke(copy, pixel);
    for (const { name } of [...copy.attributes]) if (OF_THE_PAGE.test(name)) copy.removeAttribute(name);
    copy.append(...flat(node.childNodes, pixel));
    if (!node.getAttribute("paint-order")) return [copy];
    const halo = copy.cloneNode(true);
    halo.setAttribute("fill", "none");
    halo.setAttribute("stroke-linejoin", "round");
    for (const name of ["stroke", "stroke-width", "stroke-opacity"]) copy.removeAttribute(name);
    return [halo, copy];
  });
}

const unseen = (node) => node.matches('[data-screen], [visibility="hidden"], circle[r="0"], [stroke-width="0"][fill="none"]');

function scaleStroke(node, pixel) {
  node.setAttribute("stroke-width", Number(node.getAttribute("stroke-width") ?? 1) * pixel);
  const dashes = node.getAttribute("stroke-dasharray");
  if (dashes) node.setAttribute("stroke-dasharray", dashes.split(/[\s,]+/).map((dash) => dash * pixel).join(" "));
}

const text = (whole) => `<?xml version="1.0" encoding="UTF-8"?>\n${new XMLSerializer().serializeToString(whole)}`;

// Saves a picture as `svg` or `png`.
export async function savePicture(kind, name, whole) {
  const drawn = new Blob([text(whole)], { type: "image/svg+xml" });
  download(`${name}.${kind}`, kind === "svg" ? drawn : await painted(drawn, whole));
}

async function painted(drawn, whole) {
  const address = URL.createObjectURL(drawn);
  const image = new Image();
  image.src = address;
  await image.decode();
  const [wideness, height] = ["width", "height"].map((name) => Number(whole.getAttribute(name)));
  const scale = PIXELS / wideness;
  const canvas = element("canvas", { width: PIXELS, height: Math.round(height * scale) });
  canvas.getContext("2d").drawImage(image, 0, 0, canvas.width, canvas.height);
  URL.revokeObjectURL(address);
  return new Promise((ready) => { canvas.toBlob(ready, "image/png"); });
}
