// What a chart draws, as plain numbers and paths: the scale of its values, the ticks of its time, lines and bands.

import { words } from "./core.js";

export const MANY = 60; // months; over more of them the axis names years
const DAYS = 30; // in a month, at least
const APART = 34; // pixels between two names of months at least

/**
 * @typedef {number | null | undefined} Known A number, or nothing.
 * @typedef {{ low: Known[], middle: Known[], high: Known[] }} Levels Bands of which numbers may be missing.
 * @typedef {(value: number) => number} Place Where a position or a value is, in pixels.
 */

/**
 * @param {Known} value
 * @returns {value is number}
 */
export const isNumber = (value) => Number.isFinite(value);

/**
 * Returns the scale from the least to the most of some values and nothing, with three to seven ticks and the decimals that they need.
 * @param {Known[]} values
 */
export function valueScale(values) {
  const known = values.filter(isNumber);
  let most = known.reduce((a, b) => Math.max(a, b), 0);
  const least = known.reduce((a, b) => Math.min(a, b), 0);
  if (most === least) most = 1;
  const ticks = stepsBetween(least, most), step = ticks[1] - ticks[0];
  return {
    ticks, least: Math.min(least, ticks[0]), most: Math.max(most, ticks[ticks.length - 1]),
    decimals: Math.max(0, Math.min(3, -Math.floor(Math.log10(step) + 1e-9) + (step < 1 && !Number.isInteger(step * 10) ? 1 : 0))),
  };
}

/** @type {(least: number, most: number) => number[]} */
function stepsBetween(least, most) {
  const rough = (most - least) / 4, size = 10 ** Math.floor(Math.log10(rough));
  const step = [1, 2, 2.5, 5].map((m) => m * size).find((s) => s >= rough) ?? 10 * size;
  const ticks = [];
  for (let k = Math.floor(least / step); k <= Math.ceil(most / step); k += 1) ticks.push(k * step);
  return ticks;
}

/**
 * Returns the ticks of a time axis: where, the name of the month, and the year below it where it begins; of many months only years.
 * @param {string[]} labels days or months
 * @param {Place} x
 */
export function timeTicks(labels, x) {
  const years = labels.length > (labels[0]?.length === 7 ? MANY : MANY * DAYS);
  /** @type {{ x: number, text: string, year: string }[]} */
  const ticks = [];
  let last = -99;
  labels.forEach((label, i) => {
    const [year, month, day = "01"] = label.split("-");
    if (day !== "01" || (years ? month !== "01" : (Number(month) - 1) % 3 !== 0) || x(i) - last < APART) return;
    last = x(i);
    const begins = !years && (month === "01" || !ticks.length);
    ticks.push({ x: last, text: years ? year : words.now.months_short[Number(month) - 1], year: begins ? year : "" });
  });
  return ticks;
}

/**
 * Returns the path of a line over what is known; it starts anew after what is missing.
 * @type {(list: Known[], x: Place, y: Place) => string}
 */
export const lineThrough = (list, x, y) => list.map((v, i) => (
  isNumber(v) ? `${isNumber(list[i - 1]) ? "L" : "M"}${x(i).toFixed(1)} ${y(v).toFixed(1)}` : "")).join("");

/**
 * Returns the path around a band, over the positions at which both ends are known.
 * @type {(band: Pick<Levels, "low" | "high">, x: Place, y: Place) => string}
 */
export function bandAround({ low, high }, x, y) {
  /** @type {string[]} */
  const above = [];
  /** @type {string[]} */
  const below = [];
  low.forEach((least, i) => {
    const most = high[i];
    if (!isNumber(least) || !isNumber(most)) return;
    above.push(`${x(i).toFixed(1)} ${y(most).toFixed(1)}`);
    below.unshift(`${x(i).toFixed(1)} ${y(least).toFixed(1)}`);
  });
  return above.length ? `M${[...above, ...below].join("L")}Z` : "";
}

/**
 * Returns bands by month without the months of which not all days were simulated: they are no months to compare.
 * @template {Levels} T
 * @param {T} bands
 * @param {boolean[]} whole
 * @returns {Omit<T, keyof Levels> & Levels}
 */
export function onlyWhole(bands, whole) {
  /** @param {Known[]} list */
  const kept = (list) => list.map((value, i) => (whole[i] ? value : null));
  return { ...bands, low: kept(bands.low), middle: kept(bands.middle), high: kept(bands.high) };
}
