// Shows the events of the floating assistant, and opens it by a button of the page.

const assistant = document.querySelector("body > guide-assistant");
const list = document.querySelector("#events");

for (const name of ["ready", "open", "message", "answer", "handoff", "feedback", "error", "clear", "close"]) {
  assistant.addEventListener(name, ({ detail }) => {
    const line = document.createElement("li");
    line.textContent = `${name} ${JSON.stringify(detail)}`;
    list.append(line);
  });
}

document.querySelector("#ask").addEventListener("click", () => {
  assistant.opened = true;
  assistant.ask("社保卡丢了怎么补");
});
