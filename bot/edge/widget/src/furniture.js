// What stands around the conversation: notice, common questions, numbers to call.

import { html, nothing } from "lit";
import { phoneLink } from "./phones.js";

/** What the operator tells everyone, until it is dismissed. */
export function notice(t, text, dismiss) {
  if (!text) return nothing;
  return html`<aside class="notice" aria-label=${t.notice}>
    <p lang="zh-CN">${text}</p>
    <button type="button" class="tool" @click=${dismiss}>${t.dismiss}</button>
  </aside>`;
}

/** Questions to begin with, in groups. */
export function starters(t, groups) {
  if (!groups.length) return nothing;
  const button = (question) => html`<button type="button" class="option" data-say=${question}>${question}</button>`;
  return html`<aside class="starters" aria-label=${t.starters}>
    <h2>${t.starters}</h2>
    <ul lang="zh-CN">${groups.map(({ group, questions }) => html`<li><span>${group}</span>${questions.map(button)}</li>`)}</ul>
  </aside>`;
}

/** Who can be called, always in sight. */
export function phones(t, numbers) {
  return html`<footer class="phones">
    <span class="wide">${t.phones}</span>
    ${Object.entries(numbers).map(([name, number]) => html`<span>${t[name]} ${phoneLink(t, number, t[name])}</span>`)}
  </footer>`;
}

/** A question before something that cannot be undone. */
export function confirm(t, yes, no) {
  return html`<div class="warning" role="alert">
    <p>${t.clearAsk}</p>
    <button type="button" class="main" @click=${yes}>${t.clearYes}</button>
    <button type="button" class="tool" @click=${no}>${t.clearNo}</button>
  </div>`;
}
