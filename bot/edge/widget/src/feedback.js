// 👍 or 👎 on an answer; 👎 asks why.

import { html, nothing, svg } from "lit";
import { Part } from "./part.js";

// Drawn, since old phones and plain systems have no such letters.
const THUMB = svg`<path d="M7 11v9H3v-9h4Zm0 0 4-8c1.500 0 2.500 1 2.500 2.500V9H19a2 2 0 0 1 2 2.300l-1.100 7A2 2 0 0 1 18 20H7" />`;

export class GuideFeedback extends Part {
  static properties = { t: {}, verdict: {}, asking: { state: true } };

  constructor() {
    super();
    this.asking = false;
  }

  render() {
    const { t, verdict } = this;
    return html`
      <div class="judge" role="group" aria-label="${t.useful} / ${t.useless}">
        ${this.#button("up", t.useful)} ${this.#button("down", t.useless)}
        <span class="thanks" role="status">${verdict && !this.asking ? t.thanks : ""}</span>
      </div>
      ${this.asking ? this.#reasons() : nothing}
    `;
  }

  #button(verdict, label) {
    const pressed = String(this.verdict === verdict || (verdict === "down" && this.asking));
    return html`<button type="button" class="tool ${verdict}" aria-pressed=${pressed} @click=${() => this.#judge(verdict)}>
      <svg class="thumb" viewBox="0 0 24 24" aria-hidden="true">${THUMB}</svg>${label}
    </button>`;
  }

  #reasons() {
    const { t } = this;
    // No form: a sandboxed frame may be forbidden to submit one.
    return html`<div class="reasons">
      <fieldset>
        <legend>${t.why}</legend>
        ${Object.entries(t.reasons).map(
          ([code, label]) => html`<label><input type="checkbox" value=${code} /> ${label}</label>`,
        )}
      </fieldset>
      <label class="comment">${t.comment}<input type="text" maxlength="200" autocomplete="off" /></label>
      <button type="button" class="main" @click=${this.#submit}>${t.submit}</button>
    </div>`;
  }

  #judge(verdict) {
    this.asking = verdict === "down" && !this.asking;
    if (verdict === "up") this.tell("judge", { verdict, reasons: [], comment: "" });
  }

  updated(changed) {
    if (changed.has("asking") && this.asking) this.querySelector(".reasons").scrollIntoView({ block: "nearest" });
  }

  #submit() {
    const reasons = Array.from(this.querySelectorAll("input:checked"), (box) => box.value);
    const comment = this.querySelector(".comment input").value;
    this.asking = false;
    this.tell("judge", { verdict: "down", reasons, comment });
    this.querySelector(".down")?.focus();
  }
}
