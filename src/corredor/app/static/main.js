// The page: it holds what is shown, listens for news of runs, and lets the parts draw.

import { countedIn, know } from "./about.js";
import { onlyWhole } from "./chart_shapes.js";
import { chart } from "./charts.js";
import { Claims } from "./claims.js";
import { Compare } from "./compare.js";
import { $, ask, dayAfter, dayName, element, kept, messageOf, number, standing, t, words } from "./core.js";
import { languageOf, otherThan } from "./language.js";
import { Form } from "./levers.js";
import { CorridorMap } from "./map.js";
import { mapPicture } from "./map_picture.js";
import { Needs } from "./needs.js";
import { drawNotes } from "./notes.js";
import { savePicture } from "./picture.js";
import { drawPlace, todayText } from "./place.js";
import { drawRuns } from "./runs.js";
import { added } from "./underway.js";
import { views } from "./views.js";

/**
 * @import { BaseMap, Language, Links, Monthly, People, Records, Run, RunRequest } from "../documents.js"
 * @import { Apart } from "./compare.js"
 *
 * What is shown. Of the run in `loaded` the page has `part` replicates, or days so far where that is 0.
 * @typedef {{
 *   language: Language, base: BaseMap | null, runs: Run[], shown: string | null, wanted: string | null, heard: boolean,
 *   loaded: string | null, part: number, people: People | null, links: Links | null, monthly: Monthly | null, record: Records,
 *   difference: Apart | null, day: number, place: number, playing: number, following: boolean, chasing: number, asking: boolean,
 *   charted: number,
 * }} Page
 */

const DAYS_A_SECOND = 30;
const FEW = 20;
const LARGEST_FILE = 60000; // bytes
const STEP = 80; // milliseconds between two days shown while a run is followed
const PATIENCE = 3000; // milliseconds without an answer until the page says so
const CHARTS_EVERY = 1000; // milliseconds; a run under way needs the processor more
/** @type {Page} */
const page = {
  language: languageOf(kept.get("language"), navigator.language), base: null, runs: [], shown: kept.get("shown"), wanted: null, heard: false,
  loaded: null, part: 0, people: null, links: null, monthly: null, record: {},
  difference: null, day: Number(kept.get("day") ?? 0), place: -1, playing: 0, following: false, chasing: 0, asking: false,
  charted: 0,
};
const field = {
  day: standing("day", HTMLInputElement), view: standing("view", HTMLSelectElement), place: standing("place", HTMLSelectElement),
  open: standing("open", HTMLInputElement),
};
/** @type {CorridorMap} */
let map; // made anew for each language
/** @type {(() => string) | undefined} */
let shownView;
const claims = new Claims($("claims")), needs = new Needs($("needs"));
const comparison = new Compare($("compare"), $("compared"), showDifference);
const form = new Form(page.language, (run) => { page.wanted = run.id; alertThat(""); }, alertThat);

/** @param {Language} language */
async function speak(language) {
  const [texts, base] = await Promise.all([ask(`words?language=${language}`), ask(`base?language=${language}`)]);
  delete document.body.dataset.ready;
  page.language = language;
  kept.set("language", language);
  words.now = texts;
  document.documentElement.lang = language;
  document.title = t("title.page");
  $("language").lang = otherThan(language);
  for (const [node, key] of marked("t")) node.textContent = t(key);
  for (const [node, key] of marked("label")) node.setAttribute("aria-label", t(key));
  if (page.playing) $("play").textContent = t("map.pause");
  page.base = base;
  $("credit").textContent = base.credit;
  const view = field.view.value || "all";
  field.view.replaceChildren(...Object.keys(base.views).map((name) => element("option", { value: name }, t(`map.view_${name}`))));
  field.view.value = view;
  field.place.replaceChildren(element("option", { value: -1 }, t("place.none")),
    ...base.places.map((place, i) => element("option", { value: i }, place.name)));
  field.place.value = String(page.place);
  map = new CorridorMap($("map"), base, choosePlace);
  map.look(view);
  await form.load(language);
  know({ version: base.version, credit: base.credit, record: base.record, people: base.people, scenarios: form.scenarios, levers: form.form.levers });
  offerMap();
  drawAll();
  turned(shownView?.());
  if (page.heard) document.body.dataset.ready = "yes";
}

/**
 * Returns the elements with a `data-` attribute of a name, each with what it says.
 * @param {string} name
 * @returns {[node: HTMLElement, key: string][]}
 */
