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
/**
 * What a mark means; `mark` is drawn in a box of `width` and `height`.
 * @typedef {{ mark: SVGElement[], width: number, height: number, text: string }} Key
 * @typedef {{ size: number, weight: number, line: number, fill: string }} Kind Of letters.
 */

const OF_THE_PAGE = /^(class|style|role|tabindex|pointer-events|vector-effect|paint-order|aria-.*|data-.*)$/;

/** @type {CanvasRenderingContext2D | undefined} */
let pen;

/** @param {HTMLCanvasElement} canvas */
function pencil(canvas) {
  const found = canvas.getContext("2d");
  if (!found) throw new Error("This browser draws nothing on a canvas");
  return found;
}

/**
 * How many pixels wide a text is, with room for the letters of other viewers.
 * @param {string} text
 * @param {number} size
 * @param {number} [weight]
 */
export function wide(text, size, weight = 400) {
  pen ??= pencil(document.createElement("canvas"));
  pen.font = `${weight} ${size}px ${FAMILY}`;
  return pen.measureText(text).width * WIDER;
}

/** @type {(text: string, most: number, kind: Kind) => string[]} */
const linesOf = (text, most, kind) => wrapped(text, most, (part) => wide(part, kind.size, kind.weight));

/**
 * Returns an SVG for any viewer. `drawing` is a node of `width` and `height`; `about` are lines.
 * @param {{
 *   title: string, counted?: string, keys: Key[], drawing: SVGElement, width: number, height: number, about: string[],
 * }} parts
 */
export function picture({ title, counted, keys, drawing, width, height, about }) {
  /** @type {SVGElement[]} */
  const parts = [];
  let y = PAD;
  /** @type {(text: string, kind: Kind) => void} */
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

/** @type {(text: string, x: number, y: number, kind: Kind) => SVGElement} */
const words = (text, x, y, { size, weight, fill }) => svg("text", { x, y, "font-size": size, "font-weight": weight, fill }, text);

/**
 * Lays keys side by side, in as many rows as they need.
 * @param {Key[]} keys
 * @param {number} width
 * @param {number} top
 */
function legend(keys, width, top) {
  const kind = KINDS.key;
  /** @type {SVGElement[]} */
  const nodes = [];
  /** @type {(Key & { lead: number, lines: string[], x: number })[]} */
  let row = [];
  let x = 0, y = top;
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

/**
 * Returns the nodes of a drawing of the page as any viewer draws them: nothing unseen, no style from outside, strokes that do
 * not scale in `pixel` units of the drawing, and the halo of a name as a text of its own.
 * @param {Iterable<Node>} nodes
 * @param {number} [pixel]
 * @returns {Node[]}
 */
export function flat(nodes, pixel = 1) {
  return [...nodes].flatMap((node) => {
    if (!(node instanceof Element)) return [node.cloneNode()];
    if (unseen(node)) return [];
    const copy = copied(node, false);
    if (node.getAttribute("vector-effect")) scaleStroke(copy, pixel);
    for (const { name } of [...copy.attributes]) if (OF_THE_PAGE.test(name)) copy.removeAttribute(name);
    copy.append(...flat(node.childNodes, pixel));
    if (!node.getAttribute("paint-order")) return [copy];
    const halo = copied(copy, true);
    halo.setAttribute("fill", "none");
    halo.setAttribute("stroke-linejoin", "round");
    for (const name of ["stroke", "stroke-width", "stroke-opacity"]) copy.removeAttribute(name);
    return [halo, copy];
  });
}

/** @type {(node: Element, deep: boolean) => Element} */
const copied = (node, deep) => /** @type {Element} */ (node.cloneNode(deep));

/** @param {Element} node */
const unseen = (node) => node.matches('[data-screen], [visibility="hidden"], circle[r="0"], [stroke-width="0"][fill="none"]');

/** @type {(node: Element, pixel: number) => void} */
function scaleStroke(node, pixel) {
  node.setAttribute("stroke-width", String(Number(node.getAttribute("stroke-width") ?? 1) * pixel));
  const dashes = node.getAttribute("stroke-dasharray");
  if (dashes) node.setAttribute("stroke-dasharray", dashes.split(/[\s,]+/).map((dash) => Number(dash) * pixel).join(" "));
}

/** @param {SVGElement} whole */
const text = (whole) => `<?xml version="1.0" encoding="UTF-8"?>\n${new XMLSerializer().serializeToString(whole)}`;

/**
 * Saves a picture.
 * @param {"svg" | "png"} kind
 * @param {string} name
 * @param {SVGElement} whole
 */
export async function savePicture(kind, name, whole) {
  const drawn = new Blob([text(whole)], { type: "image/svg+xml" });
  download(`${name}.${kind}`, kind === "svg" ? drawn : await painted(drawn, whole));
}

/**
 * @param {Blob} drawn
 * @param {SVGElement} whole
 * @returns {Promise<Blob>}
 */
async function painted(drawn, whole) {
  const address = URL.createObjectURL(drawn);
  const image = new Image();
  image.src = address;
  await image.decode();
  const [wideness, height] = ["width", "height"].map((name) => Number(whole.getAttribute(name)));
  const scale = PIXELS / wideness;
  const canvas = element("canvas", { width: PIXELS, height: Math.round(height * scale) });
  pencil(canvas).drawImage(image, 0, 0, canvas.width, canvas.height);
  URL.revokeObjectURL(address);
  return new Promise((ready, refused) => {
    canvas.toBlob((blob) => { if (blob) ready(blob); else refused(new Error("This browser makes no PNG")); }, "image/png");
  });
}
