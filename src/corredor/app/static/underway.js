// A run under way: what came of its days so far, one document after another, put together.

const BANDS = ["low", "middle", "high"];

// Returns `known` (people, monthly, links, record; null at first) with the days of a document added.
export function added(known, document) {
  const { people, monthly, links } = document;
  if (!known) known = { people: { ...people, days: 0 }, monthly: null, links: null, record: document.record };
  return {
    record: known.record,
    people: known.people.days ? longerPeople(known.people, people) : people,
    monthly: monthly ? longerMonthly(known.monthly, monthly, known.record) : known.monthly,
    links: links ? longerLinks(known.links, links) : known.links,
  };
}

const end = (first, second) => first.map((list, i) => (list ? list.concat(second[i]) : list));

function longerPeople(first, second) {
  const lists = [...BANDS, "caravan", "over"].map((name) => [name, end(first[name], second[name])]);
  return { ...first, days: first.days + second.days, ...Object.fromEntries(lists) };
}

function longerMonthly(first, second, record) {
  const months = [...(first?.months ?? []), ...second.months], last = months.at(-1);
  const series = Object.entries(second.series).map(([name, bands]) => [name, {
    ...Object.fromEntries(BANDS.map((band) => [band, [...(first?.series[name][band] ?? []), ...bands[band]]])),
    record: record[name].filter((window) => window.end <= last),
  }]);
  return { months, whole: [...(first?.whole ?? []), ...second.whole], replicates: second.replicates, series: Object.fromEntries(series) };
}

function longerLinks(first, second) {
  if (!first) return second;
  return { ...first, months: [...first.months, ...second.months], travelled: first.travelled.map((by, i) => end(by, second.travelled[i])) };
}
