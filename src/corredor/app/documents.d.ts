// What the server sends to the page and takes from it, for the type-checker; no browser loads this file. The modules of
// src/corredor/app that make a document are named above it: whoever changes one changes the other.

// --- words.py ---

export type Section = { [key: string]: string | string[] | Section };
export type Words = Section & { number_format: string; months: string[]; months_short: string[] };
export type Language = "en" | "es";

// --- kept.py, requests.py ---

export type Status = "waiting" | "running" | "done" | "failed" | "cancelled" | "damaged"; // of a damaged run nothing is known but id, reason and created

export interface Run {
  id: string;
  name: string;
  request: RunRequest;
  command: string;
  status: Status;
  done: number; // days simulated
  total: number; // days to simulate; 0 until that is known
  days: number; // days of a run under way that can be looked at
  part: number; // replicates of the whole result; 0 until there is one
  reason: "" | "input" | "disk" | "worker" | "stopped" | "error" | "broken" | "unreadable" | "no_file";
  message: string;
  note: string;
  created: number;
  seconds: number;
}

export interface RunRequest {
  name: string;
  scenario: string;
  changes: Change[];
  replicates: number;
  draw?: "exact" | "expected" | "hybrid";
  seed: number;
}

export type Way = "value" | "factor";

export interface Change {
  lever: string;
  key: string;
  way?: Way;
  value: number;
  start: string | null;
}

// --- catalogue.py ---

export interface Scenario {
  name: string;
  title: string;
  description: string;
}

export interface LeverForm {
  start: string;
  end: string;
  levers: Lever[];
}

export interface Lever {
  item: string;
  lever: string;
  key: string;
  low: number;
  high: number;
  step: number;
  times: number; // by which a value is multiplied to be read
  reason: string;
  ways: Way[];
  unit: string;
  meaning: string;
  months: (Band & { month: string; moved: boolean })[];
}

// --- base.py ---

export type Box = [left: number, top: number, width: number, height: number];

export interface Place {
  place: string;
  name: string;
  zone: string;
  country: string;
  port: boolean;
  at_sea: boolean;
  inhabitants: number;
  beds: number | null;
  x: number; // kilometres to the east
  y: number; // kilometres to the south
}

export interface BaseMap {
  shapes: { countries: string; lakes: string; states: string };
  parallel: string;
  places: Place[];
  caravans: boolean; // whether they can form here
  links: [from: number, to: number, mode: string][];
  views: { [name: string]: Box };
  zones: { [zone: string]: string };
  nationalities: { [name: string]: string };
  credit: string;
  record: { [series: string]: string };
  people: string[];
  version: string;
}

// --- slices.py, showing.py ---

export interface Band {
  low: number;
  middle: number;
  high: number;
}

/** Bands by month or day. */
export interface Bands {
  low: number[];
  middle: number[];
  high: number[];
}

/** Bands by place, then by day. */
export interface People {
  start: string;
  days: number;
  replicates: number;
  places: string[];
  beds: (number | null)[];
  low: number[][];
  middle: number[][];
  high: number[][];
  caravan: number[][];
  over: (number[] | null)[];
}

/** What was published from month to month, as a mean a month. */
export interface Published {
  start: string;
  end: string;
  value: number;
  marked?: boolean;
}

export interface Monthly {
  months: string[];
  whole: boolean[];
  replicates: number;
  series: { [series: string]: Bands & { record: Published[] } };
}

/** People who set out by link, nationality and month. */
export interface Links {
  months: string[];
  origin: string[];
  destination: string[];
  nationalities: string[];
  travelled: number[][][];
}

export type Records = { [series: string]: Published[] };

/** Some days of a run under way; `record` is in the first document, months where one has ended. */
export interface Days {
  people: People;
  monthly?: Omit<Monthly, "series"> & { series: { [series: string]: Bands } };
  links?: Links;
  record?: Records;
}

// --- tables.py ---

export interface NeedOfPlace extends Band {
  place: string;
  need: string;
  name: string | null; // none for people, who are no need
  unit: string | null;
  days: number;
}

type Levels = [low: number, middle: number, high: number];

