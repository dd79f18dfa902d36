// Which of its two languages the page speaks.

/** @import { Language } from "../documents.js" */

/**
 * Returns the language kept from before, or the one nearest to the browser's.
 * @param {string | null} before
 * @param {string} browser such as `es-MX`
 * @returns {Language}
 */
export function languageOf(before, browser) {
  if (before === "en" || before === "es") return before;
  return browser.startsWith("es") ? "es" : "en";
}

/**
 * @param {Language} language
 * @returns {Language}
 */
export const otherThan = (language) => (language === "en" ? "es" : "en");
