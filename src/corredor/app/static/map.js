// The map: our own base map in kilometres, places as circles, links, caravans; it plays over days.

import { element, number, svg, t } from "./core.js";
import { keysOfDifference, look, tellDifference } from "./map_difference.js";
import { LARGEST, WIDEST, keysOfPeople, nice } from "./map_keys.js";
import { barBox, scaleBar } from "./map_scale.js";
import { INK, MAP } from "./palette.js";

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

  // Draws for the size that the map has on the page, or for another one in pixels.
  fit(box = this.root.getBoundingClientRect()) {
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
    this.day = Math.min(this.day ?? 0, people ? people.days - 1 : 0); // a run under way may have fewer days than the one before
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
    this.month = -1;
    this.mostApart = difference ? Math.max(1, ...difference.map((list) => Math.max(...list.map(Math.abs)))) : 1;
    this.fit();
  }

  show(day, month) {
    this.day = day;
    if (month !== this.month && this.links) {
      this.month = month;
      this.lines.forEach((line, i) => {
        const flow = this.difference ? 0 : this.flows[i][month] ?? 0; // roads are of one run
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
      if (walking >= FEWEST) place.walk.setAttribute("d", triangle(this.base.places[i], this.walkSize(i)));
    });
  }

  // Names the places with most people, before a run those with most inhabitants, leaving out names that would cover another.
  // While the map plays, names stay where they are; on a `still` map they keep off the circles of its day too.
  label(still = false) {
    this.names.replaceChildren();
    const size = 11.5 * this.scale, day = still ? this.day : null, taken = [barBox(this.view, this.scale)];
    const weight = this.base.places.map((place, i) => this.weight(i, day));
    const radius = (i) => (still ? this.reach(i) + 3 * this.scale : (LARGEST * Math.sqrt((this.people ? weight[i] : 0) / this.most) * 0.6 + 4) * this.scale);
    if (still) taken.push(...this.base.places.map(({ x, y }, i) => [x - this.reach(i), y - this.reach(i), x + this.reach(i), y + this.reach(i)]));
    const order = [...weight.keys()].sort((a, b) => weight[b] - weight[a]);
    const [left, top, width, height] = this.view;
    let named = 0;
    for (const i of order) {
      if (named >= LABELS) break;
      const place = this.base.places[i];
      if (place.x < left || place.x > left + width || place.y < top || place.y > top + height) continue;
      const r = radius(i);
      const wide = place.name.length * size * 0.55;
      const sides = [[place.x + r, place.y + size * 0.35, "start"], [place.x - r, place.y + size * 0.35, "end"], [place.x, place.y - r, "middle"], [place.x, place.y + r + size * 0.8, "middle"]];
      for (const [x, y, anchor] of sides) {
        const x0 = anchor === "start" ? x : anchor === "end" ? x - wide : x - wide / 2;
        const box = [x0, y - size * (anchor === "middle" ? 0.8 : 1), x0 + wide, y + size * (anchor === "middle" && y < place.y ? 0 : 0.3)];
        if (box[0] < left || box[2] > left + width || box[1] < top || box[3] > top + height || taken.some((b) => box[0] < b[2] && b[0] < box[2] && box[1] < b[3] && b[1] < box[3])) continue;
        taken.push(box);
        named += 1;
        this.names.append(svg("text", { x, y, "text-anchor": anchor, "font-size": size, fill: INK, stroke: "#fff", "stroke-width": 2.6 * this.scale, "stroke-opacity": 0.8, "paint-order": "stroke", "font-family": "system-ui, sans-serif" }, place.name));
        break;
      }
    }
  }

  // How many people make a place worth a name: on one day, or on the day with most.
  weight(i, day) {
    if (!this.people) return this.base.places[i].inhabitants;
    if (day === null) return Math.max(...this.people.middle[i]);
    return Math.abs(this.difference ? this.difference[i][day] : this.people.middle[i][day]);
  }

  // How far the marks of a place reach from its middle, in kilometres.
  reach(i) {
    const { ring, over, walk } = this.places[i], seen = (mark) => mark.getAttribute("visibility") !== "hidden";
    const walking = seen(walk) ? this.walkSize(i) : 0;
    return Math.max(Number(ring.getAttribute("r")), seen(over) ? Number(over.getAttribute("r")) : 0, walking);
  }

  walkSize(i) {
    return this.scale * (4 + 9 * Math.sqrt(Math.min(1, this.people.caravan[i][this.day] / 3000)));
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
    holder.replaceChildren(...this.keys().map(({ mark, width, height, text }) => element("span", {},
      svg("svg", { width, height, viewBox: `0 0 ${width} ${height}`, "aria-hidden": "true" }, ...mark), text)));
  }

  // What circles, rings, triangles and lines mean, each as { mark, width, height, text }.
  keys() {
    return this.difference ? keysOfDifference(nice(this.mostApart), LARGEST / Math.sqrt(this.mostApart)) : keysOfPeople(this);
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
