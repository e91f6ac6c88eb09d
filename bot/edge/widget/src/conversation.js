// One conversation: what was said, in order, each with its own answer. What is unsent waits and is sent once.

import { Api } from "./api.js";

const UNSENT = "unsent";
const BACKOFF_MS = [1_000, 2_000, 4_000, 8_000, 15_000];

/** What one turn is at: waiting for its turn, on its way, waiting for the network, answered, or never answered. */
export const State = { QUEUED: "queued", SENDING: "sending", WAITING: "waiting", ANSWERED: "answered", CUT: "cut" };

/** Tells of `change`, and of `answered` with the turn as its detail. */
export class Conversation extends EventTarget {
  turns = [];
  remark = ""; // what happened to an earlier conversation: "cleared" or "ended"
  #api;
  #storage;
  #sending = false;
  #wake = () => {};
  #era = 0; // counts conversations: what comes back for an earlier one is dropped

  constructor(server, storage) {
    super();
    this.#storage = storage;
    this.#api = new Api(server, storage);
  }

  get api() {
    return this.#api;
  }

  get busy() {
    return this.turns.some((turn) => turn.state === State.SENDING || turn.state === State.QUEUED);
  }

  /** Bring back what was said before the page was loaded, and send what was not sent. */
  async restore() {
    const era = this.#era;
    const unsent = this.#storage.get(UNSENT) ?? [];
    const earlier = this.#api.known ? await this.#history() : [];
    if (era !== this.#era) return;
    const known = new Set(earlier.map((turn) => turn.id));
    const waiting = unsent.filter((turn) => !known.has(turn.id)).map((turn) => ({ ...turn, state: State.QUEUED }));
    this.turns = [...earlier, ...waiting, ...this.turns];
    this.#changed();
    this.#send();
  }

  /** Say `text`, shown as `shown`, after all that was said before. */
  say(text, shown = text) {
    const id = Array.from(crypto.getRandomValues(new Uint8Array(12)), (byte) => byte.toString(16).padStart(2, "0")).join("");
    this.turns = [...this.turns, { id, text, shown, state: State.QUEUED, reply: null, verdict: null, note: "" }];
    this.#changed();
    this.#send();
  }

  /** Try again now what waits for the network. */
  retry() {
    this.#wake();
  }

  /** Forget everything, here and at the service. Problem where the service does not. */
  async clear() {
    if (this.#api.known) await this.#api.forget();
    this.#era += 1;
    this.#api.leave();
    this.remark = "cleared";
    this.turns = [];
    this.#wake();
    this.#changed();
  }

  /** Tell the service what the citizen thinks of an answer. */
  async judge(turn, verdict) {
    await this.#api.feedback(turn.id, verdict);
    this.#update(turn, { verdict: verdict.verdict });
  }

  async #history() {
    try {
      return (await this.#api.history()).map(restored);
    } catch (problem) {
      if (problem.status === 401) {
        this.#api.leave();
        this.remark = "ended";
      }
      return [];
    }
  }

  /** Send what is unsent, one after the other, until nothing is. */
  async #send() {
    if (this.#sending) return;
    this.#sending = true;
    let turn;
    while ((turn = this.turns.find((one) => one.state === State.QUEUED))) await this.#deliver(turn);
    this.#sending = false;
  }

  async #deliver(turn) {
    const era = this.#era;
    for (let attempt = 0; era === this.#era; attempt += 1) {
      turn = this.#update(turn, { state: State.SENDING, note: "" });
      try {
        const reply = await this.#api.message(turn);
        if (era === this.#era) this.#answer(turn, reply);
        return;
      } catch (problem) {
        if (era !== this.#era) return;
        if (problem.status === 401) this.#api.leave();
        else if (!problem.passes) return this.#answer(turn, refusal(problem));
        else {
          turn = this.#update(turn, { state: State.WAITING, note: problem.message, attempt });
          await this.#pause(problem.retryAfterMs || BACKOFF_MS[Math.min(attempt, BACKOFF_MS.length - 1)]);
        }
      }
    }
  }

  /** Return after a while, when the network is back, or when the citizen says so. */
  async #pause(ms) {
    await new Promise((resolve) => {
      const timer = setTimeout(resolve, navigator.onLine === false ? 2 ** 31 - 1 : ms);
      addEventListener("online", resolve, { once: true });
      this.#wake = () => {
        clearTimeout(timer);
        resolve();
      };
    });
    this.#wake = () => {};
  }

  #answer(turn, reply) {
    const answered = this.#update(turn, { state: State.ANSWERED, reply });
    this.dispatchEvent(new CustomEvent("answered", { detail: answered }));
  }

  #update(turn, change) {
    const changed = { ...turn, ...change };
    this.turns = this.turns.map((one) => (one.id === turn.id ? changed : one));
    this.#changed();
    return changed;
  }

  #changed() {
    const unsent = this.turns.filter((turn) => ![State.ANSWERED, State.CUT].includes(turn.state));
    this.#storage.set(UNSENT, unsent.length ? unsent.map(({ id, text, shown }) => ({ id, text, shown })) : null);
    this.dispatchEvent(new Event("change"));
  }
}

function restored({ id, said, verdict, messages, outcome }) {
  const state = outcome ? State.ANSWERED : State.CUT;
  return { id, text: said, shown: said, verdict, state, reply: outcome && { messages, outcome }, note: "", restored: true };
}

function refusal(problem) {
  return { messages: [{ text: problem.message }], outcome: { act: "error" } };
}
