// Long texts on several lines.

// Returns the lines of `text`, none wider than `most`, which `wide(text)` measures; a word too long for a line is broken.
export function wrapped(text, most, wide) {
  const lines = [];
  let line = "";
  for (const word of text.split(/\s+/).filter(Boolean)) {
    const longer = line ? `${line} ${word}` : word;
    if (wide(longer) <= most) { line = longer; continue; }
    if (line) lines.push(line);
    const parts = broken(word, most, wide);
    line = parts.pop();
    lines.push(...parts);
  }
  return line ? [...lines, line] : lines;
}

function broken(word, most, wide) {
  const parts = [""];
  for (const letter of word) {
    if (parts.at(-1) && wide(parts.at(-1) + letter) > most) parts.push(letter);
    else parts.push(parts.pop() + letter);
  }
  return parts;
}

// Returns `text`, or as much of it as fits with an ellipsis that shows that it was cut.
export function cut(text, most, wide) {
  if (wide(text) <= most) return text;
  const letters = [...text];
  while (letters.length && wide(`${letters.join("").trimEnd()}…`) > most) letters.pop();
  return `${letters.join("").trimEnd()}…`;
}
