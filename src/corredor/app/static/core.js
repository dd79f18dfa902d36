// What every part of the page uses: words, numbers, dates, elements, requests.

export const words = { now: null };

export function t(key, values = {}) {
  let text = words.now;
  for (const part of key.split(".")) text = text?.[part];
  if (typeof text !== "string") return key;
  return text.replace(/\{(\w+)\}/g, (hole, name) => (name in values ? values[name] : hole));
}

export function number(value, decimals = 0) {
  if (value === null || value === undefined) return "–";
  const format = new Intl.NumberFormat(words.now.number_format, {
    minimumFractionDigits: decimals, maximumFractionDigits: decimals,
  });
  return format.format(rounded(value, decimals)).replace("-", "−");
}

const rounded = (value, decimals) => Math.round(value * 10 ** decimals) / 10 ** decimals + 0; // no negative zero

export const signed = (value, decimals = 0) =>
  rounded(value, decimals) > 0 ? `+${number(value, decimals)}` : number(value, decimals);

export function short(value, decimals = 2) {
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

export async function ask(path, method = "GET", body = undefined) {
  const options = { method };
  if (body !== undefined) {
    options.body = JSON.stringify(body);
    options.headers = { "Content-Type": "application/json" };
  }
  const answer = await fetch(`/api/${path}`, options);
  if (answer.status === 204) return null;
  const document = await answer.json();
  if (!answer.ok) throw new Error(told(document.detail));
  return document;
}

function told(detail) {
  if (typeof detail === "string") return detail;
  return detail.map((one) => [one.loc.slice(1).join(" "), one.msg].filter(Boolean).join(": ")).join("\n");
}

export function download(name, type, content) {
  const link = element("a", { href: URL.createObjectURL(new Blob([content], { type })), download: name });
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 10000);
}

export function csv(rows) {
  const cell = (value) => {
    const text = value === null || value === undefined ? "" : String(value);
    return /[",\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
  };
  return rows.map((row) => row.map(cell).join(",")).join("\n") + "\n";
}

export function drawingText(drawing) {
  const copy = drawing.cloneNode(true);
  copy.setAttribute("xmlns", "http://www.w3.org/2000/svg");
  copy.querySelectorAll("[data-screen]").forEach((node) => node.remove());
  return `<?xml version="1.0" encoding="UTF-8"?>\n${new XMLSerializer().serializeToString(copy)}`;
}

export function downloadPng(name, drawing) {
  const [, , width, height] = drawing.getAttribute("viewBox").split(" ").map(Number);
  const copy = drawing.cloneNode(true);
  copy.setAttribute("width", width * 2);
  copy.setAttribute("height", height * 2);
  const address = URL.createObjectURL(new Blob([drawingText(copy)], { type: "image/svg+xml" }));
  const image = new Image();
  image.onload = () => {
    const canvas = element("canvas", { width: width * 2, height: height * 2 });
    const context = canvas.getContext("2d");
    context.fillStyle = "#fff";
    context.fillRect(0, 0, canvas.width, canvas.height);
    context.drawImage(image, 0, 0, canvas.width, canvas.height);
    URL.revokeObjectURL(address);
    canvas.toBlob((blob) => download(name, "image/png", blob), "image/png");
  };
  image.src = address;
}

export const kept = {
  get(key) { try { return localStorage.getItem(`corredor.${key}`); } catch { return null; } },
  set(key, value) { try { localStorage.setItem(`corredor.${key}`, value); } catch { /* private window */ } },
};
