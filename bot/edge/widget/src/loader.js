// The one script tag of a host page: puts the assistant there and loads the widget that it names, if its hash is right.

const tag = document.currentScript;
const server = new URL(tag.src).origin;
const { target, mode = target ? "inline" : "float", ...texts } = tag.dataset;

const script = document.createElement("script");
script.type = "module";
script.src = `${server}/static/${SCRIPT}`;
script.integrity = INTEGRITY;
script.crossOrigin = "anonymous";
document.head.append(script);

const assistant = document.createElement("guide-assistant");
for (const [name, value] of Object.entries({ ...texts, mode, server })) assistant.setAttribute(name, value);

const place = () => target ? document.querySelector(target) : document.body;
if (place()) place().append(assistant);
else addEventListener("DOMContentLoaded", () => place()?.append(assistant)); // the tag stands above its place
