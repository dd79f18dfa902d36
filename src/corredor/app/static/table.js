// Tables for spreadsheets: text stays text, and numbers stay numbers. src/corredor/spreadsheet.py does the same.

const BOM = "\uFEFF"; // by which spreadsheets know UTF-8

/** @typedef {string | number | null | undefined} Cell */

/**
 * A text that a spreadsheet could take for a formula gets an apostrophe before it.
 * @param {string} text
 */
const harmless = (text) => (/^[\t\r\n]|^\s*[=+\-@]/.test(text) ? `'${text}` : text);

/** @param {Cell} value */
function cell(value) {
  if (value === null || value === undefined || Number.isNaN(value)) return "";
  const text = typeof value === "number" ? String(value) : harmless(String(value));
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

/** @param {Cell[][]} rows */
export const csv = (rows) => `${BOM}${rows.map((row) => row.map(cell).join(",")).join("\r\n")}\r\n`;
