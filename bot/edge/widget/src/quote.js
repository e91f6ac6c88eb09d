// How a quote divides into what is for one way of doing it and what is for all. No word is changed or left out.

const LONG_HEADING = 32; // characters before or above a variant that can be its heading

/** The quote in parts `{text, channel?, variant?}`; a variant that is not found in it, in order, stays part of the text. */
export function partsOf(quote, variants = []) {
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
  return [{ text: breaks, gap: true }, { text: text.slice(breaks.length) }].filter((part) => part.text);
}

/** What a text of an answer says around the quote, which the card shows; null for a text that does not quote.
 * A text may quote all, or only the variants for the channel that was asked for: that is `asked`. */
export function aroundQuote(text, outcome) {
  const heading = `《${outcome.source.title}》`;
  const whole = text.indexOf(outcome.quote);
  const asked = whole < 0 && text.startsWith(heading) ? outcome.variants.filter((part) => text.includes(part.text)) : [];
  if (whole < 0 && !asked.length) return null;
  const begin = whole < 0 ? text.indexOf("\n") : whole;
  const ends = whole < 0 ? asked.map((part) => text.indexOf(part.text) + part.text.length) : [whole + outcome.quote.length];
  const before = text.slice(0, Math.max(begin, 0)).trim();
  const isHeading = before.startsWith(heading) && before.length <= heading.length + 14 && !before.includes("。");
  return { before: isHeading ? "" : before, after: text.slice(Math.max(...ends)).trim(), asked: asked[0]?.channel };
}

/** Whether a text says only what the card shows anyway: the editors' note, or one of the further sections. */
export function isShownByCard(text, outcome) {
  const said = text.trim();
  if (outcome.note && said.endsWith(outcome.note)) return true;
  return (outcome.more ?? []).some((part) => said.endsWith(part.quote) || (part.note && said.endsWith(part.note)));
}
