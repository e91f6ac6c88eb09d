// Builds what stands in the log. Everything a server or a citizen wrote enters as text, never as markup.

const words = document.getElementById("words").dataset;
const sections = document.getElementById("sections").dataset;

const LANDLINE_OR_HOTLINE = /(?<![\w.-])(?:0\d{2,3}-\d{7,8}|123\d{2})(?![\w-]|\.\w)/g;
const WITH_EMERGENCY = /(?<![\w.-])(?:0\d{2,3}-\d{7,8}|123\d{2}|110|120)(?![\w-]|\.\w)/g;
const LONG_HEADING = 32; // characters before or above a variant that can be its heading
const LONG_QUOTE = 560; // characters; more is folded, but stays whole in the page

export function fill(pattern, values) {
  return pattern.replace(/\{(\w+)\}/g, (_, name) => values[name]);
}

export function element(tag, className, text) {
  const made = document.createElement(tag);
  if (className) made.className = className;
  if (text) made.textContent = text;
  return made;
}

/** `text` with its phone numbers as links to call. */
function withPhones(parent, text, pattern = LANDLINE_OR_HOTLINE) {
  let end = 0;
  for (const match of text.matchAll(pattern)) {
    parent.append(text.slice(end, match.index));
    const link = element("a", "tel", match[0]);
    link.href = `tel:${match[0].replaceAll("-", "")}`;
    link.setAttribute("aria-label", fill(words.call, { number: match[0] }));
    parent.append(link);
    end = match.index + match[0].length;
  }
  parent.append(text.slice(end));
  return parent;
}

export function userBubble(text) {
  return element("div", "message user", text);
}

export function textBubble(text, act) {
  const bubble = element("div", `message bot act-${act}`);
  return withPhones(bubble, text, act === "handoff" ? WITH_EMERGENCY : LANDLINE_OR_HOTLINE);
}

/** The card of an answer: which guide and section, the quote, remarks on it, and where it is printed.
 * Of the quote's variants those in `asked` stand out; without any, all are alike. */
export function answerCard(outcome, asked) {
  const card = element("article", "card message bot act-answer");
  const head = element("header", "card-head");
  head.append(element("h2", "card-title", outcome.source.title));
  head.append(element("span", "card-section", sections[outcome.section] ?? outcome.section));
  card.append(head, ...quoteParts(outcome, asked));
  if (outcome.note) {
    const note = element("p", "note");
    note.append(element("b", "", `${words.note}：`), outcome.note);
    card.append(note);
  }
  card.append(element("p", "source", fill(words.source, outcome.source)));
  return card;
}

function quoteParts(outcome, asked) {
  const quote = element("blockquote", "quote");
  for (const part of partsOf(outcome.quote, outcome.variants)) {
    const span = element("span", part.channel ? "variant" : part.text.trim() ? "plain" : "gap");
    if (part.channel) {
      span.dataset.channel = part.channel; // shown by CSS: the quote's own text stays as printed
      span.classList.toggle("other", asked.length > 0 && !asked.includes(part.variant));
    }
    quote.append(withPhones(span, part.text));
  }
  if (outcome.quote.length <= LONG_QUOTE) return [quote];
  quote.classList.add("folded");
  const unfold = element("button", "unfold", words.expand);
  unfold.type = "button";
  unfold.setAttribute("aria-expanded", "false");
  unfold.addEventListener("click", () => {
    const folded = quote.classList.toggle("folded");
    unfold.textContent = folded ? words.expand : words.fold;
    unfold.setAttribute("aria-expanded", String(!folded));
  });
  return [quote, unfold];
}

/** The quote cut where the variants stand in it; one that is not found in it, in order, stays part of the text. */
function partsOf(quote, variants) {
  const parts = [];
  let end = 0;
  for (const variant of variants) {
    const at = quote.indexOf(variant.text, end);
    if (at < 0) continue;
    const begin = Math.max(end, headingStart(quote, at, variant.label));
    if (begin > end) parts.push(...plainParts(quote.slice(end, begin)));
    end = at + variant.text.length;
    parts.push({ text: quote.slice(begin, end), channel: variant.channel, variant });
  }
  if (end < quote.length) parts.push(...plainParts(quote.slice(end)));
  return parts;
}

/** Where what heads a variant begins: what stands before it on its line, or the line above with its label. */
function headingStart(quote, at, label) {
  const line = quote.lastIndexOf("\n", at - 1) + 1;
  if (at - line > 0) return at - line <= LONG_HEADING ? line : at;
  const above = quote.lastIndexOf("\n", line - 2) + 1;
  return line - above <= LONG_HEADING && quote.slice(above, line).includes(label) ? above : at;
}

/** Line breaks between a variant, which is a block, and what follows would show as empty lines: they stand alone. */
function plainParts(text) {
  const breaks = text.match(/^\n*/)[0];
  return [{ text: breaks }, { text: text.slice(breaks.length) }].filter((part) => part.text);
}

/** Choices as buttons; `choose(option)` is called with the one that was taken. */
export function optionButtons(options, choose) {
  const list = element("div", "options");
  for (const option of options) {
    const button = element("button", "", option.title);
    button.type = "button";
    button.addEventListener("click", () => {
      button.classList.add("chosen");
      choose(option);
    });
    list.append(button);
  }
  return list;
}

/** What a text of an answer says around the quote, which the card shows; null for a text that does not quote.
 * A text may quote all, or only the variants for the channel that was asked for: those are in `asked`. */
export function aroundQuote(text, outcome) {
  const heading = `《${outcome.source.title}》`;
  const whole = text.indexOf(outcome.quote);
  const asked = whole < 0 && text.startsWith(heading) ? outcome.variants.filter((part) => text.includes(part.text)) : [];
  if (whole < 0 && !asked.length) return null;
  const begin = whole < 0 ? text.indexOf("\n") : whole;
  const end = whole < 0 ? Math.max(...asked.map((part) => text.indexOf(part.text) + part.text.length)) : whole + outcome.quote.length;
  const before = text.slice(0, Math.max(begin, 0)).trim();
  const isHeading = before.startsWith(heading) && before.length <= heading.length + 14 && !before.includes("。");
  return { before: isHeading ? "" : before, after: text.slice(end).trim(), asked };
}

/** Whether a text says only what the card's note says. */
export function repeatsNote(text, outcome) {
  return Boolean(outcome.note) && text.trim().endsWith(outcome.note);
}
