// Every colour that carries a meaning. A test holds them apart for readers who are colour-blind.

export const PAPER = "#ffffff", INK = "#22313f", GREY = "#566069", RULE = "#e3e6e8";
export const LINES = ["#1f6f8b", "#a8430f", "#a64ae0", "#94855c", "#2f22c8", "#663322"];
export const DASHES = [null, "7 3", "2 2", "9 3 2 3", "12 4", "4 2 1 2"]; // so that lines differ without colour
export const MARKED = "#a8430f"; // published beds, and what a statement speaks of
export const MAP = {
  people: "#0072b2", edge: "#0b4a70", more: "#0072b2", fewer: "#a8430f", beds: "#a8430f", caravan: "#e69f00", link: "#7a6a58",
  parallel: "#5b6b7a", land: "#faf7f0", coast: "#8f887b", state: "#c4bba8", sea: "#dcebf3", shore: "#b9cfdb",
};
