// What the widget keeps in the browser; where the browser keeps nothing (a sandboxed frame), it lives with the page.

const PREFIX = "guide-assistant.";

export class Storage {
  #memory = new Map();
  #kind;

  /** `kind`: `sessionStorage`, which ends with the tab, or `localStorage`, which stays on the device. */
  constructor(kind) {
    this.#kind = kind;
  }

  /** The value kept under `key`, null where there is none or it cannot be read. */
  get(key) {
    try {
      return JSON.parse(globalThis[this.#kind].getItem(PREFIX + key));
    } catch {
      return this.#memory.get(key) ?? null;
    }
  }

  /** Keep `value`; null forgets it. */
  set(key, value) {
    this.#memory.set(key, value);
    try {
      if (value === null) globalThis[this.#kind].removeItem(PREFIX + key);
      else globalThis[this.#kind].setItem(PREFIX + key, JSON.stringify(value));
    } catch {
      // No store, or a full one: the memory has it.
    }
  }
}
