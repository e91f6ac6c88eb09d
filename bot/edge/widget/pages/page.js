// The assistant's own page: a question in its address is asked, and it opens without a network once it was open.

const assistant = document.querySelector("guide-assistant");
const address = new URL(location.href);
const question = address.searchParams.get("ask");

if (question) {
  address.searchParams.delete("ask");
  history.replaceState(null, "", address);
  const ask = () => assistant.ask(question);
  if (assistant.ready) ask(); // on a phone that was here before, it may be ready before this script is
  else assistant.addEventListener("ready", ask, { once: true });
}

// A sandboxed frame has no origin and may not even ask; over plain HTTP there is none to ask.
if (self.origin !== "null") navigator.serviceWorker?.register("/worker.js").catch(() => {});
