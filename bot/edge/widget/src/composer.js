// Where a question is typed or spoken: with matters to choose from, a count near the limit, and a word on private numbers.

import { html, nothing } from "lit";
import { live } from "lit/directives/live.js";
import { matching } from "./matters.js";
import { Part } from "./part.js";
import { personalNumbers } from "./privacy.js";
import { canListen, listen } from "./speech.js";
import { fill } from "./words.js";

const COUNT_FROM = 60; // characters left from which on the count is shown

export class GuideComposer extends Part {
  static properties = {
    t: {}, matters: {}, maxChars: { type: Number }, placeholder: {},
    text: { state: true }, found: { state: true }, at: { state: true },
    warned: { state: true }, listening: { state: true }, unheard: { state: true },
  };

  constructor() {
    super();
    this.text = "";
    this.found = [];
    this.at = -1;
    this.warned = null;
    this.listening = this.unheard = false;
  }

  focus(options) {
    this.querySelector("textarea")?.focus(options);
  }

  render() {
    const { t } = this;
    const left = this.maxChars - this.text.length;
    return html`${this.#matters()} ${this.#warning()}
      <div class="composer">
        <label class="unseen" for="input">${t.input}</label>
        <textarea id="input" rows="1" maxlength=${this.maxChars} enterkeyhint="send" autocomplete="off"
          placeholder=${this.placeholder || t.placeholder} .value=${live(this.text)} aria-describedby="hint"
          aria-autocomplete="list" aria-controls="matters" aria-activedescendant=${this.at < 0 ? nothing : `matter-${this.at}`}
          @input=${this.#typed} @keydown=${this.#key}></textarea>
        ${canListen() ? this.#microphone() : nothing}
        <button type="button" class="send" aria-disabled=${!this.text.trim()} @click=${this.#submit}>${t.send}</button>
      </div>
      <p id="hint" class="hint">${left <= COUNT_FROM ? fill(t.left, { count: left }) : html`${t.hint} <span class="wide">${t.hintMore}</span>`}</p>
      <p class="unseen" role="status">${this.found.length ? fill(t.found, { count: this.found.length }) : ""}</p>
      <p class="hint" role="status">${this.listening ? t.listening : this.unheard ? t.notHeard : ""}</p>`;
  }

  #matters() {
    return html`<div id="matters" class="matters" role="listbox" aria-label=${this.t.related} ?hidden=${!this.found.length} lang="zh-CN">
      ${this.found.map(({ title }, at) => html`<div id="matter-${at}" role="option" aria-selected=${at === this.at}
        @pointerdown=${(event) => event.preventDefault()} @click=${() => this.#say(title)}>${title}</div>`)}
    </div>`;
  }

  #warning() {
    const { t, warned } = this;
    if (!warned) return html`<div role="alert"></div>`;
    const kinds = warned.kinds.map((kind) => t[`private${kind}`]).join("、");
    return html`<div class="warning" role="alert">
      <p>${fill(t.private, { kinds })}</p>
      <button type="button" class="main" @click=${() => this.#say(warned.without)}>${t.privateRemove}</button>
      <button type="button" class="tool" @click=${() => this.#say(this.text)}>${t.privateKeep}</button>
    </div>`;
  }

  #microphone() {
    return html`<button type="button" class="speak" aria-pressed=${this.listening} aria-label=${this.t.speak} @click=${this.#listen}>
      <svg viewBox="0 0 24 24" width="22" height="22" aria-hidden="true"><path d="M12 3a3 3 0 0 1 3 3v6a3 3 0 0 1-6 0V6a3 3 0 0 1 3-3Zm-7 9a7 7 0 0 0 14 0M12 19v3" fill="none" stroke="currentColor" stroke-width="2" stroke-linecap="round" /></svg>
    </button>`;
  }

  #typed(event) {
    this.text = event.target.value;
    this.found = matching(this.matters, this.text);
    this.at = -1;
    this.warned = null;
    this.unheard = false;
  }

  updated(changed) {
    if (!changed.has("text")) return;
    const field = this.querySelector("textarea");
    field.style.height = "auto";
    field.style.height = `${field.scrollHeight}px`;
  }

  #key(event) {
    if (event.isComposing || event.keyCode === 229) return; // pinyin: keys choose a word
    if (event.key === "Enter" && !event.shiftKey) {
      if (this.at < 0) return this.#submit(event);
      event.preventDefault();
      this.#say(this.found[this.at].title);
    } else if (event.key === "Escape" && this.found.length) {
      event.stopPropagation();
      this.found = [];
      this.at = -1;
    } else if (this.found.length && (event.key === "ArrowDown" || event.key === "ArrowUp")) {
      event.preventDefault();
      const count = this.found.length + 1; // the field itself is one of the places
      this.at = ((this.at + 1 + (event.key === "ArrowDown" ? 1 : count - 1)) % count) - 1;
    }
  }

  #submit(event) {
    event.preventDefault();
    if (!this.text.trim()) return;
    const { kinds, without } = personalNumbers(this.text, (kind) => this.t[`private${kind}`]);
    if (kinds.length && !this.warned) this.warned = { kinds, without };
    else this.#say(this.text);
  }

  #say(text) {
    this.text = "";
    this.found = [];
    this.at = -1;
    this.warned = null;
    this.tell("say", { text: text.trim() });
  }

  async #listen() {
    if (this.listening) return;
    this.listening = true;
    const heard = await listen();
    this.listening = false;
    this.unheard = !heard;
    if (heard) this.text = (this.text + heard).slice(0, this.maxChars);
    this.focus();
  }
}
