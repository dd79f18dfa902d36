// The map: our own base map in kilometres, places as circles, links, caravans; it plays over days.

import { element, number, svg, t } from "./core.js";
import { keysOfDifference, look, tellDifference } from "./map_difference.js";
import { TOWARDS, curve, nearest, next, room, triangle, within } from "./map_geometry.js";
import { LARGEST, WIDEST, keysOfPeople, nice } from "./map_keys.js";
import { barBox, scaleBar } from "./map_scale.js";
import { INK, MAP } from "./palette.js";

/**
 * @import { BaseMap, Links, People, Place } from "../documents.js"
 * @import { Area } from "./map_geometry.js"
 * @import { Key } from "./picture.js"
 *
 * The marks of a place: the circle of its people, the ring of too few beds, the triangle of a caravan; and the radius shown.
 * @typedef {{ group: SVGGElement, ring: SVGCircleElement, over: SVGCircleElement, walk: SVGPathElement, shown: string }} Marks
 */

const LABELS = 26;
const FEWEST = 20; // people in a caravan that are drawn

export class CorridorMap {
  /**
   * @param {HTMLElement} holder
   * @param {BaseMap} base
   * @param {(i: number) => void} choose is told the position of a place
   */
  constructor(holder, base, choose) {
    this.base = base;
    this.choose = choose;
    this.view = base.views.all;
    /** @type {People | null} */
    this.people = null;
    /** @type {Links | null} */
    this.links = null;
    /** @type {number[][]} */
    this.flows = []; // by link and month
    /** @type {number[][] | null} */
    this.difference = null; // people by place and day
    this.day = 0;
    this.month = -1;
    this.chosen = -1;
    this.most = 1;
    this.mostApart = 1;
    this.widest = 1;
    this.scale = 0; // km a pixel; 0 while the map is not seen
    this.root = svg("svg", { role: "group", "aria-label": t("map.label"), preserveAspectRatio: "xMidYMid meet" });
    const thin = { "vector-effect": "non-scaling-stroke", fill: "none" };
    this.root.append(
      svg("path", { d: base.shapes.countries, fill: MAP.land, stroke: MAP.coast, "stroke-width": 0.9, "vector-effect": "non-scaling-stroke" }),
      svg("path", { d: base.shapes.states, stroke: MAP.state, "stroke-width": 0.8, ...thin }),
      svg("path", { d: base.shapes.lakes, fill: MAP.sea, stroke: MAP.shore, "stroke-width": 0.5, "vector-effect": "non-scaling-stroke" }),
      svg("path", { d: base.parallel, stroke: MAP.parallel, "stroke-width": 1, "stroke-dasharray": "7 5", ...thin }),
    );
    this.lines = base.links.map(([a, b]) => {
      const [from, to] = [base.places[a], base.places[b]];
      return svg("path", { d: curve(from, to), stroke: MAP.link, "stroke-width": 0, "stroke-opacity": 0.7, ...thin });
    });
    this.places = base.places.map((place, i) => this.circle(place, i));
    this.names = svg("g", { "pointer-events": "none", "aria-hidden": "true" });
    this.bar = svg("g", { "pointer-events": "none", "aria-hidden": "true" });
    this.root.append(svg("g", { "aria-hidden": "true" }, ...this.lines), svg("g", {}, ...this.places.map((p) => p.group)), this.names, this.bar);
    holder.replaceChildren(this.root);
    new ResizeObserver(() => this.fit()).observe(this.root);
    this.root.addEventListener("click", (event) => this.point(event));
    this.root.addEventListener("keydown", (event) => this.key(event));
    this.look("all");
  }

  /**
   * @param {Place} place
   * @param {number} i
   * @returns {Marks}
   */
  circle(place, i) {
    const over = svg("circle", { cx: place.x, cy: place.y, r: 0, fill: "none", stroke: MAP.beds, "stroke-width": 2, "vector-effect": "non-scaling-stroke", visibility: "hidden" });
    const ring = svg("circle", { class: "ring", cx: place.x, cy: place.y, r: 0, fill: MAP.people, "fill-opacity": 0.62, stroke: MAP.edge, "stroke-width": 0.8, "vector-effect": "non-scaling-stroke" });
    const walk = svg("path", { fill: MAP.caravan, stroke: INK, "stroke-width": 1, "vector-effect": "non-scaling-stroke", visibility: "hidden" });
    const group = svg("g", {
      class: "place", role: "button", tabindex: i === 0 ? 0 : -1, "aria-label": place.name, "data-place": place.place,
      onfocus: () => this.rove(i),
    }, over, ring, walk);
    return { group, ring, over, walk, shown: "" };
  }

