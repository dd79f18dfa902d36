// What every part of the page uses: words, numbers, dates, elements, requests.

export const words = { now: null };

export function t(key, values = {}) {
  let text = words.now;
  for (const part of key.split(".")) text = text?.[part];
  if (typeof text !== "string") return key;
  return text.replace(/\{(\w+)\}/g, (hole, name) => (name in values ? values[name] ?? "–" : hole));
}

const missing = (value) => value === null || !Number.isFinite(Number(value)); // undefined is no number either

export function number(value, decimals = 0) {
  if (missing(value)) return "–";
  const format = new Intl.NumberFormat(words.now.number_format, {
    minimumFractionDigits: decimals, maximumFractionDigits: decimals,
  });
  return format.format(rounded(value, decimals)).replace("-", "−");
}

const rounded = (value, decimals) => Math.round(value * 10 ** decimals) / 10 ** decimals + 0; // no negative zero

export const signed = (value, decimals = 0) =>
  rounded(value, decimals) > 0 ? `+${number(value, decimals)}` : number(value, decimals);

export function short(value, decimals = 2) {
  if (missing(value)) return "–";
  return new Intl.NumberFormat(words.now.number_format, { maximumFractionDigits: decimals }).format(value);
}

export function dayAfter(start, days) {
  const day = new Date(`${start}T00:00:00Z`);
  day.setUTCDate(day.getUTCDate() + days);
  return day.toISOString().slice(0, 10);
}

export function dayName(iso) {
  const [year, month, day] = iso.split("-");
  return `${Number(day)} ${words.now.months_short[month - 1]} ${year}`;
}

export function monthName(iso) {
  const [year, month] = iso.split("-");
  return `${words.now.months_short[month - 1]} ${year}`;
}

export function element(tag, attributes = {}, ...children) {
  return fill(document.createElement(tag), attributes, children);
}

export function svg(tag, attributes = {}, ...children) {
  return fill(document.createElementNS("http://www.w3.org/2000/svg", tag), attributes, children);
}

function fill(node, attributes, children) {
  for (const [name, value] of Object.entries(attributes)) {
    if (name.startsWith("on")) node.addEventListener(name.slice(2), value);
    else if (value !== null && value !== undefined && value !== false) {
      node.setAttribute(name, value === true ? "" : value);
    }
  }
  node.append(...children.filter((child) => child !== null && child !== undefined));
  return node;
}

// Asks the server; an error that it throws is a sentence in the language of the page.
export async function ask(path, method = "GET", body = undefined) {
  const options = { method };
  if (body !== undefined) {
    options.body = JSON.stringify(body);
    options.headers = { "Content-Type": "application/json" };
  }
  const answer = await reach(`/api/${path}`, options);
  return answer.status === 204 ? null : read(answer);
}

// Saves what the server gives at an address, under the name that it gives.
export async function save(address) {
  const answer = await reach(address, {});
  const name = /filename="([^"]+)"/.exec(answer.headers.get("content-disposition") ?? "")?.[1];
  download(name ?? address.split("/").at(-1), await answer.blob());
}

async function reach(address, options) {
  let answer;
  try { answer = await fetch(address, options); } catch { throw new Error(t("error.gone")); }
  if (!answer.ok) throw new Error(refusal(answer.status, (await answer.json().catch(() => ({}))).detail));
  return answer;
}

async function read(answer) {
  try { return await answer.json(); } catch { throw new Error(t("error.gone")); } // it ended while it answered
}

// Says why the server refused, in plain words: a sentence for the kind, and what the server itself says.
function refusal(status, detail) {
  if (Array.isArray(detail)) return detail.map(fault).join("\n");
  const known = [404, 409, 500, 503, 507].includes(status) ? status : "other";
  return t(`error.status_${known}`, { detail });
}

// Says what is wrong with one field of a request.
function fault({ loc, msg }) {
  const field = loc.filter((part) => typeof part === "string").at(-1), key = `error.field_${field}`;
  return t(key) === key ? t("error.field", { field, detail: msg }) : t(key);
}

// Hands over a file; `content` is text or a blob.
export function download(name, content) {
  const type = name.endsWith(".csv") ? "text/csv" : "application/json";
  const link = element("a", { href: URL.createObjectURL(content instanceof Blob ? content : new Blob([content], { type })), download: name });
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 10000);
}

export const kept = {
  get(key) { try { return localStorage.getItem(`corredor.${key}`); } catch { return null; } },
  set(key, value) { try { localStorage.setItem(`corredor.${key}`, value); } catch { /* private window */ } },
};
