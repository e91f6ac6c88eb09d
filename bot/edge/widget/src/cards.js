// Cards that only show something, by their kind. Each takes the card and what is around it: `{t, server, storage}`.

import { html, nothing } from "lit";
import { phoneLink, withPhones } from "./phones.js";
import { copy } from "./takeaway.js";
import { fill } from "./words.js";

/** The card of a reply; nothing for a kind that this widget does not know: the texts of the turn say it all. */
export function cardOf(card, around) {
  const show = Object.hasOwn?.(KINDS, card?.kind) ? KINDS[card.kind] : null;
  return show ? show(card, around) : nothing;
}

/** What a card shows, in words that a text which says the same has in it, too. */
const FACTS = {
  checklist: ({ items, note }) => [note, ...items.map(({ text }) => text)],
  eligibility: ({ conditions }) => conditions.map(({ text }) => text),
  hours: ({ reason, until }) => [reason, until],
  place: ({ places }) => places.map(({ map }) => map),
  compare: ({ rows }) => rows.flatMap(({ cells }) => cells),
  next: ({ steps }) => steps.map(({ quote }) => quote),
  handoff: ({ phones, summary }) => [...phones.map(({ number }) => number), ...(summary ?? [])],
};

/** Whether a text only says what the card of the reply shows. */
export function isOfCard(text, card) {
  const facts = Object.hasOwn?.(FACTS, card?.kind) ? FACTS[card.kind](card) : [];
  return facts.some((fact) => fact && text.includes(fact));
}

/** Whether a card is made of the words of the section, which then need not stand open beside it. */
export function showsQuote(card) {
  return Object.hasOwn?.(KINDS, card?.kind) && card.kind !== "hours";
}

const KINDS = {
  checklist: (card, { t, server, storage }) =>
    html`<guide-checklist .t=${t} .card=${card} .server=${server} .storage=${storage}></guide-checklist>`,
  eligibility,
  hours,
  place,
  compare,
  next,
  handoff,
};

function frame(kind, heading, title, body) {
  const name = title ? `${title} · ${heading}` : heading;
  return html`<section class="card ${kind}" aria-label=${name}>
    <header class="card-head"><h2 class="card-title">${name}</h2></header>
    <div class="card-body">${body}</div>
  </section>`;
}

function eligibility({ title, conditions }, { t }) {
  const rows = conditions.map(
    ({ text, state }) => html`<li class="condition ${state}"><b>${t.conditions[state] ?? state}</b><span lang="zh-CN">${text}</span></li>`,
  );
  return frame("eligibility", t.eligibility, title, html`<ol>${rows}</ol>`);
}

function hours({ title, state, about, until, opens, reason }, { t }) {
  const now = { open: t.openNow, closed: t.closedNow }[state] ?? t.unknownNow;
  const then = { open: t.openThen, closed: t.closedThen }[state] ?? t.unknownThen;
  const said = about ? fill(then, { time: about }) : now;
  const facts = [reason, until && fill(t.until, { time: until }), opens && fill(t.opens, { time: dayAndTime(opens, t) })].filter(Boolean);
  return frame("hours", t.hours, title, html`<p class="state ${state}">${said}</p>${facts.map((fact) => html`<p>${fact}</p>`)}`);
}

/** "2026-11-25 13:00" as people say it. */
function dayAndTime(moment, t) {
  const at = new Date(moment.replace(" ", "T"));
  const parts = { month: "long", day: "numeric", weekday: "long", hour: "2-digit", minute: "2-digit", hourCycle: "h23" };
  return Number.isNaN(at.getTime()) ? moment : at.toLocaleString(t.lang, parts);
}

function place({ title, places, phones }, { t }) {
  const fact = (label, value) => (value ? html`<div><dt>${label}</dt><dd lang="zh-CN">${value}</dd></div>` : nothing);
  const one = (where) => html`<li>
    <p lang="zh-CN">${withPhones(t, where.text)}</p>
    <dl>${fact(t.address, where.address)}${fact(t.floor, where.floor)}${fact(t.counter, where.counter)}</dl>
    ${mapLink(where.map, t)}
  </li>`;
  return frame("place", t.place, title, html`<ul>${places.map(one)}</ul>${phoneList(phones, t)}`);
}

/** Only a web address becomes a link. */
function mapLink(address, t) {
  return /^https:\/\//.test(address ?? "")
    ? html`<a class="tool map" href=${address} target="_blank" rel="noopener noreferrer">${t.map}</a>`
    : nothing;
}

function phoneList(phones, t) {
  if (!phones?.length) return nothing;
  return html`<ul class="numbers">
    ${phones.map(({ label, number }) => html`<li><span>${label}</span> ${phoneLink(t, number, label)}</li>`)}
  </ul>`;
}

function compare({ columns, rows }, { t }) {
  const row = ({ heading, cells }) => html`<h3>${heading}</h3>
    <div class="cells">
      ${cells.map((cell, at) => html`<div><b>${columns[at]?.label || columns[at]?.title}</b><p lang="zh-CN">${withPhones(t, cell)}</p></div>`)}
    </div>`;
  return frame("compare", t.compare, columns.map(({ title }) => title).join(" / "), rows.map(row));
}

function next({ title, steps }, { t }) {
  const step = ({ title: matter, quote }) => html`<li>
    <p lang="zh-CN">${withPhones(t, quote)}</p>
    <button type="button" class="option" data-say=${matter}>${matter}</button>
  </li>`;
  return frame("next", t.next, title, html`<ol>${steps.map(step)}</ol>`);
}

function handoff({ phones, hours: open, open: now, summary }, { t }) {
  const state = now === null || now === undefined ? "" : now ? t.openNow : t.closedNow;
  return frame("handoff", t.handoff, "", html`
    ${phoneList(phones, t)}
    <p>${t.handoffHours}：${open}${state ? `（${state}）` : ""}</p>
    ${summary?.length ? html`<p>${t.handoffSummary}：</p><ul class="summary" lang="zh-CN">${summary.map((line) => html`<li>${line}</li>`)}</ul>
      <button type="button" class="tool" @click=${() => copy(summary.join("\n"))}>${t.copySummary}</button>` : nothing}
  `);
}
