// The chat page: sends what is typed or tapped, shows what comes back. Wording is in index.html.

import { answerCard, aroundQuote, element, fill, optionButtons, repeatsNote, textBubble, userBubble } from "./render.js";

const WEBHOOK = "/webhooks/rest/webhook";
const PATIENCE_MS = 45_000;
const SESSION = "guidebot.session";
const LARGE = "guidebot.large";
const SLOW_MS = 4_000; // then the page says that it is still at it
const COUNT_FROM = 60; // characters left from which on the count is shown

const byId = (id) => document.getElementById(id);
const [log, stage, input, send, status, count] = ["log", "stage", "input", "send", "status", "count"].map(byId);
const words = byId("words").dataset;
const welcome = log.firstElementChild.cloneNode(true);
const wide = matchMedia("(pointer: fine)");

let waiting = false;
let session = stored(SESSION) ?? newSession();

/** What a citizen's browser keeps; where it keeps nothing, the page works for this one visit. */
function stored(key) {
  try {
    return localStorage.getItem(key);
  } catch {
    return null;
  }
}

function store(key, value) {
  try {
    localStorage.setItem(key, value);
  } catch {
    // Private browsing or a full store: the session lives as long as the page.
  }
}

function newSession() {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  const id = `web-${Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("")}`;
  store(SESSION, id);
  return id;
}

async function ask(text) {
  const response = await fetch(WEBHOOK, {
    method: "POST",
    headers: { "Content-Type": "application/json" },
    body: JSON.stringify({ sender: session, message: text }),
    signal: AbortSignal.timeout(PATIENCE_MS),
  });
  const body = await response.json();
  if (body.error) return { messages: [{ text: `${body.error.message}${body.error.remedy}` }], outcome: { act: "error" } };
  if (!response.ok) throw new Error(response.status);
  const outcome = body.find((message) => message.custom)?.custom ?? { act: "error" };
  return { messages: body.filter((message) => message.text), outcome };
}

/** Say `text` to the assistant, shown as `title`; one at a time, so that answers stay in order. */
async function say(text, title = text) {
  if (waiting || !text.trim()) return;
  const asked = session;
  const turn = addTurn(title);
  setWaiting(true);
  const typing = showTyping(turn);
  const slow = setTimeout(() => typing.append(words.slow), SLOW_MS);
  try {
    const reply = await ask(text);
    if (asked === session) showReply(turn, reply);
  } catch {
    if (asked === session) showBroken(turn, text, title);
  } finally {
    clearTimeout(slow);
    typing.remove();
    if (asked === session) {
      setWaiting(false);
      settle(turn);
    }
  }
}

function addTurn(title) {
  const turn = element("div", "turn");
  turn.setAttribute("role", "group");
  turn.setAttribute("aria-label", fill(words.said, { text: title }));
  turn.append(userBubble(title));
  log.append(turn);
  document.body.dataset.started = "";
  stage.scrollTo({ top: stage.scrollHeight });
  return turn;
}

function showTyping(turn) {
  const dots = element("div", "message bot typing");
  dots.setAttribute("aria-hidden", "true");
  dots.append(element("i"), element("i"), element("i"));
  turn.append(dots);
  stage.scrollTo({ top: stage.scrollHeight });
  return dots;
}

function showReply(turn, { messages, outcome }) {
  if (outcome.act !== "error") retireOptions();
  let card = outcome.act !== "answer" || !outcome.quote || !outcome.source; // nothing to show counts as shown
  for (const { text, buttons } of messages) {
    const around = card ? null : aroundQuote(text, outcome);
    if (around) {
      card = true;
      if (around.before) turn.append(textBubble(around.before, outcome.act));
      turn.append(answerCard(outcome, around.asked));
      if (around.after) turn.append(textBubble(around.after, outcome.act));
    } else if (!repeatsNote(text, outcome)) {
      turn.append(textBubble(text, outcome.act));
    }
    if (buttons?.length) turn.append(choices(buttons));
  }
  if (!card) turn.append(answerCard(outcome, []));
  const offered = messages.some((message) => message.buttons?.length);
  if (!offered && outcome.options?.length) turn.append(choices(outcome.options));
}

function choices(options) {
  return optionButtons(options, (option) => say(option.payload, option.title));
}

function showBroken(turn, text, title) {
  const bubble = textBubble(words.broken, "error");
  const again = element("button", "again", words.retry);
  again.type = "button";
  again.addEventListener("click", () => {
    if (waiting) return;
    turn.remove();
    say(text, title);
  });
  turn.append(bubble, again);
}

/** Choices of an earlier turn would be read in the light of this one: they stay to be seen, not to be taken. */
function retireOptions() {
  for (const button of log.querySelectorAll(".options button")) button.disabled = true;
}

function setWaiting(now) {
  waiting = now;
  log.setAttribute("aria-busy", String(now));
  status.textContent = now ? words.thinking : "";
  refreshComposer();
}

/** Show the new turn from its beginning: the question, then the answer below it. */
function settle(turn) {
  const fits = turn.offsetHeight < stage.clientHeight - 48;
  const top = fits ? stage.scrollHeight : turn.offsetTop - 12;
  stage.scrollTo({ top, behavior: matchMedia("(prefers-reduced-motion: reduce)").matches ? "auto" : "smooth" });
  if (wide.matches) input.focus({ preventScroll: true });
}

function refreshComposer() {
  const left = input.maxLength - input.value.length;
  send.disabled = waiting || !input.value.trim();
  count.textContent = left <= COUNT_FROM ? fill(words.left, { count: left }) : "";
  input.style.height = "auto";
  input.style.height = `${input.scrollHeight}px`;
}

function submit() {
  const text = input.value.trim();
  if (waiting || !text) return;
  input.value = "";
  refreshComposer();
  say(text);
}

function startOver() {
  session = newSession();
  log.replaceChildren(element("p", "fresh", words.fresh), welcome.cloneNode(true));
  delete document.body.dataset.started;
  setWaiting(false);
  stage.scrollTo({ top: 0 });
  if (wide.matches) input.focus();
}

function setLarge(on) {
  document.documentElement.classList.toggle("large", on);
  byId("large").setAttribute("aria-pressed", String(on));
  store(LARGE, on ? "1" : "");
  refreshComposer();
}

byId("composer").addEventListener("submit", (event) => {
  event.preventDefault();
  submit();
});
input.addEventListener("input", refreshComposer);
input.addEventListener("keydown", (event) => {
  // While pinyin is being composed, Enter chooses a word and sends nothing.
  if (event.key !== "Enter" || event.shiftKey || event.isComposing || event.keyCode === 229) return;
  event.preventDefault();
  submit();
});
byId("starters").addEventListener("click", (event) => {
  const button = event.target.closest("button");
  if (button) say(button.textContent);
});
byId("restart").addEventListener("click", startOver);
byId("large").addEventListener("click", () => setLarge(!document.documentElement.classList.contains("large")));

setLarge(stored(LARGE) === "1");
if (wide.matches) input.focus();