export interface NeedsOfPlaces {
  needs: { need: string; name: string; unit: string }[];
  places: { place: string; values: Levels[]; over: [number, number, number] | [null, null, null]; beds: number | null; chance: number | null }[];
  days: number;
  notes: string[];
  sources: string[];
}

// --- arrivals.py ---

export type Counted = Band & { name: string };

export interface Arrivals {
  nationalities: Counted[];
  ways: Counted[];
  stops: Counted[];
}

// --- comparing.py ---

type Known = number | null;

export interface Gap {
  difference: Known;
  low: Known;
  high: Known;
  percent: Known;
}

/** Lists are by run; the first run has no difference, and a run with another chance has none. */
export interface Measured {
  measure: string;
  decimals: number;
  headline: boolean;
  words: { [language in Language]: { name: string; short: string; unit: string } };
  sums: { mean: Known; low: Known; high: Known }[];
  differences: (Gap | null)[];
}

export interface Comparison {
  months: string[];
  whole: boolean[];
  paired: boolean[];
  measures: Measured[];
  series: { [series: string]: { lines: Bands[]; differences: (Bands | null)[]; record: Published[] } };
}

export interface PeopleApart {
  start: string;
  people: number[][];
}

// --- verdicts.py, cards.py ---

export interface ClaimsFound {
  files: ClaimsFile[];
  model: ModelRun | null;
  replicates: number;
  seed: number;
  under_way: { what: "record" | "model"; share: number } | null;
  failed: string;
  version: string;
}

export interface ClaimsFile {
  file: string;
  title: string;
  claims: Card[];
}

export interface ModelRun {
  replicates: number;
  seed: number;
  made: string;
  version: string;
}

/** A text that a claim lacks is empty. */
export interface Card {
  id: string;
  statement: string;
  said_by: string;
  note: string;
  model: boolean;
  verdict: string;
  kind: "pending" | "supported" | "partly" | "contradicted" | "not-checkable" | "needs-the-model";
  sign: string;
  reason: string;
  found: string;
  interval: string;
  source: string;
  charts: CardChart[];
}

interface AnyChart {
  title: string;
  unit: string;
  note: string;
}

export interface LinesChart extends AnyChart {
  kind: "lines";
  labels: string[];
  lines: ({ name: string } & { [level in keyof Bands]: Known[] })[];
  record: Published[];
}

export interface PublishedChart extends AnyChart {
  kind: "published";
  labels: string[];
  record: Published[];
  level: Known;
}

export interface RowsChart extends AnyChart {
  kind: "rows";
  rows: { name: string; value: Known; low?: Known; high?: Known }[];
  claimed: Known;
}

export type CardChart = LinesChart | PublishedChart | RowsChart;

// --- server.py, results_routes.py ---

/** Why a request was refused: a sentence, or what is wrong with each field. */
export interface Refusal {
  detail?: string | Fault[];
}

export interface Fault {
  type: string;
  loc: (string | number)[];
  msg: string;
}

/** What the server answers at a path below /api/; an answer to a change of runs is the run. */
export type Answer<Path extends string> =
  Path extends `words?${string}` ? Words
  : Path extends `base?${string}` ? BaseMap
  : Path extends `scenarios?${string}` ? Scenario[]
  : Path extends `levers?${string}` ? LeverForm
  : Path extends `runs/${string}/people.json` ? People
  : Path extends `runs/${string}/monthly.json` ? Monthly
  : Path extends `runs/${string}/links.json` ? Links
  : Path extends `runs/${string}/so-far?${string}` ? Days[]
  : Path extends `runs/${string}/notes?${string}` ? string[]
  : Path extends `runs/${string}/needs/places?${string}` ? NeedsOfPlaces
  : Path extends `runs/${string}/needs?${string}` ? NeedOfPlace[]
  : Path extends `runs/${string}/arrivals?${string}` ? Arrivals
  : Path extends `runs/${string}/counted?${string}` ? string[]
  : Path extends "runs" | `runs/${string}` ? Run
  : Path extends `compare/people?${string}` ? PeopleApart
  : Path extends `compare?${string}` ? Comparison
  : Path extends `claims?${string}` ? ClaimsFound
  : unknown;
