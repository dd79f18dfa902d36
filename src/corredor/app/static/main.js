// The page: it holds what is shown, listens for news of runs, and lets the parts draw.

import { know } from "./about.js";
import { ask, dayAfter, dayName, element, kept, number, t, words } from "./core.js";
import { chart, onlyWhole } from "./charts.js";
import { Claims } from "./claims.js";
import { Compare } from "./compare.js";
import { Form } from "./levers.js";
import { Map as CorridorMap } from "./map.js";
import { mapPicture } from "./map_picture.js";
import { Needs } from "./needs.js";
import { drawNotes } from "./notes.js";
import { savePicture } from "./picture.js";
import { drawPlace, todayText } from "./place.js";
import { drawRuns } from "./runs.js";
import { added } from "./underway.js";
import { views } from "./views.js";

const $ = (id) => document.getElementById(id);
const DAYS_A_SECOND = 30;
const FEW = 20;
const LARGEST_FILE = 60000; // bytes
const STEP = 80; // milliseconds between two days shown while a run is followed
const PATIENCE = 3000; // milliseconds without an answer until the page says so
const CHARTS_EVERY = 1000; // milliseconds; a run under way needs the processor more
const page = {
  language: kept.get("language") ?? (navigator.language.startsWith("es") ? "es" : "en"),
  runs: [], shown: kept.get("shown"), part: 0, day: Number(kept.get("day") ?? 0), place: -1,
  people: null, links: null, monthly: null, playing: 0, following: false, chasing: 0,
};
let map, form, shownView;
const claims = new Claims($("claims")), needs = new Needs($("needs"));
const comparison = new Compare($("compare"), $("compared"), showDifference);

