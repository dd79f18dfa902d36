// The geometry of the map, in kilometres: roads and triangles, which place is meant, and where names find room.

/**
 * @import { Box, Place } from "../documents.js"
 *
 * @typedef {Pick<Place, "x" | "y">} Point
 * @typedef {[left: number, top: number, right: number, bottom: number]} Area
 * @typedef {{ x: number, y: number, anchor: "start" | "middle" | "end", area: Area }} Spot Where a name is written.
 */

const LETTER = 0.6; // mean width of a letter, in its size

/**
 * Returns the path of a road, bent a little, so that both directions show.
 * @type {(from: Point, to: Point) => string}
 */
export function curve(from, to) {
  const dx = to.x - from.x, dy = to.y - from.y;
  const mx = (from.x + to.x) / 2 - dy * 0.08, my = (from.y + to.y) / 2 + dx * 0.08;
  return `M${from.x} ${from.y}Q${mx.toFixed(1)} ${my.toFixed(1)} ${to.x} ${to.y}`;
}

/** @type {(middle: Point, size: number) => string} */
export function triangle({ x, y }, size) {
  return `M${x} ${(y - size).toFixed(1)}l${(size * 0.9).toFixed(1)} ${(size * 1.6).toFixed(1)}h${(-size * 1.8).toFixed(1)}z`;
}

/**
 * Returns the position of the place nearest to a point, or -1 if none lies within `most` kilometres.
 * @type {(places: Point[], at: Point, most: number) => number}
 */
export function nearest(places, at, most) {
  const away = places.map((place) => Math.hypot(place.x - at.x, place.y - at.y));
  const least = Math.min(...away);
  return least <= most ? away.indexOf(least) : -1;
}

/** @type {{ [key: string]: [x: number, y: number] }} */
export const TOWARDS = { ArrowRight: [1, 0], ArrowLeft: [-1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };

/**
 * Returns the position of the next place in a direction, straight on rather than aside, or -1.
 * @type {(places: Point[], from: number, towards: [x: number, y: number]) => number}
 */
export function next(places, from, [right, down]) {
  const here = places[from];
  let best = -1, least = Infinity;
  places.forEach((place, i) => {
    const dx = place.x - here.x, dy = place.y - here.y;
    const along = dx * right + dy * down;
    const cost = along + 2.5 * Math.abs(dx * down - dy * right);
    if (along > 0 && cost < least) { least = cost; best = i; }
  });
  return best;
}

/**
 * Returns where the name of a place has room inside a view: right of its circle, left, above or below, over no area taken.
 * @param {Point & { name: string }} place
 * @param {number} radius of its circle
 * @param {number} size of letters
 * @param {Box} view
 * @param {Area[]} taken
 */
export function room(place, radius, size, [left, top, width, height], taken) {
  const wide = place.name.length * size * LETTER;
  /** @type {[x: number, y: number, anchor: Spot["anchor"]][]} */
  const sides = [
    [place.x + radius, place.y + size * 0.35, "start"], [place.x - radius, place.y + size * 0.35, "end"],
    [place.x, place.y - radius, "middle"], [place.x, place.y + radius + size * 0.8, "middle"],
  ];
  const spots = sides.map(([x, y, anchor]) => {
    const x0 = anchor === "start" ? x : anchor === "end" ? x - wide : x - wide / 2;
    const above = size * (anchor === "middle" ? 0.8 : 1), below = size * (anchor === "middle" && y < place.y ? 0 : 0.3);
    return /** @type {Spot} */ ({ x, y, anchor, area: [x0, y - above, x0 + wide, y + below] });
  });
  return spots.find(({ area }) => area[0] >= left && area[2] <= left + width && area[1] >= top && area[3] <= top + height
    && !taken.some((other) => overlap(area, other)));
}

/** @type {(a: Area, b: Area) => boolean} */
const overlap = (a, b) => a[0] < b[2] && b[0] < a[2] && a[1] < b[3] && b[1] < a[3];

/** @type {(point: Point, view: Box) => boolean} */
export const within = ({ x, y }, [left, top, width, height]) => x >= left && x <= left + width && y >= top && y <= top + height;