function marked(name) {
  const nodes = /** @type {NodeListOf<HTMLElement>} */ (document.querySelectorAll(`[data-${name}]`));
  return [...nodes].map((node) => [node, node.dataset[name] ?? ""]);
}

function drawAll() {
  list();
  if (page.people) {
    map.setPeople(page.people);
    map.setLinks(page.links);
    map.mark(page.place);
    setDay(page.day);
    if (page.monthly) drawCharts();
  }
  map.legend($("legend"));
  drawThePlace();
  drawTheNotes();
}

function drawTheNotes() {
  drawNotes($("notes"), $("notes-list"), page.people ? current() : null, page.language).catch(failed);
}

function offerMap() { // the map as a picture
  /** @param {"svg" | "png"} kind */
  const button = (kind) => element("button", {
    type: "button", "aria-label": t("chart.download", { name: t("map.heading"), kind: t(`chart.${kind}`) }), onclick: () => saveMap(kind),
  }, t("map.save", { kind: t(`chart.${kind}`) }));
  $("map-tools").replaceChildren(button("svg"), button("png"));
}

/** @param {"svg" | "png"} kind */
async function saveMap(kind) {
  const { base, people, links, day, difference } = page, run = current();
  if (!base || !people || !run) return;
  const runs = difference ? [difference.first, difference.other] : [run];
  try {
    await savePicture(kind, `map-${dayAfter(people.start, day)}`, mapPicture({ base, people, links, day, month: map.month }, {
      view: field.view.value, runs,
      difference: difference && { people: difference.people, names: { first: difference.first.name, other: difference.other.name } },
    }));
  } catch (error) {
    failed(error);
  }
}

function list() {
  drawRuns($("runs"), page.runs, page.shown, { show, failed: alertThat });
  const ended = page.runs.filter((run) => run.status === "done");
  comparison.offer(ended, page.shown, page.language);
  if (shownView?.() === "needs") showNeeds();
  const run = current();
  $("map-tools").hidden = !(run && page.people);
  $("shown").textContent = run && page.people ? `${run.name}: ${amountOf(run, page.people)}` : t("map.empty");
}

/** @type {(run: Run, people: People) => string} */
function amountOf(run, people) {
  if (page.part) return amount(people.replicates, run.request.replicates);
  return t("runs.so_far", { day: dayName(dayAfter(people.start, people.days - 1)), part: number(people.replicates) });
}

/** @type {(part: number, all: number) => string} */
const amount = (part, all) => t(part < all ? "runs.part" : "runs.whole", { part: number(part), all: number(all) });

const current = () => page.runs.find((run) => run.id === page.shown);

/** @param {Run[]} runs */
async function news(runs) {
  const before = new Map(page.runs.map((run) => [run.id, run.status]));
  page.runs = runs;
  if (!canShow(current())) page.shown = runs.find(canShow)?.id ?? null;
  for (const run of runs) {
    if (run.id === page.wanted && canShow(run)) { page.wanted = null; page.shown = run.id; }
  }
  const run = current();
  const ended = run ? before.get(run.id) !== run.status : false;
  if (run?.part && (run.id !== page.loaded || run.part !== page.part)) await load(run);
  else if (run && !run.part && run.days > daysOf(run)) await follow(run);
  else {
    if (!run) forget();
    list();
    if (ended) { drawThePlace(); drawTheNotes(); }
  }
}

/**
 * @param {Run | undefined} run
 * @returns {run is Run}
 */
const canShow = (run) => Boolean(run && (run.part || run.days));

/**
 * How many days of a run under way the page has.
 * @param {Run} run
 */
const daysOf = (run) => (page.loaded === run.id && !page.part ? page.people?.days ?? 0 : 0);

function forget() { // the run that was shown is gone, or ended before it had a whole result
  if (!page.people) return;
  if (page.playing) play();
  Object.assign(page, { people: null, links: null, monthly: null, loaded: null, part: 0, following: false });
  map.clear();
  $("charts").replaceChildren();
  drawAll();
}

