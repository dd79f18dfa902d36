import assert from "node:assert/strict";
import { beforeEach, test } from "node:test";

import { fileName, state } from "../../../src/corredor/app/static/runs.js";
import { run, speak } from "./made_up.js";

beforeEach(() => speak({
  runs: {
    waiting: "waits", running: "{percent} %", preparing: "gets ready", part: "{part} of {all}", done: "done in {seconds} s", failed: "failed",
    damaged: "{folder}: {why}", broken: "cut short", cancelled: "cancelled", disk: "The disk is full: {message}",
  },
}));

test("a run under way tells how far it is", () => {
  assert.equal(state(run({ status: "running", total: 0, part: 0 }), 0), "gets ready");
  assert.equal(state(run({ status: "running", part: 0 }), 0.999), "99 %");
  assert.equal(state(run({ status: "running", part: 4 }), 0.5), "50 %; 4 of 20");
});

test("a run that has ended tells how", () => {
  assert.equal(state(run(), 1), "done in 2.0 s");
  assert.equal(state(run({ status: "failed", reason: "disk", message: "no space" }), 0), "failed. The disk is full: no space");
  assert.equal(state(run({ status: "cancelled" }), 0), "cancelled");
  assert.equal(state(run({ status: "waiting" }), 0), "waits");
  assert.equal(state(run({ status: "damaged", reason: "broken", id: "0a" }), 0), "0a: cut short");
});

test("a file is named after its run, without signs that a disk may refuse", () => {
  assert.equal(fileName('Más "paradas"/2024: sí'), "Más-paradas-2024-sí");
  assert.equal(fileName("x".repeat(80)).length, 40);
});
