import assert from "node:assert/strict";
import { test } from "node:test";

import { todayText } from "../../../src/corredor/app/static/place.js";
import { speak } from "./made_up.js";

test("the people of a day are told with their band", () => {
  speak({ place: { today: "{day}: {middle} people ({low} to {high})" } });
  const people = { low: [[0], [1, 1000]], middle: [[0], [2, 2000]], high: [[0], [3, 3000]] };
  assert.equal(todayText(people, 1, 1, "2024-01-02"), "2 Jan 2024: 2,000 people (1,000 to 3,000)");
});
