// The widget itself: one element with everything in its shadow root, over a whole page, in a page, or floating above it.

import { LitElement, html, nothing, unsafeCSS } from "lit";
import { repeat } from "lit/directives/repeat.js";
import styles from "#style"; // made by scripts/widget.py
import { Conversation } from "./conversation.js";
import { confirm, notice, phones, starters } from "./furniture.js";
import { Storage } from "./storage.js";
import { wordsFor } from "./words.js";

const EMPTY = { phones: {}, max_chars: 500, starters: [], notice: null };
const PREFERENCES = ["large", "contrast"];
const text = { type: String };

export class GuideAssistant extends LitElement {
  static styles = unsafeCSS(styles);
  static properties = {
    mode: { ...text, reflect: true }, server: text, lang: text, keep: text, theme: { ...text, reflect: true },
    heading: text, tagline: text, greeting: text, intro: text, placeholder: text,
    opened: { type: Boolean, reflect: true }, large: { type: Boolean, reflect: true }, contrast: { type: Boolean, reflect: true },
    turns: { state: true }, opening: { state: true }, matters: { state: true }, dismissed: { state: true },
    clearing: { state: true }, remark: { state: true }, offline: { state: true }, ready: { state: true },
  };
  #conversation;
  #kept;
  #settings = new Storage("localStorage");
  #network = () => (this.offline = navigator.onLine === false);

  constructor() {
    super();
    this.mode = "page";
    this.server = this.heading = this.tagline = this.greeting = this.intro = this.placeholder = this.remark = "";
    this.opening = EMPTY;
    this.turns = this.matters = [];
    this.clearing = this.ready = this.opened = false;
    for (const name of PREFERENCES) this[name] = this.#settings.get(name) === true;
    this.#network();
  }

  get t() {
    return wordsFor(this.lang || document.documentElement.lang);
  }

