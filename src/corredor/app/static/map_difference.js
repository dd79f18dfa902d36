// The map of a difference: people more or fewer than in another run.

import { number, signed, svg, t } from "./core.js";
import { keysOfParallel } from "./map_keys.js";
import { MAP } from "./palette.js";

/**
 * @import { BaseMap } from "../documents.js"
 * @import { Key } from "./picture.js"
 */

/**
 * Returns how a circle looks for people, or for people more (full) or fewer (hollow, in another colour).
 * @param {number} value
 * @param {boolean} difference
 */
export function looksOf(value, difference) {
  if (difference && value < 0) return { fill: MAP.fewer, "fill-opacity": 0.22, stroke: MAP.fewer, "stroke-width": 2 };
  return { fill: difference ? MAP.more : MAP.people, "fill-opacity": value === 0 ? 0.3 : 0.62, stroke: MAP.edge, "stroke-width": 0.8 };
}

/** @type {(ring: SVGElement, value: number, difference: boolean) => void} */
export function look(ring, value, difference) {
  for (const [name, looks] of Object.entries(looksOf(value, difference))) {
    if (ring.getAttribute(name) !== String(looks)) ring.setAttribute(name, String(looks));
  }
}

/** @type {(place: string, value: number) => string} */
export const tellDifference = (place, value) => t("map.place_difference", { place, people: signed(value) });

/**
 * @param {Pick<BaseMap, "parallel">} base
 * @param {number} most people
 * @param {number} pixels the radius of a circle for one
 * @returns {Key[]}
 */
export function keysOfDifference(base, most, pixels) {
  /** @param {number} people */
  const key = (people) => {
    const r = pixels * Math.sqrt(Math.abs(people)), ring = svg("circle", { cx: r + 2, cy: r + 2, r });
    look(ring, people, true);
    return { mark: [ring], width: 2 * r + 4, height: 2 * r + 4, text: signed(people) };
  };
  const steps = [...new Set([1, 0.1].map((part) => Math.max(1, Math.round(most * part))))];
  /** @param {string} text */
  const told = (text) => ({ mark: [], width: 0, height: 0, text });
  return [told(t("map.more")), ...steps.map(key), told(t("map.fewer")), ...steps.map((people) => key(-people)),
    told(t("map.area", { most: number(most) })), ...keysOfParallel(base)];
}
