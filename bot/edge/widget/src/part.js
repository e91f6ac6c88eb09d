// What the widget's inner elements have in common.

import { LitElement } from "lit";

/** An element inside the widget's one shadow root: it shares the style sheet and the ids around it. */
export class Part extends LitElement {
  createRenderRoot() {
    return this;
  }

  /** Tell the elements around this one. */
  tell(name, detail) {
    this.dispatchEvent(new CustomEvent(name, { detail, bubbles: true }));
  }
}
