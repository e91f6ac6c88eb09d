// All wording of the widget, by language; a page may replace single texts by attributes of the element.

import en from "../words/en.json";
import zh from "../words/zh.json";

/** The texts for a language tag: English for `en…`, Chinese for all others. */
export function wordsFor(language) {
  return /^en\b/i.test(language ?? "") ? en : zh;
}

/** `pattern` with `{name}` replaced by `values.name`. */
export function fill(pattern, values) {
  return pattern.replace(/\{(\w+)\}/g, (_, name) => values[name] ?? "");
}
