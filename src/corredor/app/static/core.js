// What every part of the page uses: words, numbers, dates, elements, requests.

/**
 * @import { Answer, Fault, Refusal, Section, Words } from "../documents.js"
 * @typedef {string | number | null | undefined} Value What fills a hole in a text; nothing is a dash.
 * @typedef {{ [hole: string]: Value }} Values
 */

const TRIES = 20; // times that the page asks while it is told to wait

export const words = { now: /** @type {Words} */ ({}) }; // empty until the page has asked for them

/**
 * @param {string} key such as `map.play`
 * @param {Values} [values]
 */
export function t(key, values = {}) {
  let text = /** @type {Section[string] | undefined} */ (words.now);
  for (const part of key.split(".")) text = typeof text === "object" && !Array.isArray(text) ? text[part] : undefined;
  if (typeof text !== "string") return key;
  return text.replace(/\{(\w+)\}/g, (hole, name) => (name in values ? String(values[name] ?? "–") : hole));
}

/**
 * @param {number | null | undefined} value
 * @returns {value is null | undefined} also for what is no number
 */
const missing = (value) => value === null || value === undefined || !Number.isFinite(value);

/**
 * @param {number | null | undefined} value
 * @param {number} [decimals]
 */
export function number(value, decimals = 0) {
  if (missing(value)) return "–";
  const format = new Intl.NumberFormat(words.now.number_format, {
    minimumFractionDigits: decimals, maximumFractionDigits: decimals,
  });
  return format.format(rounded(value, decimals)).replace("-", "−");
}

/** @type {(value: number, decimals: number) => number} */
const rounded = (value, decimals) => Math.round(value * 10 ** decimals) / 10 ** decimals + 0; // no negative zero

/**
 * @param {number | null | undefined} value
 * @param {number} [decimals]
 */
export const signed = (value, decimals = 0) =>
  !missing(value) && rounded(value, decimals) > 0 ? `+${number(value, decimals)}` : number(value, decimals);

/**
 * @param {number | null | undefined} value
 * @param {number} [decimals]
 */
export function short(value, decimals = 2) {
  if (missing(value)) return "–";
  return new Intl.NumberFormat(words.now.number_format, { maximumFractionDigits: decimals }).format(value);
}

/** @type {(start: string, days: number) => string} */
export function dayAfter(start, days) {
  const day = new Date(`${start}T00:00:00Z`);
  day.setUTCDate(day.getUTCDate() + days);
  return day.toISOString().slice(0, 10);
}

/** @param {string} iso such as `2024-01-15` */
export function dayName(iso) {
  const [year, month, day] = iso.split("-");
  return `${Number(day)} ${words.now.months_short[Number(month) - 1]} ${year}`;
}

/** @param {string} iso a month, or a day in it */
export function monthName(iso) {
  const [year, month] = iso.split("-");
  return `${words.now.months_short[Number(month) - 1]} ${year}`;
}

/**
 * Finds an element that stands in index.html.
 * @template {HTMLElement} T
 * @param {string} id
 * @param {new () => T} kind
 */
export function standing(id, kind) {
  const node = document.getElementById(id);
  if (!(node instanceof kind)) throw new Error(`index.html has no ${kind.name} named ${id}`);
  return node;
}

/** @param {string} id */
export const $ = (id) => standing(id, HTMLElement);

/**
 * Attributes by name; those that start with `on` are listeners, and those without a value are left out.
 * @typedef {{
 *   onclick?: (event: MouseEvent) => unknown, onchange?: (event: Event) => unknown, oninput?: (event: Event) => unknown,
 *   onsubmit?: (event: SubmitEvent) => unknown, onkeydown?: (event: KeyboardEvent) => unknown, onfocus?: (event: FocusEvent) => unknown,
 *   [name: string]: string | number | boolean | null | undefined | ((event: never) => unknown),
 * }} Attributes
 * @typedef {Node | string | null | undefined} Child
 */

/**
 * @template {keyof HTMLElementTagNameMap} Tag
 * @param {Tag} tag
 * @param {Attributes} attributes
 * @param {Child[]} children
 */
export function element(tag, attributes = {}, ...children) {
  return fill(document.createElement(tag), attributes, children);
}

/**
 * @template {keyof SVGElementTagNameMap} Tag
 * @param {Tag} tag
 * @param {Attributes} attributes
 * @param {Child[]} children
 */
export function svg(tag, attributes = {}, ...children) {
  return fill(document.createElementNS("http://www.w3.org/2000/svg", tag), attributes, children);
}

