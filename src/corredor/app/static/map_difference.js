// The map of a difference: people more or fewer than in another run.

import { element, number, signed, svg, t } from "./core.js";
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

export function legendOfDifference(holder, most, pixels) {
  const circle = (people) => {
    const r = pixels * Math.sqrt(Math.abs(people)), ring = svg("circle", { cx: r + 2, cy: r + 2, r });
    look(ring, people, true);
    return svg("svg", { width: 2 * r + 4, height: 2 * r + 4, "aria-hidden": "true" }, ring);
  };
  const item = (people) => element("span", {}, circle(people), signed(people));
  const steps = [1, 0.1].map((part) => Math.max(1, Math.round(most * part)));
  holder.replaceChildren(
    element("span", {}, t("map.more")), ...steps.map(item), element("span", {}, t("map.fewer")), ...steps.map((people) => item(-people)),
    element("span", {}, t("map.area", { most: number(most) })));
}
