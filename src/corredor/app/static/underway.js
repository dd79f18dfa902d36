// A run under way: what came of its days so far, one document after another, put together.

/**
 * @import { Bands, Days, Links, Monthly, People, Records } from "../documents.js"
 *
 * What is known of a run; it has months once one has ended.
 * @typedef {{ people: People, monthly: Monthly | null, links: Links | null, record: Records }} Known
 */

/** @type {(keyof Bands)[]} */
const BANDS = ["low", "middle", "high"];

/**
 * Returns what is known, nothing at first, with the days of a document added.
 * @param {Known | null} known
 * @param {Days} document
 * @returns {Known}
 */
export function added(known, document) {
  const { people, monthly, links, record = {} } = document;
  known ??= { people: { ...people, days: 0 }, monthly: null, links: null, record };
  return {
    record: known.record,
    people: known.people.days ? longerPeople(known.people, people) : people,
    monthly: monthly ? longerMonthly(known.monthly, monthly, known.record) : known.monthly,
    links: links ? longerLinks(known.links, links) : known.links,
  };
}

/** @type {(first: number[][], second: number[][]) => number[][]} */
const end = (first, second) => first.map((list, i) => list.concat(second[i]));

/** @type {(first: People, second: People) => People} */
function longerPeople(first, second) {
  const longer = { ...first, days: first.days + second.days };
  for (const name of /** @type {const} */ (["low", "middle", "high", "caravan"])) longer[name] = end(first[name], second[name]);
  longer.over = first.over.map((list, i) => list?.concat(second.over[i] ?? []) ?? null);
  return longer;
}

/** @type {(first: Monthly | null, second: NonNullable<Days["monthly"]>, record: Records) => Monthly} */
function longerMonthly(first, second, record) {
  const months = [...(first?.months ?? []), ...second.months], last = months[months.length - 1];
  const series = Object.entries(second.series).map(([name, bands]) => {
    const [low, middle, high] = BANDS.map((band) => [...(first?.series[name][band] ?? []), ...bands[band]]);
    return [name, { low, middle, high, record: record[name].filter((window) => window.end <= last) }];
  });
  return { months, whole: [...(first?.whole ?? []), ...second.whole], replicates: second.replicates, series: Object.fromEntries(series) };
}

/** @type {(first: Links | null, second: Links) => Links} */
function longerLinks(first, second) {
  if (!first) return second;
  return { ...first, months: [...first.months, ...second.months], travelled: first.travelled.map((by, i) => end(by, second.travelled[i])) };
}
