// The map: our own base map in kilometres, places as circles, links, caravans; it plays over days.

import { element, number, svg, t } from "./core.js";
import { legendOfDifference, look, tellDifference } from "./map_difference.js";
import { scaleBar } from "./map_scale.js";
import { INK, MAP } from "./palette.js";

const LARGEST = 26; // radius in pixels of the largest circle
const WIDEST = 7; // of the largest flow, in pixels
const LABELS = 26;
const FEWEST = 20; // people in a caravan that are drawn

export class Map {
  constructor(holder, base, choose) {
    this.base = base;
    this.choose = choose;
    this.view = base.views.all;
    this.people = null;
    this.links = null;
    this.difference = null;
    this.chosen = -1;
    this.most = 1;
    this.widest = 1;
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

  circle(place, i) {
    const over = svg("circle", { cx: place.x, cy: place.y, r: 0, fill: "none", stroke: MAP.beds, "stroke-width": 2, "vector-effect": "non-scaling-stroke", visibility: "hidden" });
    const ring = svg("circle", { class: "ring", cx: place.x, cy: place.y, r: 0, fill: MAP.people, "fill-opacity": 0.62, stroke: MAP.edge, "stroke-width": 0.8, "vector-effect": "non-scaling-stroke" });
    const walk = svg("path", { fill: MAP.caravan, stroke: INK, "stroke-width": 1, "vector-effect": "non-scaling-stroke", visibility: "hidden" });
    const group = svg("g", {
      class: "place", role: "button", tabindex: i === 0 ? 0 : -1, "aria-label": place.name, "data-place": place.place,
      onfocus: () => this.rove(i),
    }, over, ring, walk);
    return { group, ring, over, walk, shown: -1 };
  }

  look(view) {
    this.view = this.base.views[view];
    this.root.setAttribute("viewBox", this.view.join(" "));
    this.root.style.aspectRatio = `${this.view[2]} / ${this.view[3]}`;
    this.fit();
  }

  fit() {
    const box = this.root.getBoundingClientRect();
    if (!box.width) return;
    this.scale = Math.max(this.view[2] / box.width, this.view[3] / box.height); // km a pixel
    for (const place of this.places) place.shown = -1;
    scaleBar(this.bar, this.view, this.scale);
    this.draw();
    this.label();
  }

  setPeople(people) {
    this.people = people;
    this.most = people ? Math.max(1, ...people.middle.map((list) => Math.max(...list))) : 1;
    this.day ??= 0;
    this.fit();
  }

  setLinks(links) {
    this.links = links;
    this.flows = links?.travelled.map((by) => by.reduce((sum, list) => sum.map((v, m) => v + list[m]), by[0].map(() => 0)));
    this.widest = links ? Math.max(1, ...this.flows.flat()) : 1;
    this.month = -1;
    this.draw();
  }

  clear() {
    this.people = this.links = this.difference = null;
    for (const line of this.lines) line.setAttribute("stroke-width", 0);
    for (const place of this.places) {
      place.ring.setAttribute("r", 0);
      for (const mark of [place.over, place.walk]) mark.setAttribute("visibility", "hidden");
    }
    this.fit();
    this.tell();
  }

  setDifference(difference) {
    this.difference = difference;
    this.mostApart = difference ? Math.max(1, ...difference.map((list) => Math.max(...list.map(Math.abs)))) : 1;
    this.fit();
  }

  show(day, month) {
    this.day = day;
    if (month !== this.month && this.links) {
      this.month = month;
      this.lines.forEach((line, i) => {
        const flow = this.flows[i][month] ?? 0;
        line.setAttribute("stroke-width", flow > 0 ? Math.max(0.4, WIDEST * Math.sqrt(flow / this.widest)).toFixed(2) : 0);
      });
    }
    this.draw();
  }

  draw() {
    if (!this.people || !this.scale) return;
    this.places.forEach((place, i) => {
      const value = this.difference ? this.difference[i][this.day] : this.people.middle[i][this.day];
      const most = this.difference ? this.mostApart : this.most;
      const r = LARGEST * Math.sqrt(Math.abs(value) / most);
      const size = (Math.max(value ? 1.6 : 1.2, r) * this.scale).toFixed(2);
      if (size !== place.shown) {
        place.shown = size;
        place.ring.setAttribute("r", size);
      }
      look(place.ring, value, Boolean(this.difference));
      const over = !this.difference && (this.people.over[i]?.[this.day] ?? 0) >= 0.5;
      place.over.setAttribute("visibility", over ? "visible" : "hidden");
      if (over) place.over.setAttribute("r", Number(size) + 3.5 * this.scale);
      const walking = this.difference ? 0 : this.people.caravan[i][this.day];
      place.walk.setAttribute("visibility", walking >= FEWEST ? "visible" : "hidden");
      if (walking >= FEWEST) place.walk.setAttribute("d", triangle(this.base.places[i], this.scale * (4 + 9 * Math.sqrt(Math.min(1, walking / 3000)))));
    });
  }

  // Names the places with most people, before a run those with most inhabitants, leaving out names that would cover another.
  label() {
    this.names.replaceChildren();
    const size = 11.5 * this.scale, taken = [];
    const weight = this.base.places.map((place, i) => this.people ? Math.max(...this.people.middle[i]) : place.inhabitants);
    const order = [...weight.keys()].sort((a, b) => weight[b] - weight[a]);
    const [left, top, width, height] = this.view;
    for (const i of order) {
      if (taken.length >= LABELS) break;
      const place = this.base.places[i];
      if (place.x < left || place.x > left + width || place.y < top || place.y > top + height) continue;
      const r = (LARGEST * Math.sqrt((this.people ? weight[i] : 0) / this.most) * 0.6 + 4) * this.scale;
      const wide = place.name.length * size * 0.55;
      const sides = [[place.x + r, place.y + size * 0.35, "start"], [place.x - r, place.y + size * 0.35, "end"], [place.x, place.y - r, "middle"], [place.x, place.y + r + size * 0.8, "middle"]];
      for (const [x, y, anchor] of sides) {
        const x0 = anchor === "start" ? x : anchor === "end" ? x - wide : x - wide / 2;
        const box = [x0, y - size, x0 + wide, y + size * 0.3];
        if (box[0] < left || box[2] > left + width || taken.some((b) => box[0] < b[2] && b[0] < box[2] && box[1] < b[3] && b[1] < box[3])) continue;
        taken.push(box);
        this.names.append(svg("text", { x, y, "text-anchor": anchor, "font-size": size, fill: INK, stroke: "#fff", "stroke-width": 2.6 * this.scale, "stroke-opacity": 0.8, "paint-order": "stroke", "font-family": "system-ui, sans-serif" }, place.name));
        break;
      }
    }
  }

  tell() {
    this.places.forEach((place, i) => place.group.setAttribute("aria-label", this.spoken(i)));
  }

  // What a place is called by a screen reader.
  spoken(i) {
    const place = this.base.places[i].name;
    if (this.difference) return tellDifference(place, this.difference[i][this.day]);
    return this.people ? t("map.place_people", { place, people: number(this.people.middle[i][this.day]) }) : place;
  }

  mark(i) {
    this.places[this.chosen]?.group.classList.remove("chosen");
    this.chosen = i;
    this.places[i]?.group.classList.add("chosen");
    this.rove(Math.max(0, i));
  }

  rove(i) {
    this.places.forEach((place, k) => place.group.setAttribute("tabindex", k === i ? 0 : -1));
  }

  // Places lie close together: a click or touch chooses the one whose middle is nearest.
  point(event) {
    const at = new DOMPoint(event.clientX, event.clientY).matrixTransform(this.root.getScreenCTM().inverse());
    const away = this.base.places.map((place) => Math.hypot(place.x - at.x, place.y - at.y));
    const nearest = away.indexOf(Math.min(...away));
    if (away[nearest] <= (LARGEST + 4) * this.scale) this.choose(nearest);
  }

  key(event) {
    const at = this.places.findIndex((place) => place.group === event.target);
    if (at < 0) return;
    if (event.key === "Enter" || event.key === " ") { event.preventDefault(); this.choose(at); return; }
    const towards = { ArrowRight: [1, 0], ArrowLeft: [-1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] }[event.key];
    if (!towards) return;
    event.preventDefault();
    const here = this.base.places[at];
    let best = -1, least = Infinity;
    this.base.places.forEach((place, i) => {
      const dx = place.x - here.x, dy = place.y - here.y;
      const along = dx * towards[0] + dy * towards[1];
      const cost = along + 2.5 * Math.abs(dx * towards[1] - dy * towards[0]);
      if (along > 0 && cost < least) { least = cost; best = i; }
    });
    if (best >= 0) { this.rove(best); this.places[best].group.focus(); }
  }

  legend(holder) {
    if (this.difference) { legendOfDifference(holder, nice(this.mostApart), LARGEST / Math.sqrt(this.mostApart)); return; }
    const item = (mark, text) => element("span", {}, svg("svg", { width: 26, height: 20, viewBox: "0 0 26 20", "aria-hidden": "true" }, ...mark), text);
    const dot = (r) => svg("circle", { cx: 13, cy: 10, r, fill: MAP.people, "fill-opacity": 0.62, stroke: MAP.edge });
    const scale = [0.01, 0.1, 1].map((part) => {
      const people = nice(this.most * part), r = LARGEST * Math.sqrt(people / this.most);
      return element("span", {}, svg("svg", { width: 2 * r + 2, height: 2 * r + 2, "aria-hidden": "true" }, svg("circle", { cx: r + 1, cy: r + 1, r, fill: MAP.people, "fill-opacity": 0.62, stroke: MAP.edge })), number(people));
    });
    holder.replaceChildren(
      item([dot(7)], t("map.circle")), this.people ? element("span", {}, ...scale) : "",
      item([svg("circle", { cx: 13, cy: 10, r: 9, fill: "none", stroke: MAP.beds, "stroke-width": 2 }), dot(5.5)], t("map.over")),
      item([svg("path", { d: "M13 2L21 17L5 17Z", fill: MAP.caravan, stroke: INK })], t("map.caravan")),
      item([svg("line", { x1: 1, x2: 25, y1: 10, y2: 10, stroke: MAP.link, "stroke-opacity": 0.7, "stroke-width": 5 })], t("map.link", { people: this.links ? number(this.widest) : "–" })),
      item([svg("line", { x1: 1, x2: 25, y1: 10, y2: 10, stroke: MAP.parallel, "stroke-dasharray": "7 5" })], t("map.parallel")),
    );
  }
}

function curve(from, to) {
  const dx = to.x - from.x, dy = to.y - from.y; // bent a little, so that both directions show
  const mx = (from.x + to.x) / 2 - dy * 0.08, my = (from.y + to.y) / 2 + dx * 0.08;
  return `M${from.x} ${from.y}Q${mx.toFixed(1)} ${my.toFixed(1)} ${to.x} ${to.y}`;
}

function triangle({ x, y }, size) {
  return `M${x} ${(y - size).toFixed(1)}l${(size * 0.9).toFixed(1)} ${(size * 1.6).toFixed(1)}h${(-size * 1.8).toFixed(1)}z`;
}

function nice(value) {
  const size = 10 ** Math.floor(Math.log10(Math.max(1, value)));
  return Math.max(1, Math.floor(value / size) * size);
}
