// Notices personal numbers before they are sent. The service masks far more; this only saves people from typing them.

const DIGIT = "[0-9０-９]";
const GAP = "[ \\-－]?";
const BEFORE = `(^|[^0-9０-９])`; // matched and given back: phones that are still in use know no lookbehind
const END = `(?!${GAP}${DIGIT})`;
const KINDS = [
  ["Identity", new RegExp(`${BEFORE}(?:${DIGIT}${GAP}){17}[0-9０-９XxＸｘ]${END}`, "g")],
  ["Card", new RegExp(`${BEFORE}(?:${DIGIT}${GAP}){15,18}${DIGIT}${END}`, "g")],
  ["Mobile", new RegExp(`${BEFORE}[1１]${GAP}[3-9３-９]${GAP}(?:${DIGIT}${GAP}){8}${DIGIT}${END}`, "g")],
];

/** Kinds of personal numbers in a text: `Identity`, `Mobile`, `Card`, and the text without them. */
export function personalNumbers(text, label) {
  const kinds = [];
  let without = text;
  for (const [kind, pattern] of KINDS) {
    without = without.replace(pattern, (_, before) => {
      if (!kinds.includes(kind)) kinds.push(kind);
      return `${before}【${label(kind)}】`;
    });
  }
  return { kinds, without };
}
