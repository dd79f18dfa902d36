// The rows of the table of needs: which places are left, and in which order.

/**
 * @import { Language, NeedsOfPlaces, Place } from "../documents.js"
 *
 * A row of the table; `values` and `over` are bands, `beds` those of the month.
 * @typedef {Place & NeedsOfPlaces["places"][number]} Row
 * @typedef {{ zone: string, find: string, empty: boolean }} Filter A zone or all, part of a name, and whether to hide places without people.
 * @typedef {{ column: string, down: boolean }} Sort A need, or `place`, `beds` or `over`.
 */

/**
 * Returns the rows that a filter leaves, sorted.
 * @param {NeedsOfPlaces} found
 * @param {Place[]} places
 * @param {Filter} filter
 * @param {Sort} sort
 * @param {Language} language
 */
export function rowsOf(found, places, { zone, find, empty }, { column, down }, language) {
  const known = new Map(places.map((place) => [place.place, place]));
  const wanted = plain(find), at = found.needs.findIndex((need) => need.need === column);
  const rows = found.places.flatMap((needs) => {
    const place = known.get(needs.place);
    return place ? [{ ...place, ...needs }] : [];
  });
  const left = rows.filter((row) => (!zone || row.zone === zone) && plain(row.name).includes(wanted) && (!empty || row.values[0][2] > 0));
  /** @type {(a: Row, b: Row) => number} */
  const byName = (a, b) => a.name.localeCompare(b.name, language);
  /** @type {(row: Row) => number} what is not known comes last */
  const value = (row) => (column === "beds" ? row.beds ?? -1 : column === "over" ? row.over[1] ?? -1 : row.values[at][1]);
  /** @type {(a: Row, b: Row) => number} */
  const compare = column === "place" ? byName : (a, b) => value(a) - value(b);
  return left.sort((a, b) => (down ? -1 : 1) * compare(a, b) || byName(a, b));
}

/**
 * Returns a text as it is looked for: small letters without accents.
 * @param {string} text
 */
export const plain = (text) => text.normalize("NFD").replace(/\p{M}/gu, "").toLowerCase().trim();
