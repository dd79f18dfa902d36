import assert from "node:assert/strict";
import { test } from "node:test";

import { TOWARDS, curve, nearest, next, room, triangle, within } from "../../../src/corredor/app/static/map_geometry.js";

const point = (x, y) => ({ x, y });

test("a road is bent, so that the way back is another line", () => {
  assert.equal(curve(point(0, 0), point(100, 0)), "M0 0Q50.0 8.0 100 0");
  assert.equal(curve(point(100, 0), point(0, 0)), "M100 0Q50.0 -8.0 0 0");
});

test("a triangle stands on its base around the middle", () => {
  assert.equal(triangle(point(10, 20), 5), "M10 15.0l4.5 8.0h-9.0z");
});

test("a click means the nearest place, if one is near enough", () => {
  const places = [point(0, 0), point(10, 0), point(10, 4)];
  assert.equal(nearest(places, point(9, 1), 5), 1);
  assert.equal(nearest(places, point(10, 2.1), 5), 2);
  assert.equal(nearest(places, point(50, 50), 5), -1);
  assert.equal(nearest(places, point(15, 0), 5), 1);
});

test("arrow keys go to the next place that lies straight on", () => {
  const places = [point(0, 0), point(10, 1), point(2, 12), point(-8, 0), point(0, -6)];
  const goes = (key) => next(places, 0, TOWARDS[key]);
  assert.deepEqual(["ArrowRight", "ArrowLeft", "ArrowDown", "ArrowUp"].map(goes), [1, 3, 2, 4]);
  assert.equal(next(places, 1, TOWARDS.ArrowRight), -1);
});

test("no arrow key leads back to where it came from by itself", () => {
  const places = [point(0, 0), point(0, 0), point(3, 4)];
  assert.equal(next(places, 0, TOWARDS.ArrowRight), 2);
  assert.equal(next([point(0, 0), point(0, 0)], 0, TOWARDS.ArrowRight), -1);
});

const VIEW = [0, 0, 100, 100];
const named = (x, y) => ({ x, y, name: "Tapachula" });
const inside = ([left, top, right, bottom]) => left >= 0 && top >= 0 && right <= 100 && bottom <= 100;

test("a name is written to the right of its circle, if there is room", () => {
  const spot = room(named(20, 50), 5, 4, VIEW, []);
  assert.deepEqual([spot.anchor, spot.x, spot.y], ["start", 25, 51.4]);
  assert.ok(inside(spot.area));
});

test("at the edge, and beside what is taken, it goes to another side", () => {
  assert.equal(room(named(95, 50), 5, 4, VIEW, []).anchor, "end");
  const right = [26, 48, 60, 54], left = [0, 48, 15, 54];
  assert.equal(room(named(20, 50), 5, 4, VIEW, [right]).anchor, "middle");
  const above = room(named(20, 50), 5, 4, VIEW, [right, left]);
  assert.ok(above.y < 50);
  const below = room(named(20, 50), 5, 4, VIEW, [right, left, above.area]);
  assert.ok(below.y > 50);
  for (const taken of [right, left, above.area]) {
    assert.ok(below.area[0] >= taken[2] || below.area[2] <= taken[0] || below.area[1] >= taken[3] || below.area[3] <= taken[1]);
  }
});

test("where there is no room, there is no name", () => {
  assert.equal(room(named(20, 50), 5, 4, VIEW, [[0, 0, 100, 100]]), undefined);
  assert.equal(room(named(50, 50), 5, 40, VIEW, []), undefined);
});

test("the edge belongs to the view", () => {
  assert.deepEqual([point(0, 100), point(50, 50), point(-0.1, 50), point(50, 100.1)].map((at) => within(at, VIEW)), [true, true, false, false]);
});
