// Materials to tick off, print, save or take along on another phone.

import { html, nothing, svg } from "lit";
import { encode } from "uqr";
import { Part } from "./part.js";
import { linkFor, print, savePicture } from "./takeaway.js";
import { fill } from "./words.js";

export class GuideChecklist extends Part {
  static properties = { t: {}, card: {}, server: {}, storage: {}, ticked: { state: true }, coded: { state: true } };

  constructor() {
    super();
    this.coded = false;
  }

  willUpdate() {
    this.ticked ??= new Set(this.storage.get(this.#key) ?? []);
  }

  /** Ticks are kept by what the list is of; the texts of its items are their names. */
  get #key() {
    const { guide, channel, person } = this.card;
    return ["ticks", guide, channel, person].filter(Boolean).join(".");
  }

  get #heading() {
    const { title, channel, person } = this.card;
    return [title, this.t.checklist, channel, person].filter(Boolean).join(" · ");
  }

  get #groups() {
    const groups = new Map();
    for (const item of this.card.items) groups.set(item.group, [...(groups.get(item.group) ?? []), item]);
    return [...groups];
  }

  render() {
    const { t, card } = this;
    const done = card.items.filter((item) => this.ticked.has(item.text)).length;
    return html`<section class="card checklist" aria-label=${this.#heading}>
      <header class="card-head"><h2 class="card-title" lang="zh-CN">${this.#heading}</h2></header>
      <div class="items" lang="zh-CN">${this.#groups.map(([group, items]) => this.#group(group, items))}</div>
      <p class="ready" role="status">${fill(t.ready, { done, all: card.items.length })}</p>
      ${card.note ? html`<p class="note" lang="zh-CN">${card.note}</p>` : nothing}
      <footer class="tools">
        <button type="button" class="tool" @click=${this.#print}>${t.print}</button>
        <button type="button" class="tool" @click=${this.#picture}>${t.picture}</button>
        <button type="button" class="tool" aria-expanded=${this.coded} @click=${() => (this.coded = !this.coded)}>${t.code}</button>
      </footer>
      ${this.coded ? this.#code() : nothing}
    </section>`;
  }

  #group(group, items) {
    const list = html`<ul>
      ${items.map(({ text }) => html`<li><label>
        <input type="checkbox" .checked=${this.ticked.has(text)} @change=${() => this.#tick(text)} /><span>${text}</span>
      </label></li>`)}
    </ul>`;
    return group ? html`<h3>${group}</h3>${list}` : list;
  }

  #tick(text) {
    const ticked = new Set(this.ticked);
    if (!ticked.delete(text)) ticked.add(text);
    this.ticked = ticked;
    this.storage.set(this.#key, [...ticked]);
  }

  #code() {
    const { data, size } = encode(linkFor(this.server, `${this.card.title}${this.t.sections.materials}`));
    const dark = data.flatMap((row, y) => row.map((on, x) => (on ? `M${x} ${y}h1v1h-1z` : ""))).join("");
    return html`<figure class="code">
      <svg viewBox="0 0 ${size} ${size}" role="img" aria-label=${this.t.codeHelp}>
        ${svg`<rect width=${size} height=${size} fill="#fff"></rect><path d=${dark} fill="#000"></path>`}
      </svg>
      <figcaption>${this.t.codeHelp}</figcaption>
    </figure>`;
  }

  #print() {
    const copy = (tag, text) => Object.assign(document.createElement(tag), { textContent: text });
    print(this.card.title, this.#lines.map(({ text, bold }) => copy(bold ? "h2" : "p", text)));
  }

  #picture() {
    savePicture(this.card.title, this.#lines);
  }

  get #lines() {
    const item = ({ text }) => ({ text: `${this.ticked.has(text) ? "☑" : "☐"} ${text}` });
    const groups = this.#groups.flatMap(([group, items]) => [...(group ? [{ text: group, bold: true }] : []), ...items.map(item)]);
    return [{ text: this.#heading, size: 34, bold: true }, ...groups, ...(this.card.note ? [{ text: this.card.note, size: 22 }] : [])];
  }
}
