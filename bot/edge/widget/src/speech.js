// Reading aloud and listening, where the browser has them.

const RATE = 0.9; // a little slower than usual: official words are dense

export const canRead = () => "speechSynthesis" in globalThis && "SpeechSynthesisUtterance" in globalThis;

const recognition = () => globalThis.SpeechRecognition ?? globalThis.webkitSpeechRecognition;

export const canListen = () => Boolean(recognition());

/** Read `text` aloud, instead of what is being read; `done` is called at the end, however it comes. */
export function read(text, done) {
  speechSynthesis.cancel();
  const spoken = new SpeechSynthesisUtterance(text);
  spoken.lang = "zh-CN";
  spoken.rate = RATE;
  spoken.onend = done;
  spoken.onerror = done;
  speechSynthesis.speak(spoken);
}

export function stopReading() {
  speechSynthesis.cancel();
}

/** What a person says, as text; empty where nothing was understood. */
export function listen() {
  return new Promise((resolve) => {
    const listening = new (recognition())();
    let heard = "";
    listening.lang = "zh-CN";
    listening.onresult = (event) => {
      heard = Array.from(event.results, (result) => result[0].transcript).join("");
    };
    listening.onerror = () => resolve("");
    listening.onend = () => resolve(heard);
    listening.start();
  });
}
