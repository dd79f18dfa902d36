// The map of a difference: people more or fewer than in another run.

import { number, signed, svg, t } from "./core.js";
import { keyOfParallel } from "./map_keys.js";
import { MAP } from "./palette.js";

// Makes a circle look like people, or like people more (full) or fewer (hollow, in another colour).
export function look(ring, value, difference) {
  const fewer = difference && value < 0;
  const looks = fewer ? [MAP.fewer, 0.22, MAP.fewer, 2] : [difference ? MAP.more : MAP.people, value === 0 ? 0.3 : 0.62, MAP.edge, 0.8];
  ["fill", "fill-opacity", "stroke", "stroke-width"].forEach((name, i) => {
    if (ring.getAttribute(name) !== String(looks[i])) ring.setAttribute(name, looks[i]);
  });
}

export const tellDifference = (place, value) => t("map.place_difference", { place, people: signed(value) });

export function keysOfDifference(most, pixels) {
  const key = (people) => {
    const r = pixels * Math.sqrt(Math.abs(people)), ring = svg("circle", { cx: r + 2, cy: r + 2, r });
    look(ring, people, true);
    return { mark: [ring], width: 2 * r + 4, height: 2 * r + 4, text: signed(people) };
  };
  const steps = [...new Set([1, 0.1].map((part) => Math.max(1, Math.round(most * part))))];
  const told = (text) => ({ mark: [], width: 0, height: 0, text });
  return [told(t("map.more")), ...steps.map(key), told(t("map.fewer")), ...steps.map((people) => key(-people)),
    told(t("map.area", { most: number(most) })), keyOfParallel()];
}
