// Finds matters by what is being typed, and matters that are close to one another. All in the browser.

const FOUND = 5;
const LEAST_CHARS = 2;
const ALIKE = 0.34;

/** Matters whose title or another name looks like what is typed, the closest first; none for very little or a lot. */
export function matching(matters, typed) {
  const wanted = typed.trim();
  if (wanted.length < LEAST_CHARS || wanted.includes("\n")) return [];
  const scored = matters.map((matter) => ({ matter, score: Math.max(...names(matter).map((name) => score(name, wanted))) }));
  return best(scored.filter(({ score }) => score >= 0.5), FOUND);
}

/** Other matters with a title like that of `guide`. */
export function siblings(matters, guide, count = 3) {
  const own = matters.find((matter) => matter.guide === guide);
  if (!own) return [];
  const others = matters.filter((matter) => matter !== own);
  const scored = others.map((matter) => ({ matter, score: overlap(pairs(own.title), pairs(matter.title)) }));
  return best(scored.filter(({ score }) => score >= ALIKE), count);
}

function best(scored, count) {
  return scored
    .sort((one, other) => other.score - one.score || one.matter.title.length - other.matter.title.length)
    .slice(0, count)
    .map(({ matter }) => matter);
}

function names({ title, aliases }) {
  return [title, ...aliases];
}

/** 2 for the beginning of a name, up to 2 for a part of it, at most 1 for the share of pairs that it has. */
function score(name, wanted) {
  if (name.startsWith(wanted)) return 2;
  if (name.includes(wanted)) return 1 + wanted.length / name.length;
  const [asked, had] = [pairs(wanted), pairs(name)];
  return [...asked].filter((pair) => had.has(pair)).length / asked.size;
}

function overlap(some, others) {
  const both = [...some].filter((pair) => others.has(pair)).length;
  return both / (some.size + others.size - both);
}

function pairs(text) {
  const letters = [...text].filter((letter) => /[\p{L}\p{N}]/u.test(letter));
  return new Set(letters.slice(1).map((letter, at) => letters[at] + letter));
}
