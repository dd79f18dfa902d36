// The map as a picture: drawn anew at a size of its own, so that it looks the same from a telephone and from a desk.

import { originLines } from "./about.js";
import { dayAfter, dayName, svg, t } from "./core.js";
import { CorridorMap } from "./map.js";
import { MAP } from "./palette.js";
import { flat, picture } from "./picture.js";

/**
 * @import { BaseMap, Links, People, Run } from "../documents.js"
 *
 * @typedef {{ base: BaseMap, people: People, links: Links | null, day: number, month: number }} Shown
 * @typedef {{ people: number[][], names: { first: string, other: string } }} Difference By place and day, of two runs.
 */

const WIDTH = 860, FRAME = "corredor-frame";

/**
 * @param {Shown} shown
 * @param {{ difference: Difference | null, view: string, runs: Run[] }} how the view's name, and the runs whose numbers are drawn
 */
export function mapPicture({ base, people, links, day, month }, { difference, view, runs }) {
  const map = new CorridorMap(document.createElement("div"), base, () => {});
  map.look(view);
  map.setPeople(people);
  map.setLinks(links);
  map.setDifference(difference?.people ?? null);
  const [left, top, wide, high] = map.view, scale = wide / WIDTH, height = high / scale;
  map.fit({ width: WIDTH, height });
  map.show(day, month);
  map.label(true);
  const frame = { x: left, y: top, width: wide, height: high };
  const drawing = svg("g", { transform: `scale(${1 / scale}) translate(${-left} ${-top})` },
    svg("clipPath", { id: FRAME }, svg("rect", frame)),
    svg("g", { "clip-path": `url(#${FRAME})` }, svg("rect", { ...frame, fill: MAP.sea }), ...flat(map.root.childNodes, scale)));
  const date = dayName(dayAfter(people.start, day));
  const heading = difference ? t("map.difference", difference.names) : t("map.heading");
  return picture({
    title: `${heading.replace(/\.$/, "")} (${t(`map.view_${view}`)})`,
    counted: t(difference ? "about.map_difference" : "about.map_people", { day: date }),
    keys: map.keys(), drawing, width: WIDTH, height,
    about: originLines({ runs, replicates: people.replicates, labels: [people.start, dayAfter(people.start, people.days - 1)], map: true, beds: !difference }),
  });
}