/** @param {Run} run */
async function follow(run) { // a run under way: the map fills with the days as they are done
  const day = daysOf(run);
  if (page.asking) { list(); return; }
  page.asking = true;
  try {
    const documents = await ask(`runs/${run.id}/so-far?day=${day}`);
    if (page.shown !== run.id || current()?.part || day !== daysOf(run) || !documents.length) return;
    const { people, monthly, links, record } = page;
    const months = day ? monthly?.months.length ?? 0 : 0;
    const [first, ...rest] = documents;
    const known = added(day && people ? { people, monthly, links, record } : null, first);
    Object.assign(page, rest.reduce(added, known));
    if (!day) {
      if (page.playing) play();
      kept.set("shown", run.id);
      Object.assign(page, { loaded: run.id, part: 0, day: 0, following: true, charted: 0 });
      plainMap();
      $("charts").replaceChildren();
    }
    map.setPeople(page.people);
    if (!day || page.monthly?.months.length !== months) map.setLinks(page.links);
    setDay(page.day);
    list();
    chase();
    if (page.monthly && performance.now() - page.charted > CHARTS_EVERY) {
      page.charted = performance.now();
      map.legend($("legend"));
      drawCharts();
      drawThePlace();
    }
  } catch (error) {
    failed(error);
  } finally {
    page.asking = false;
  }
}

function chase() { // the day shown runs after the newest, so that people are seen to move
  if (page.chasing || !page.following) return;
  const still = matchMedia("(prefers-reduced-motion: reduce)").matches;
  const step = () => {
    page.chasing = 0;
    const left = page.people ? page.people.days - 1 - page.day : 0;
    if (!page.following || left <= 0) return;
    setDay(page.day + (still ? left : Math.ceil(left / 4)));
    page.chasing = setTimeout(step, STEP);
  };
  step();
}

/** @param {Run} run */
async function load(run) {
  page.loaded = run.id;
  page.part = run.part;
  kept.set("shown", run.id);
  try {
    const [people, monthly, links] = await Promise.all([
      ask(`runs/${run.id}/people.json`), ask(`runs/${run.id}/monthly.json`), ask(`runs/${run.id}/links.json`)]);
    if (page.loaded !== run.id) return;
    Object.assign(page, { people, monthly, links });
    plainMap();
    drawAll();
    if (page.following) { page.following = false; setDay(people.days - 1); settle(); }
  } catch (error) {
    page.loaded = null;
    failed(error);
  }
}

/** @param {string} id */
function show(id) {
  page.shown = id;
  const run = current();
  if (!run) return;
  if (run.part) load(run);
  else follow(run);
}

/** @param {number} day */
function setDay(day) {
  const { people } = page;
  if (!people) return;
  page.day = Math.max(0, Math.min(people.days - 1, day));
  const iso = dayAfter(people.start, page.day);
  field.day.max = String(people.days - 1);
  field.day.value = String(page.day);
  field.day.setAttribute("aria-valuetext", dayName(iso));
  $("date").textContent = dayName(iso);
  const months = page.links?.months ?? [], month = months.indexOf(iso.slice(0, 7));
  map.show(page.day, month < 0 ? months.length - 1 : month); // of a run under way, the last whole one
  const today = document.getElementById("today"); // there while a place is shown
  if (page.place >= 0 && today) today.textContent = todayText(people, page.place, page.day, iso);
}

function settle() { // after the day has come to rest: what is too slow for every frame
  kept.set("day", page.day);
  map.tell();
  drawThePlace();
}

function play() {
  if (!page.people) return;
  page.following = false;
  if (page.playing) { cancelAnimationFrame(page.playing); page.playing = 0; $("play").textContent = t("map.play"); settle(); return; }
  if (page.day >= page.people.days - 1) setDay(0);
  $("play").textContent = t("map.pause");
  const began = performance.now(), from = page.day;
  /** @param {number} now */
  const frame = (now) => {
    const day = from + Math.floor(Math.max(0, now - began) / 1000 * DAYS_A_SECOND);
    if (day !== page.day) setDay(day);
    if (!page.people || page.day >= page.people.days - 1) { play(); return; }
    page.playing = requestAnimationFrame(frame);
  };
  page.playing = requestAnimationFrame(frame);
}

/** @param {number} i */
function choosePlace(i) {
  page.place = i;
  field.place.value = String(i);
  map.mark(i);
  drawThePlace();
}

function drawThePlace() {
  const run = current();
  const { base, people, day, language } = page;
  if (!run || !base || !people) { $("place-body").replaceChildren(); return; }
  drawPlace($("place-body"), page.place, { base, people, day, language, run }).catch(failed);
}

