// Long texts on several lines.

/** @typedef {(text: string) => number} Measure */

/**
 * Returns the lines of `text`, none wider than `most`, which `wide` measures; a word too long for a line is broken.
 * @type {(text: string, most: number, wide: Measure) => string[]}
 */
export function wrapped(text, most, wide) {
  const lines = [];
  let line = "";
  for (const word of text.split(/\s+/).filter(Boolean)) {
    const longer = line ? `${line} ${word}` : word;
    if (wide(longer) <= most) { line = longer; continue; }
    if (line) lines.push(line);
    const parts = broken(word, most, wide);
    lines.push(...parts.slice(0, -1));
    line = parts[parts.length - 1];
  }
  return line ? [...lines, line] : lines;
}

/** @type {(word: string, most: number, wide: Measure) => string[]} */
function broken(word, most, wide) {
  const parts = [];
  let part = "";
  for (const letter of word) {
    if (part && wide(part + letter) > most) { parts.push(part); part = letter; } else part += letter;
  }
  return [...parts, part];
}

/**
 * Returns `text`, or as much of it as fits with an ellipsis that shows that it was cut.
 * @type {(text: string, most: number, wide: Measure) => string}
 */
export function cut(text, most, wide) {
  if (wide(text) <= most) return text;
  const letters = [...text];
  while (letters.length && wide(`${letters.join("").trimEnd()}…`) > most) letters.pop();
  return `${letters.join("").trimEnd()}…`;
}