/**
 * @template {Element} T
 * @param {T} node
 * @param {Attributes} attributes
 * @param {Child[]} children
 */
function fill(node, attributes, children) {
  for (const [name, value] of Object.entries(attributes)) {
    if (typeof value === "function") node.addEventListener(name.slice(2), /** @type {EventListener} */ (value));
    else if (value !== null && value !== undefined && value !== false) {
      node.setAttribute(name, value === true ? "" : String(value));
    }
  }
  node.append(...children.filter((child) => child !== null && child !== undefined));
  return node;
}

/**
 * Asks the server; an error that it throws is a sentence in the language of the page.
 * @template {string} Path
 * @param {Path} path
 * @param {string} [method]
 * @param {unknown} [body]
 * @returns {Promise<Answer<Path>>}
 */
export async function ask(path, method = "GET", body = undefined) {
  /** @type {RequestInit} */
  const options = { method };
  if (body !== undefined) {
    options.body = JSON.stringify(body);
    options.headers = { "Content-Type": "application/json" };
  }
  return read(await reach(`/api/${path}`, options));
}

/**
 * Saves what the server gives at an address, under the name that it gives.
 * @param {string} address
 */
export async function save(address) {
  const answer = await reach(address, {});
  const name = /filename="([^"]+)"/.exec(answer.headers.get("content-disposition") ?? "")?.[1];
  download(name ?? address.slice(address.lastIndexOf("/") + 1), await answer.blob());
}

/** @type {(address: string, options: RequestInit, tries?: number) => Promise<Response>} */
async function reach(address, options, tries = TRIES) {
  let answer;
  try { answer = await fetch(address, options); } catch { throw new Error(t("error.gone")); }
  const seconds = Number(answer.headers.get("retry-after"));
  if (answer.status === 503 && seconds > 0 && tries > 1) { // it has much to do, and has not begun with this
    await new Promise((resolve) => { setTimeout(resolve, 1000 * seconds * (1 + Math.random() / 2)); }); // not all at once again
    return reach(address, options, tries - 1);
  }
  if (!answer.ok) throw new Error(refusal(answer.status, await answer.json().catch(() => ({}))));
  return answer;
}

/** @param {Response} answer */
async function read(answer) {
  if (answer.status === 204) return null; // nothing to tell
  try { return await answer.json(); } catch { throw new Error(t("error.gone")); } // it ended while it answered
}

/**
 * Says why the server refused, in plain words: a sentence for the kind, and what the server itself says.
 * @param {number} status
 * @param {Refusal} told
 */
export function refusal(status, { detail }) {
  if (Array.isArray(detail)) return detail.map(fault).join("\n");
  const known = [401, 404, 409, 500, 503, 507].includes(status) ? status : "other";
  return t(`error.status_${known}`, { detail });
}

/**
 * Says what is wrong with one field of a request.
 * @param {Fault} fault
 */
function fault({ loc, msg }) {
  const field = loc.filter((part) => typeof part === "string").at(-1), key = `error.field_${field}`;
  return t(key) === key ? t("error.field", { field, detail: msg }) : t(key);
}

/**
 * Hands over a file.
 * @param {string} name
 * @param {string | Blob} content
 */
export function download(name, content) {
  const type = name.endsWith(".csv") ? "text/csv" : "application/json";
  const blob = content instanceof Blob ? content : new Blob([content], { type });
  const link = element("a", { href: URL.createObjectURL(blob), download: name });
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 10000);
}

/** @param {unknown} error that was thrown */
export const messageOf = (error) => (error instanceof Error ? error.message : String(error));

/**
 * Returns what the element in focus has as its `data-` attribute of a name.
 * @param {string} name
 */
export const focusedBy = (name) => (document.activeElement instanceof HTMLElement ? document.activeElement.dataset[name] : undefined);

/**
 * Gives the focus to the element that has a `data-` attribute of a name and value; a list that is drawn again keeps it so.
 * @param {ParentNode} holder
 * @param {string} name
 * @param {string} value
 */
export function focusOn(holder, name, value) {
  const node = holder.querySelector(`[data-${name}="${value}"]`);
  if (node instanceof HTMLElement) node.focus();
}

export const kept = {
  /** @param {string} key */
  get(key) { try { return localStorage.getItem(`corredor.${key}`); } catch { return null; } },
  /** @type {(key: string, value: string | number) => void} */
  set(key, value) { try { localStorage.setItem(`corredor.${key}`, String(value)); } catch { /* private window */ } },
};
