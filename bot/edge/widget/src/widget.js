// What a page loads: defines the elements.

import { GuideAnswer } from "./answer.js";
import { GuideAssistant } from "./assistant.js";
import { GuideChecklist } from "./checklist.js";
import { GuideComposer } from "./composer.js";
import { GuideFeedback } from "./feedback.js";
import { GuideTurn } from "./turn.js";

const elements = {
  "guide-feedback": GuideFeedback,
  "guide-answer": GuideAnswer,
  "guide-checklist": GuideChecklist,
  "guide-turn": GuideTurn,
  "guide-composer": GuideComposer,
  "guide-assistant": GuideAssistant,
};

for (const [name, element] of Object.entries(elements)) {
  if (!customElements.get(name)) customElements.define(name, element);
}
