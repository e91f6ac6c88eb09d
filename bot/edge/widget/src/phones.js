// Telephone numbers in a text become links to call.

import { html } from "lit";
import { fill } from "./words.js";

// What stands before is matched and given back: phones that are still in use know no lookbehind.
const NUMBER = /(^|[^\w.-])(0\d{2,3}-\d{7,8}|123\d{2})(?![\w-]|\.\w)/g;
const WITH_EMERGENCY = /(^|[^\w.-])(0\d{2,3}-\d{7,8}|123\d{2}|110|120)(?![\w-]|\.\w)/g;

/** A link to call `number`; `label` says whose it is. */
export function phoneLink(t, number, label = "") {
  const name = fill(t.call, { number: `${label} ${number}`.trim() });
  return html`<a class="tel" href="tel:${number.replaceAll("-", "")}" aria-label=${name}>${number}</a>`;
}

/** `text` with its numbers as links; `emergency` also takes 110 and 120 for numbers. */
export function withPhones(t, text, emergency = false) {
  const parts = [];
  let end = 0;
  for (const match of text.matchAll(emergency ? WITH_EMERGENCY : NUMBER)) {
    parts.push(text.slice(end, match.index) + match[1], phoneLink(t, match[2]));
    end = match.index + match[0].length;
  }
  return [...parts, text.slice(end)];
}
