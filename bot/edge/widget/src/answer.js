// An answer as a card: which matter and section, the quote with tabs for the ways to do it, its source, what to do with it.

import { html, nothing } from "lit";
import { classMap } from "lit/directives/class-map.js";
import { Part } from "./part.js";
import { withPhones } from "./phones.js";
import { partsOf } from "./quote.js";
import { canRead, read, stopReading } from "./speech.js";
import { canShare, copy, linkFor, share } from "./takeaway.js";
import { fill } from "./words.js";

const LONG_QUOTE = 560; // characters; more is folded, but stays whole in the page
const ALL = "";

export class GuideAnswer extends Part {
  static properties = {
    t: {}, outcome: {}, asked: {}, verdict: {}, server: {}, behind: {},
    way: { state: true }, folded: { state: true }, copied: { state: true }, reading: { state: true },
  };

  constructor() {
    super();
    this.folded = true;
    this.copied = this.reading = false;
  }

  willUpdate() {
    this.way ??= this.asked ?? ALL;
  }

  disconnectedCallback() {
    super.disconnectedCallback();
    if (this.reading) stopReading();
  }

  render() {
    const { t, outcome } = this;
    if (!this.behind) return this.#article();
    const title = fill(t.original, { title: outcome.source.title, section: this.#section(outcome.section) });
    return html`<details class="behind"><summary>${title}</summary>${this.#article()}</details>`;
  }

  #article() {
    const { t, outcome } = this;
    return html`<article class="card" aria-label="${outcome.source.title} ${this.#section(outcome.section)}">
      ${this.#head()} ${this.#tabs()} ${this.#quote(outcome.quote, outcome.variants)} ${this.#note(outcome.note)}
      <p class="source">${fill(t.source, outcome.source)}</p>
      ${(outcome.more ?? []).map((part) => this.#more(part))} ${this.#tools()}
    </article>`;
  }

  #head() {
    const { source, section } = this.outcome;
    return html`<header class="card-head">
      <h2 class="card-title" lang="zh-CN">${source.title}</h2>
      <span class="card-section">${this.#section(section)}</span>
    </header>`;
  }

  #section(key) {
    return this.t.sections[key] ?? key;
  }

  /** The ways that the quote tells apart, in its order; none where it tells of one way alone. */
  get #ways() {
    return [...new Set((this.outcome.variants ?? []).map((variant) => variant.channel))];
  }

  #tabs() {
    const ways = this.#ways;
    if (ways.length < 2) return nothing;
    return html`<div class="tabs" role="tablist" aria-label=${this.t.ways} @keydown=${this.#walk}>
      ${[ALL, ...ways].map((way) => {
        const chosen = way === this.way;
        const label = way === ALL ? this.t.wayBoth : (this.t[`way${way}`] ?? way);
        return html`<button type="button" role="tab" aria-selected=${chosen} tabindex=${chosen ? 0 : -1}
          @click=${() => (this.way = way)}>${label}</button>`;
      })}
    </div>`;
  }

  /** Arrow keys go from tab to tab. */
  #walk(event) {
    const step = { ArrowRight: 1, ArrowDown: 1, ArrowLeft: -1, ArrowUp: -1 }[event.key];
    if (!step) return;
    event.preventDefault();
    const tabs = [...event.currentTarget.children];
    const next = tabs[(tabs.indexOf(event.target) + step + tabs.length) % tabs.length];
    next.focus();
    next.click();
  }

  #quote(quote, variants) {
    const long = quote.length > LONG_QUOTE;
    const parts = partsOf(quote, variants);
    const panel = this.#ways.length > 1;
    return html`<blockquote class=${classMap({ quote: true, folded: long && this.folded })} lang="zh-CN"
        role=${panel ? "tabpanel" : nothing} aria-label=${panel ? this.#section(this.outcome.section) : nothing}
      >${parts.map((part) => this.#part(part))}</blockquote>
      ${long ? this.#unfold() : nothing}`;
  }

  #part({ text, channel, gap }) {
    if (gap) return html`<span class="gap">${text}</span>`;
    if (!channel) return html`<span>${withPhones(this.t, text)}</span>`;
    // The label comes from the style sheet: the quote's own text stays as printed.
    return html`<span class="variant" data-channel=${channel} data-label=${this.t[`way${channel}`] ?? channel}
      ?hidden=${this.way !== ALL && this.way !== channel}>${withPhones(this.t, text)}</span>`;
  }

  #unfold() {
    return html`<button type="button" class="unfold" aria-expanded=${!this.folded}
      @click=${() => (this.folded = !this.folded)}>${this.folded ? this.t.expand : this.t.fold}</button>`;
  }

  #note(note) {
    return note ? html`<p class="note" lang="zh-CN"><b>${this.t.note}：</b>${note}</p>` : nothing;
  }

  #more(part) {
    return html`<section class="more">
      <h3>${this.t.more} <span class="card-section">${this.#section(part.section)}</span></h3>
      <blockquote class="quote" lang="zh-CN">${partsOf(part.quote, part.variants).map((one) => this.#part(one))}</blockquote>
      ${this.#note(part.note)}
      <p class="source">${fill(this.t.source, part.source)}</p>
    </section>`;
  }

  #tools() {
    const { t } = this;
    return html`<footer class="tools">
      <button type="button" class="tool" @click=${this.#copy}>${this.copied ? t.copied : t.copy}</button>
      ${canShare() ? html`<button type="button" class="tool" @click=${this.#share}>${t.share}</button>` : nothing}
      ${canRead() ? html`<button type="button" class="tool" aria-pressed=${this.reading} @click=${this.#read}>
        ${this.reading ? t.stop : t.read}</button>` : nothing}
      <guide-feedback .t=${t} .verdict=${this.verdict}></guide-feedback>
    </footer>`;
  }

  get #text() {
    const { outcome, t } = this;
    const parts = [outcome, ...(outcome.more ?? [])];
    const texts = parts.map((part) => `${this.#section(part.section)}：\n${part.quote}\n（${fill(t.source, part.source)}）`);
    return `《${outcome.source.title}》\n${texts.join("\n\n")}`;
  }

  async #copy() {
    this.copied = await copy(this.#text);
  }

  #share() {
    const { outcome, server } = this;
    share(outcome.source.title, this.#text, linkFor(server, `${outcome.source.title}${this.#section(outcome.section)}`));
  }

  #read() {
    if (this.reading) return stopReading();
    this.reading = true;
    const { outcome } = this;
    const quotes = [outcome, ...(outcome.more ?? [])].flatMap((part) => [part.quote, part.note ?? ""]);
    read([outcome.source.title, ...quotes].join("。"), () => (this.reading = false));
  }
}