function drawCharts() {
  const run = current();
  if (!page.monthly || !run) return;
  const { months, whole, series, replicates } = page.monthly;
  const few = replicates < FEW ? t("chart.bands_few", { replicates: number(replicates) }) : "";
  $("few").textContent = few;
  if (!Object.keys(series).length) {
    $("charts").replaceChildren(element("p", { class: "note" }, t("chart.none")));
    return;
  }
  $("charts").replaceChildren(...Object.entries(series).map(([name, bands]) => chart(
    { name: t(`chart.${name}`), counted: countedIn(name), file: name, labels: months, ...onlyWhole(bands, whole),
      origin: { runs: [run], replicates, series: bands.record.length ? name : null, further: few ? [few] : [] } },
    { note: bands.record.length ? countedIn(name) : `${countedIn(name)}; ${t("chart.no_record")}` })));
}

/** @param {string | undefined} view */
function turned(view) { // another page of the app is shown
  if (view === "claims") claims.open(page.language);
  else claims.close();
  if (view === "needs") showNeeds();
  if (view === "map" && page.playing === 0) map?.fit();
}

/** @param {Apart} apart */
async function showDifference({ people, first, other }) { // on the map of the run compared with
  if (page.loaded !== first.id) {
    page.shown = first.id;
    await load(first);
  }
  location.hash = "#/map";
  page.difference = { first, other, people };
  map.setDifference(people);
  setDay(page.day);
  tellDifference();
}

function tellDifference() {
  const apart = page.difference;
  $("difference").hidden = !apart;
  if (apart) $("difference-text").textContent = t("map.difference", { first: apart.first.name, other: apart.other.name });
  map.legend($("legend"));
}

function plainMap() {
  page.difference = null;
  map.setDifference(null);
  tellDifference();
}

function showNeeds() {
  const { base, people, shown, language } = page;
  if (!base) return;
  const month = people ? dayAfter(people.start, page.day).slice(0, 7) : "";
  needs.open({ runs: page.runs.filter((run) => run.status === "done"), shown, month, base, language });
}

async function open() { // a run file that somebody shared: the same request gives the same run
  const file = field.open.files?.[0];
  field.open.value = "";
  if (!file) return;
  try {
    if (file.size > LARGEST_FILE) throw new Error(t("runs.not_a_file"));
    page.wanted = (await ask("runs", "POST", shared(await file.text().catch(() => "")))).id;
    alertThat("");
  } catch (error) {
    alertThat(t("form.refused", { message: messageOf(error) }));
  }
}

/**
 * Returns the request in a run file; the server checks what it says.
 * @param {string} text
 * @returns {RunRequest}
 */
function shared(text) {
  let found;
  try { found = JSON.parse(text); } catch { throw new Error(t("runs.not_a_file")); }
  if (found?.corredor !== "run" || !found.request) throw new Error(t("runs.not_a_file"));
  return found.request;
}

/** @param {unknown} error */
function failed(error) {
  alertThat(t("error.failed", { message: messageOf(error) }));
}

/** @param {string} message */
function alertThat(message) {
  $("alert").textContent = message;
  $("alert").hidden = !message;
}

let lost = 0; // not 0 from when the stream broke off until there is news again

function listen() {
  const source = new EventSource("/api/events");
  source.addEventListener("runs", async (event) => {
    if (lost) { clearTimeout(lost); lost = 0; alertThat(""); }
    await news(JSON.parse(event.data));
    page.heard = true;
    document.body.dataset.ready = "yes";
  });
  source.onerror = () => {
    if (source.readyState !== EventSource.CLOSED) { lost ||= setTimeout(() => alertThat(t("error.gone")), PATIENCE); return; }
    clearTimeout(lost); // refused: the browser does not try again
    lost = -1;
    tellWhy();
    setTimeout(listen, PATIENCE);
  };
}

async function tellWhy() { // the stream of news says only that it was refused
  try {
    await ask("runs");
    alertThat(t("error.status_503"));
  } catch (error) {
    alertThat(messageOf(error));
  }
}

async function start() {
  $("language").addEventListener("click", () => { speak(otherThan(page.language)).catch(failed); });
  field.day.addEventListener("input", () => {
    if (!page.people) return;
    const day = Number(field.day.value);
    page.following = !page.part && day >= page.people.days - 1;
    setDay(day);
  });
  field.day.addEventListener("change", () => { if (page.people) settle(); });
  $("play").addEventListener("click", play);
  field.view.addEventListener("change", () => map.look(field.view.value));
  field.place.addEventListener("change", () => choosePlace(Number(field.place.value)));
  $("plain").addEventListener("click", () => { plainMap(); setDay(page.day); });
  $("open").addEventListener("change", open);
  await speak(page.language);
  shownView = views(turned);
  listen();
}

start().catch(() => { $("gone").hidden = false; });