  /** @param {string} view */
  look(view) {
    this.view = this.base.views[view];
    this.root.setAttribute("viewBox", this.view.join(" "));
    this.root.style.aspectRatio = `${this.view[2]} / ${this.view[3]}`;
    this.fit();
  }

  /**
   * Draws for the size that the map has on the page, or for another one in pixels.
   * @param {{ width: number, height: number }} [box]
   */
  fit(box = this.root.getBoundingClientRect()) {
    if (!box.width) return;
    this.scale = Math.max(this.view[2] / box.width, this.view[3] / box.height); // km a pixel
    for (const place of this.places) place.shown = "";
    scaleBar(this.bar, this.view, this.scale);
    this.draw();
    this.label();
  }

  /** @param {People | null} people */
  setPeople(people) {
    this.people = people;
    this.most = people ? Math.max(1, ...people.middle.map((list) => Math.max(...list))) : 1;
    this.day = Math.min(this.day, people ? people.days - 1 : 0); // a run under way may have fewer days than the one before
    this.fit();
  }

  /** @param {Links | null} links */
  setLinks(links) {
    this.links = links;
    this.flows = (links?.travelled ?? []).map((by) => by.reduce((sum, list) => sum.map((v, m) => v + list[m])));
    this.widest = Math.max(1, ...this.flows.flat());
    this.month = -1;
    this.draw();
  }

  clear() {
    this.people = this.links = this.difference = null;
    for (const line of this.lines) line.setAttribute("stroke-width", "0");
    for (const place of this.places) {
      place.ring.setAttribute("r", "0");
      for (const mark of [place.over, place.walk]) mark.setAttribute("visibility", "hidden");
    }
    this.fit();
    this.tell();
  }

  /** @param {number[][] | null} difference people by place and day */
  setDifference(difference) {
    this.difference = difference;
    this.month = -1;
    this.mostApart = difference ? Math.max(1, ...difference.map((list) => Math.max(...list.map(Math.abs)))) : 1;
    this.fit();
  }

  /** @type {(day: number, month: number) => void} */
  show(day, month) {
    this.day = day;
    if (month !== this.month && this.links) {
      this.month = month;
      this.lines.forEach((line, i) => {
        const flow = this.difference ? 0 : this.flows[i][month] ?? 0; // roads are of one run
        line.setAttribute("stroke-width", flow > 0 ? Math.max(0.4, WIDEST * Math.sqrt(flow / this.widest)).toFixed(2) : "0");
      });
    }
    this.draw();
  }

  draw() {
    const { people } = this;
    if (!people || !this.scale) return;
    this.places.forEach((place, i) => {
      const value = this.difference ? this.difference[i][this.day] : people.middle[i][this.day];
      const most = this.difference ? this.mostApart : this.most;
      const r = LARGEST * Math.sqrt(Math.abs(value) / most);
      const size = (Math.max(value ? 1.6 : 1.2, r) * this.scale).toFixed(2);
      if (size !== place.shown) {
        place.shown = size;
        place.ring.setAttribute("r", size);
      }
      look(place.ring, value, Boolean(this.difference));
      const over = !this.difference && (people.over[i]?.[this.day] ?? 0) >= 0.5;
      place.over.setAttribute("visibility", over ? "visible" : "hidden");
      if (over) place.over.setAttribute("r", String(Number(size) + 3.5 * this.scale));
      const walking = this.difference ? 0 : people.caravan[i][this.day];
      place.walk.setAttribute("visibility", walking >= FEWEST ? "visible" : "hidden");
      if (walking >= FEWEST) place.walk.setAttribute("d", triangle(this.base.places[i], this.walkSize(i)));
    });
  }