async function speak(language) {
  const [texts, base] = await Promise.all(["words", "base"].map((what) => ask(`${what}?language=${language}`)));
  delete document.body.dataset.ready;
  page.language = language;
  kept.set("language", language);
  words.now = texts;
  document.documentElement.lang = language;
  document.title = t("title.page");
  $("language").lang = language === "en" ? "es" : "en";
  for (const node of document.querySelectorAll("[data-t]")) node.textContent = t(node.dataset.t);
  for (const node of document.querySelectorAll("[data-label]")) node.setAttribute("aria-label", t(node.dataset.label));
  if (page.playing) $("play").textContent = t("map.pause");
  page.base = base;
  $("credit").textContent = base.credit;
  const view = $("view").value || "all";
  $("view").replaceChildren(...Object.keys(base.views).map((name) => element("option", { value: name }, t(`map.view_${name}`))));
  $("view").value = view;
  $("place").replaceChildren(element("option", { value: -1 }, t("place.none")),
    ...base.places.map((place, i) => element("option", { value: i }, place.name)));
  $("place").value = page.place;
  map = new CorridorMap($("map"), base, choosePlace);
  map.look(view);
  await form.load(language);
  know({ version: base.version, credit: base.credit, record: base.record, scenarios: form.scenarios, levers: form.form.levers });
  offerMap();
  drawAll();
  turned(shownView?.());
  if (page.heard) document.body.dataset.ready = "yes";
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

const drawTheNotes = () => drawNotes($("notes"), $("notes-list"), page.people ? current() : null, page.language).catch(failed);

function offerMap() { // the map as a picture
  $("map-tools").replaceChildren(...["svg", "png"].map((kind) => element("button", {
    type: "button", "aria-label": t("chart.download", { name: t("map.heading"), kind: t(`chart.${kind}`) }), onclick: () => saveMap(kind),
  }, t("map.save", { kind: t(`chart.${kind}`) }))));
}

async function saveMap(kind) {
  const { difference } = page, runs = difference ? [difference.first, difference.other] : [current()];
  const names = difference && { first: difference.first.name, other: difference.other.name };
  try {
    await savePicture(kind, `map-${dayAfter(page.people.start, page.day)}`, mapPicture({ ...page, month: map.month }, {
      view: $("view").value, runs, difference: difference && { people: difference.people, names },
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
  $("shown").textContent = run && page.people ? `${run.name}: ${amountOf(run)}` : t("map.empty");
}

function amountOf(run) {
  if (page.part) return amount(page.people.replicates, run.request.replicates);
  return t("runs.so_far", { day: dayName(dayAfter(page.people.start, page.people.days - 1)), part: number(page.people.replicates) });
}

const amount = (part, all) => t(part < all ? "runs.part" : "runs.whole", { part: number(part), all: number(all) });

const current = () => page.runs.find((run) => run.id === page.shown);

async function news(runs) {
  const before = new Map(page.runs.map((run) => [run.id, run]));
  page.runs = runs;
  if (!canShow(current())) page.shown = runs.find(canShow)?.id ?? null;
  for (const run of runs) {
    if (run.id === page.wanted && canShow(run)) { page.wanted = null; page.shown = run.id; }
  }
  const run = current();
  const ended = before.get(run?.id)?.status !== run?.status;
  if (run?.part && (run.id !== page.loaded || run.part !== page.part)) await load(run);
  else if (run && !run.part && run.days > daysOf(run)) await follow(run);
  else {
    if (!run) forget();
    list();
    if (ended) { drawThePlace(); drawTheNotes(); }
  }
}

const canShow = (run) => Boolean(run && (run.part || run.days));

// How many days of a run under way the page has.
const daysOf = (run) => (page.loaded === run.id && !page.part ? page.people?.days ?? 0 : 0);

function forget() { // the run that was shown is gone, or ended before it had a whole result
  if (!page.people) return;
  if (page.playing) play();
  Object.assign(page, { people: null, links: null, monthly: null, loaded: null, part: 0, following: false });
  map.clear();
  $("charts").replaceChildren();
  drawAll();
}

async function follow(run) { // a run under way: the map fills with the days as they are done
  const day = daysOf(run);
  if (page.asking) { list(); return; }
  page.asking = true;
  try {
    const documents = await ask(`runs/${run.id}/so-far?day=${day}`);
    if (page.shown !== run.id || current()?.part || day !== daysOf(run) || !documents.length) return;
    const { people, monthly, links, record } = page;
    const months = day ? monthly?.months.length ?? 0 : 0;
    Object.assign(page, documents.reduce(added, day ? { people, monthly, links, record } : null));
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

async function load(run) {
  page.loaded = run.id;
  page.part = run.part;
  kept.set("shown", run.id);
  try {
    const [people, monthly, links] = await Promise.all(
      ["people", "monthly", "links"].map((name) => ask(`runs/${run.id}/${name}.json`)));
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

function show(id) {
  page.shown = id;
  const run = current();
  if (run.part) load(run);
  else follow(run);
}

function setDay(day) {
  page.day = Math.max(0, Math.min(page.people.days - 1, day));
  const iso = dayAfter(page.people.start, page.day);
  $("day").max = page.people.days - 1;
  $("day").value = page.day;
  $("day").setAttribute("aria-valuetext", dayName(iso));
  $("date").textContent = dayName(iso);
  const months = page.links?.months ?? [], month = months.indexOf(iso.slice(0, 7));
  map.show(page.day, month < 0 ? months.length - 1 : month); // of a run under way, the last whole one
  if (page.place >= 0 && $("today")) $("today").textContent = todayText(page.people, page.place, page.day, iso);
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
  page.frames = 0;
  const frame = (now) => {
    const day = from + Math.floor(Math.max(0, now - began) / 1000 * DAYS_A_SECOND);
    page.frames += 1;
    if (day !== page.day) setDay(day);
    if (page.day >= page.people.days - 1) { play(); return; }
    page.playing = requestAnimationFrame(frame);
  };
  page.playing = requestAnimationFrame(frame);
}

function choosePlace(i) {
  page.place = i;
  $("place").value = i;
  map.mark(i);
  drawThePlace();
}

function drawThePlace() {
  const run = current();
  if (!run || !page.people) { $("place-body").replaceChildren(); return; }
  drawPlace($("place-body"), page.place, { ...page, run }).catch(failed);
}

function drawCharts() {
  const { months, whole, series, replicates } = page.monthly, run = current();
  $("few").textContent = replicates < FEW ? t("chart.bands_few", { replicates: number(replicates) }) : "";
  $("charts").replaceChildren(...Object.entries(series).map(([name, bands]) => chart(
    { name: t(`chart.${name}`), counted: t("chart.events"), file: name, labels: months, ...onlyWhole(bands, whole),
      origin: { runs: [run], replicates, series: bands.record.length ? name : null, further: replicates < FEW ? [$("few").textContent] : [] } },
    { note: bands.record.length ? t("chart.events") : `${t("chart.events")}; ${t("chart.no_record")}` })));
}

function turned(view) { // another page of the app is shown
  if (view === "claims") claims.open(page.language);
  else claims.close();
  if (view === "needs") showNeeds();
  if (view === "map" && page.playing === 0) map?.fit();
}

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
  const month = page.people ? dayAfter(page.people.start, page.day).slice(0, 7) : "";
  needs.open({ runs: page.runs.filter((run) => run.status === "done"), shown: page.shown, month, base: page.base, language: page.language });
}

async function open() { // a run file that somebody shared: the same request gives the same run
  const file = $("open").files[0];
  $("open").value = "";
  if (!file) return;
  try {
    if (file.size > LARGEST_FILE) throw new Error(t("runs.not_a_file"));
    let shared;
    try { shared = JSON.parse(await file.text()); } catch { throw new Error(t("runs.not_a_file")); }
    if (shared?.corredor !== "run" || !shared.request) throw new Error(t("runs.not_a_file"));
    page.wanted = (await ask("runs", "POST", shared.request)).id;
    alertThat("");
  } catch (error) {
    alertThat(t("form.refused", { message: error.message }));
  }
}

const failed = (error) => alertThat(t("error.failed", { message: error.message }));

function alertThat(message) {
  $("alert").textContent = message;
  $("alert").hidden = !message;
}

function listen() {
  const source = new EventSource("/api/events");
  let lost = 0;
  source.addEventListener("runs", async (event) => {
    if (lost) { clearTimeout(lost); lost = 0; alertThat(""); }
    await news(JSON.parse(event.data));
    if (!page.heard) document.body.dataset.ready = page.heard = "yes";
  });
  source.onerror = () => {
    lost ||= setTimeout(() => alertThat(t("error.gone")), PATIENCE);
    if (source.readyState === EventSource.CLOSED) setTimeout(listen, PATIENCE); // refused: the browser does not try again
  };
}

async function start() {
  form = new Form(page.language, (run) => { page.wanted = run.id; alertThat(""); }, alertThat);
  $("language").addEventListener("click", () => speak(page.language === "en" ? "es" : "en").catch(failed));
  $("day").addEventListener("input", () => {
    if (!page.people) return;
    page.following = !page.part && Number($("day").value) >= page.people.days - 1;
    setDay(Number($("day").value));
  });
  $("day").addEventListener("change", () => page.people && settle());
  $("play").addEventListener("click", play);
  $("view").addEventListener("change", () => map.look($("view").value));
  $("place").addEventListener("change", () => choosePlace(Number($("place").value)));
  $("plain").addEventListener("click", () => { plainMap(); setDay(page.day); });
  $("open").addEventListener("change", open);
  await speak(page.language);
  shownView = views(turned);
  listen();
}

start().catch(() => { $("gone").hidden = false; });