  /** Ask a question as if it had been typed. */
  ask(question, shown) {
    if (!this.#conversation) this.#begin();
    this.#conversation.say(question, shown);
  }

  connectedCallback() {
    super.connectedCallback();
    addEventListener("online", this.#network);
    addEventListener("offline", this.#network);
  }

  /** A floating assistant asks the service for nothing until somebody opens it. */
  willUpdate() {
    if (!this.#conversation && (this.opened || this.mode !== "float")) this.#begin();
  }

  disconnectedCallback() {
    super.disconnectedCallback();
    removeEventListener("online", this.#network);
    removeEventListener("offline", this.#network);
  }

  async #begin() {
    this.#kept = new Storage(this.keep === "device" ? "localStorage" : "sessionStorage");
    this.#conversation = new Conversation(this.server, this.#kept);
    this.#conversation.addEventListener("change", () => {
      this.turns = this.#conversation.turns;
      this.remark = this.#conversation.remark;
    });
    this.#conversation.addEventListener("answered", ({ detail }) => this.#answered(detail));
    const { api } = this.#conversation;
    if (this.mode === "page") api.enterLinked();
    const [opening, matters] = await Promise.all([api.opening(), api.matters(), this.#conversation.restore()].map(orNull));
    this.opening = opening ?? EMPTY;
    this.matters = matters ?? [];
    this.dismissed = this.#settings.get("notice");
    this.ready = true;
    await this.updateComplete;
    this.#scroll("auto");
    if (this.mode === "page") this.#focus();
    this.#emit("ready");
  }

  render() {
    const { t } = this;
    if (this.mode === "float" && !this.opened) return html`<button type="button" class="launcher" @click=${this.#open}>${this.heading || t.open}</button>`;
    return html`<section class="shell" lang=${t.lang} aria-label=${this.heading || t.heading} ?data-started=${this.turns.length > 0}
      @click=${this.#tap} @say=${this.#say} @retry=${() => this.#conversation.retry()} @verdict=${this.#judge} @keydown=${this.#key}>
      <button type="button" class="skip" @click=${() => this.#composer.focus()}>${t.skip}</button>
      ${this.#top()} ${this.clearing ? confirm(t, () => this.#clear(), () => (this.clearing = false)) : nothing}
      ${notice(t, this.opening.notice === this.dismissed ? null : this.opening.notice, () => this.#dismiss())}
      <div class="stage" tabindex="-1">
        <div class="log" role="log" aria-live=${this.ready ? "polite" : "off"} aria-busy=${this.#busy} aria-label=${t.log}>
          ${this.#welcome()} ${repeat(this.turns, ({ id }) => id, this.#turn)}
        </div>
        ${starters(t, this.opening.starters)}
      </div>
      <div class="dock">
        ${this.offline ? html`<p class="offline" role="status">${t.offline}</p>` : nothing}
        <p class="unseen" role="status">${this.#busy ? t.thinking : ""}</p>
        <guide-composer .t=${t} .matters=${this.matters} .maxChars=${this.opening.max_chars} .placeholder=${this.placeholder}></guide-composer>
        ${phones(t, this.opening.phones)}
      </div>
    </section>`;
  }

  get #busy() {
    return !this.ready || Boolean(this.#conversation?.busy);
  }

  #top() {
    const { t } = this;
    const toggle = (name) => html`<button type="button" aria-pressed=${this[name]} @click=${() => this.#prefer(name)}>${t[name]}</button>`;
    return html`<header class="top">
      <div class="name"><h1>${this.heading || t.heading}</h1><p>${this.tagline || t.tagline}</p></div>
      <div class="switches">
        ${toggle("large")} ${toggle("contrast")}
        <button type="button" aria-expanded=${this.clearing} @click=${() => (this.clearing = !this.clearing)}>${t.clear}</button>
        ${this.mode === "float" ? html`<button type="button" @click=${this.#close}>${t.close}</button>` : nothing}
      </div>
    </header>`;
  }

  #welcome() {
    const { t } = this;
    return html`${this.remark ? html`<p class="fresh">${t[this.remark]}</p>` : nothing}
      <div class="message bot welcome"><p class="hello">${this.greeting || t.greeting}</p><p>${this.intro || t.intro}</p></div>`;
  }

  #turn = (turn, at) => html`<guide-turn .t=${this.t} .turn=${turn} ?last=${at === this.turns.length - 1} .matters=${this.matters}
    .numbers=${this.opening.phones} .server=${this.server} .storage=${this.#kept}></guide-turn>`;

  /** Every button that says something carries what it says. */
  #tap({ target }) {
    const button = target.closest("[data-say]");
    if (!button || button.getAttribute("aria-disabled") === "true") return;
    button.classList.add("chosen");
    this.#say({ detail: { text: button.dataset.say, shown: button.dataset.shown } });
  }

  #say({ detail }) {
    this.ask(detail.text, detail.shown);
    this.updateComplete.then(() => this.#scroll());
  }

  #answered(turn) {
    const { act, guide, section, source } = turn.reply.outcome;
    this.#emit("message", { said: turn.shown, act });
    if (act === "answer") this.#emit("answer", { guide, section, title: source?.title, page: source?.page });
    if (act === "handoff" || act === "error") this.#emit(act);
    this.updateComplete.then(() => this.#show(turn));
  }

  async #judge({ detail: { turn, verdict } }) {
    try {
      await this.#conversation.judge(turn, verdict);
      this.#emit("feedback", verdict);
    } catch {
      // It was an extra; the answer stands without it.
    }
  }

  async #clear() {
    try {
      await this.#conversation.clear();
      this.clearing = false;
      this.#emit("clear");
    } catch (problem) {
      this.remark = problem.status === 401 ? "ended" : "notCleared";
    }
    this.#focus();
  }

  #dismiss() {
    this.dismissed = this.opening.notice;
    this.#settings.set("notice", this.dismissed);
  }

  #prefer(name) {
    this[name] = !this[name];
    this.#settings.set(name, this[name]);
  }

  async #open() {
    this.opened = true;
    await this.updateComplete;
    this.#scroll("auto");
    this.#composer?.focus();
    this.#emit("open");
  }

  async #close() {
    this.opened = false;
    await this.updateComplete;
    this.renderRoot.querySelector(".launcher").focus();
    this.#emit("close");
  }

  #key(event) {
    if (event.key === "Escape" && this.mode === "float") this.#close();
  }

  get #composer() {
    return this.renderRoot.querySelector("guide-composer");
  }

  /** Ready to type where there is a mouse; on a phone the keyboard would cover the page. */
  #focus() {
    if (matchMedia("(pointer: fine)").matches) this.#composer?.focus({ preventScroll: true });
  }

  #scroll(behavior) {
    const stage = this.renderRoot.querySelector(".stage");
    if (this.turns.length) stage?.scrollTo({ top: stage.scrollHeight, behavior: behavior ?? this.#motion });
  }

  /** Show a turn from its beginning: the question, then the answer below it. */
  async #show(turn) {
    const shown = [...this.renderRoot.querySelectorAll("guide-turn")].find((one) => one.turn.id === turn.id);
    const stage = this.renderRoot.querySelector(".stage");
    if (!shown || turn.id !== this.turns.at(-1)?.id) return;
    await shown.updateComplete;
    const fits = shown.offsetHeight < stage.clientHeight - 48;
    stage.scrollTo({ top: fits ? stage.scrollHeight : shown.offsetTop - 12, behavior: this.#motion });
  }

  get #motion() {
    return matchMedia("(prefers-reduced-motion: reduce)").matches ? "auto" : "smooth";
  }

  #emit(name, detail = {}) {
    this.dispatchEvent(new CustomEvent(name, { detail }));
  }
}

async function orNull(promise) {
  try {
    return await promise;
  } catch {
    return null;
  }
}