  /**
   * Names the places with most people, before a run those with most inhabitants, leaving out names that would cover another.
   * While the map plays, names stay where they are; on a still map they keep off the circles of its day too.
   * @param {boolean} [still]
   */
  label(still = false) {
    this.names.replaceChildren();
    const size = 11.5 * this.scale, day = still ? this.day : null;
    /** @type {Area[]} */
    const taken = [barBox(this.view, this.scale)];
    const weight = this.base.places.map((place, i) => this.weight(i, day));
    /** @param {number} i */
    const radius = (i) => (still ? this.reach(i) + 3 * this.scale : (LARGEST * Math.sqrt((this.people ? weight[i] : 0) / this.most) * 0.6 + 4) * this.scale);
    if (still) this.base.places.forEach(({ x, y }, i) => { const r = this.reach(i); taken.push([x - r, y - r, x + r, y + r]); });
    const order = [...weight.keys()].sort((a, b) => weight[b] - weight[a]);
    let named = 0;
    for (const i of order) {
      if (named >= LABELS) break;
      const place = this.base.places[i];
      const spot = within(place, this.view) ? room(place, radius(i), size, this.view, taken) : undefined;
      if (!spot) continue;
      taken.push(spot.area);
      named += 1;
      this.names.append(svg("text", {
        x: spot.x, y: spot.y, "text-anchor": spot.anchor, "font-size": size, fill: INK, stroke: "#fff", "stroke-width": 2.6 * this.scale,
        "stroke-opacity": 0.8, "paint-order": "stroke", "font-family": "system-ui, sans-serif",
      }, place.name));
    }
  }

  /**
   * How many people make a place worth a name: on one day, or on the day with most.
   * @type {(i: number, day: number | null) => number}
   */
  weight(i, day) {
    const { inhabitants, port, at_sea } = this.base.places[i];
    if (!this.people) return inhabitants;
    if (this.difference && day !== null) return Math.abs(this.difference[i][day]);
    const most = day === null ? Math.max(...this.people.middle[i]) : this.people.middle[i][day];
    if (at_sea) return most / 1e6; // a point on the water, named where there is room
    return port ? Math.max(most, this.most / 100) : most; // where the way ends is worth a name, though nobody may stay there
  }

  /**
   * How far the marks of a place reach from its middle, in kilometres.
   * @param {number} i
   */
  reach(i) {
    const { ring, over, walk } = this.places[i];
    /** @param {SVGElement} mark */
    const seen = (mark) => mark.getAttribute("visibility") !== "hidden";
    const walking = seen(walk) ? this.walkSize(i) : 0;
    return Math.max(Number(ring.getAttribute("r")), seen(over) ? Number(over.getAttribute("r")) : 0, walking);
  }

  /** @param {number} i */
  walkSize(i) {
    const walking = this.people?.caravan[i][this.day] ?? 0;
    return this.scale * (4 + 9 * Math.sqrt(Math.min(1, walking / 3000)));
  }

  tell() {
    this.places.forEach((place, i) => place.group.setAttribute("aria-label", this.spoken(i)));
  }

  /**
   * What a place is called by a screen reader.
   * @param {number} i
   */
  spoken(i) {
    const place = this.base.places[i].name;
    if (this.difference) return tellDifference(place, this.difference[i][this.day]);
    return this.people ? t("map.place_people", { place, people: number(this.people.middle[i][this.day]) }) : place;
  }

  /** @param {number} i */
  mark(i) {
    this.places[this.chosen]?.group.classList.remove("chosen");
    this.chosen = i;
    this.places[i]?.group.classList.add("chosen");
    this.rove(Math.max(0, i));
  }

  /** @param {number} i */
  rove(i) {
    this.places.forEach((place, k) => place.group.setAttribute("tabindex", k === i ? "0" : "-1"));
  }

  /**
   * Places lie close together: a click or touch chooses the one whose middle is nearest.
   * @param {MouseEvent} event
   */
  point(event) {
    const matrix = this.root.getScreenCTM();
    if (!matrix) return;
    const at = new DOMPoint(event.clientX, event.clientY).matrixTransform(matrix.inverse());
    const meant = nearest(this.base.places, at, (LARGEST + 4) * this.scale);
    if (meant >= 0) this.choose(meant);
  }

  /** @param {KeyboardEvent} event */
  key(event) {
    const at = this.places.findIndex((place) => place.group === event.target);
    if (at < 0) return;
    if (event.key === "Enter" || event.key === " ") { event.preventDefault(); this.choose(at); return; }
    const towards = TOWARDS[event.key];
    if (!towards) return;
    event.preventDefault();
    const best = next(this.base.places, at, towards);
    if (best >= 0) { this.rove(best); this.places[best].group.focus(); }
  }

  /** @param {HTMLElement} holder */
  legend(holder) {
    holder.replaceChildren(...this.keys().map(({ mark, width, height, text }) => element("span", {},
      svg("svg", { width, height, viewBox: `0 0 ${width} ${height}`, "aria-hidden": "true" }, ...mark), text)));
  }

  /**
   * What circles, rings, triangles and lines mean.
   * @returns {Key[]}
   */
  keys() {
    return this.difference ? keysOfDifference(this.base, nice(this.mostApart), LARGEST / Math.sqrt(this.mostApart)) : keysOfPeople(this);
  }
}
