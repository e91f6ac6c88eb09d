// The keyboard, what takes long, and jobs that go on. Everything works without this file, by mouse or by Tab.
"use strict";

const rows = [...document.querySelectorAll("[data-row]")];
const typing = (element) => element.matches("input:not([type=checkbox], [type=radio]), select, textarea");

function move(step) {
  const at = rows.findIndex((row) => row.contains(document.activeElement));
  const next = at < 0 ? (step > 0 ? 0 : rows.length - 1) : Math.min(Math.max(at + step, 0), rows.length - 1);
  const row = rows[next];
  if (!row) return;
  row.querySelector(".open").focus();
  row.scrollIntoView({ block: "nearest" });
}

// What a key is for: in the row under way first, then anywhere outside of rows.
function target(key) {
  const wanted = `[data-key="${CSS.escape(key)}"]`;
  const row = document.activeElement.closest("[data-row]") ?? rows[0];
  const all = [...document.querySelectorAll(wanted)];
  return row?.querySelector(wanted) ?? all.find((element) => !element.closest("[data-row]"));
}

function use(element) {
  if (element.dataset.dialog) document.getElementById(element.dataset.dialog).showModal();
  else if (typing(element)) element.focus();
  else if (element.type === "radio") choose(element);
  else element.click();
}

function choose(radio) {
  radio.checked = true;
  const field = radio.closest(".choice").querySelector(".part :is(input, select, textarea)");
  (field ?? radio).focus();
}

document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing || document.querySelector("dialog[open]")) return;
  if (event.key === "Escape" && typing(event.target)) return event.target.blur();
  if (typing(event.target)) return;
  if (event.key === "j" || event.key === "k") return move(event.key === "j" ? 1 : -1);
  const element = target(event.key);
  if (!element) return;
  event.preventDefault();
  use(element);
});

for (const button of document.querySelectorAll("[data-dialog]")) {
  button.hidden = false;
  button.addEventListener("click", () => document.getElementById(button.dataset.dialog).showModal());
}

const everything = document.querySelector("[data-tick-all]");
if (everything) {
  everything.hidden = false;
  everything.querySelector("input").addEventListener("change", (event) => {
    for (const box of document.querySelectorAll("input[name=cluster]")) box.checked = event.target.checked;
  });
}

// A second press would decide, or compute, twice.
for (const form of document.querySelectorAll("form[method=post]")) {
  form.addEventListener("submit", (event) => {
    if (form.dataset.sent) return event.preventDefault();
    form.dataset.sent = "yes";
    const button = event.submitter;
    if (!button?.dataset.slow) return;
    button.setAttribute("aria-busy", "true");
    button.textContent = button.dataset.slow;
  });
}
addEventListener("pageshow", () => document.querySelectorAll("form[data-sent]").forEach((form) => delete form.dataset.sent));

// No id of an element: the browser would put the focus on the button itself once the page is there.
const linked = document.querySelector(`[data-anchor="${CSS.escape(location.hash.slice(1))}"]`);
if (linked) choose(linked);

async function follow(job) {
  while (job.dataset.state === "running") {
    await new Promise((done) => setTimeout(done, 1500));
    const answer = await fetch(location.href, { redirect: "manual" }).catch(() => null);
    if (!answer?.ok) continue;
    const fresh = new DOMParser().parseFromString(await answer.text(), "text/html").getElementById("job");
    if (!fresh) return;
    job.dataset.state = fresh.dataset.state;
    job.innerHTML = fresh.innerHTML;
    const output = job.querySelector("pre");
    output.scrollTop = output.scrollHeight;
  }
}

const job = document.getElementById("job");
if (job) follow(job);
