// One thing that was said, and all that came of it.

import { html, nothing } from "lit";
import { cardOf, isOfCard, showsQuote } from "./cards.js";
import { State } from "./conversation.js";
import { siblings } from "./matters.js";
import { Part } from "./part.js";
import { withPhones } from "./phones.js";
import { aroundQuote, isShownByCard } from "./quote.js";
import { fill } from "./words.js";

const SLOW_MS = 4_000; // then the turn says that it is still at it

export class GuideTurn extends Part {
  static properties = {
    t: {}, turn: {}, last: { type: Boolean }, matters: {}, numbers: {}, server: {}, storage: {},
    slow: { state: true },
  };
  #timer;

  constructor() {
    super();
    this.slow = false;
    this.addEventListener("judge", (event) => {
      event.stopPropagation();
      this.tell("verdict", { turn: this.turn, verdict: event.detail });
    });
  }

  willUpdate(changed) {
    if (!changed.has("turn") || this.turn.state === changed.get("turn")?.state) return;
    clearTimeout(this.#timer);
    this.slow = false;
    if (this.turn.state === State.SENDING) this.#timer = setTimeout(() => (this.slow = true), SLOW_MS);
  }

  disconnectedCallback() {
    super.disconnectedCallback();
    clearTimeout(this.#timer);
  }

  render() {
    const { t, turn } = this;
    return html`<div class="turn" role="group" aria-label=${fill(t.said, { text: turn.shown })}>
      <div class="message user" lang="zh-CN">${turn.shown}</div>
      ${turn.reply ? this.#reply(turn.reply) : this.#status()}
    </div>`;
  }

  #status() {
    const { t, turn, numbers } = this;
    if (turn.state === State.SENDING) {
      return html`<div class="message bot typing"><i></i><i></i><i></i><span>${this.slow ? t.slow : ""}</span></div>`;
    }
    if (turn.state === State.QUEUED) return html`<p class="pending">${t.queued}</p>`;
    if (turn.state === State.CUT) return html`<p class="pending">${t.unanswered}</p>${this.#again(() => this.#say(turn.text))}`;
    const said = turn.note || (navigator.onLine === false ? t.waits : fill(t.broken, numbers));
    return html`<div class="message bot act-error">${withPhones(t, said)}</div>${this.#again(() => this.tell("retry"))}`;
  }

  #again(act) {
    return html`<button type="button" class="again" @click=${act}>${this.t.retry}</button>`;
  }

  #reply({ messages, outcome }) {
    const { t } = this;
    const shown = [...this.#messages(messages, outcome)];
    const offered = outcome.card?.kind === "next" ? [] : messages.flatMap((message) => message.buttons ?? []); // it has them
    return html`${shown}
      ${this.#options(offered.length ? offered : (outcome.options ?? []))} ${this.#related(outcome)}
      ${outcome.act === "error" && this.last ? this.#again(() => this.#say(this.turn.text, this.turn.shown)) : nothing}`;
  }

  /** What is shown of a reply: its card, the quote, and the texts that say more than these. */
  *#messages(messages, outcome) {
    const { t, server, storage } = this;
    const rich = cardOf(outcome.card, { t, server, storage });
    let carded = outcome.act !== "answer" || !outcome.quote || !outcome.source; // nothing to show counts as shown
    const last = outcome.act === "handoff"; // a word to the person comes before the numbers
    if (!last) yield rich;
    for (const { text } of messages) {
      const around = carded ? null : aroundQuote(text, outcome);
      if (rich !== nothing && isOfCard(text, outcome.card) && around?.before !== "") continue;
      if (around) {
        carded = true;
        if (around.before) yield this.#bubble(around.before, outcome.act);
        yield this.#card(outcome, around.asked);
        if (around.after) yield this.#bubble(around.after, outcome.act);
      } else if (!isShownByCard(text, outcome)) {
        yield this.#bubble(text, outcome.act);
      }
    }
    if (!carded) yield this.#card(outcome);
    if (last) yield rich;
  }

  #bubble(text, act) {
    return html`<div class="message bot act-${act}" lang="zh-CN">${withPhones(this.t, text, act === "handoff")}</div>`;
  }

  #card(outcome, asked) {
    return html`<guide-answer .t=${this.t} .outcome=${outcome} .asked=${asked} .verdict=${this.turn.verdict}
      .server=${this.server} .behind=${!outcome.note && showsQuote(outcome.card)}></guide-answer>`;
  }

  /** Choices of an earlier turn would be read in the light of the newest: they stay to be seen, not to be taken. */
  #options(options) {
    if (!options.length) return nothing;
    return html`<div class="options" lang="zh-CN">
      ${options.map(({ title, payload }) => html`<button type="button" class="option"
        aria-disabled=${!this.last} data-say=${payload} data-shown=${title}>${title}</button>`)}
    </div>`;
  }

  #related(outcome) {
    const near = this.last && outcome.act === "answer" ? siblings(this.matters, outcome.guide) : [];
    if (!near.length) return nothing;
    return html`<div class="related">
      <h3>${this.t.related}</h3>
      <div class="options" lang="zh-CN">
        ${near.map(({ title }) => html`<button type="button" class="option" data-say=${title}>${title}</button>`)}
      </div>
    </div>`;
  }

  #say(text, shown) {
    this.tell("say", { text, shown });
  }
}
