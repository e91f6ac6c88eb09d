// Ways to take a text along: copy, share, print, picture, and a link that asks the question again.

const PICTURE_WIDTH = 720;
const MARGIN = 40;
const FONT = '"PingFang SC", "Microsoft YaHei", "Noto Sans CJK SC", sans-serif';

/** The page on which `question` is asked at once. */
export function linkFor(server, question) {
  return `${server || location.origin}/?ask=${encodeURIComponent(question)}`;
}

/** Put `text` on the clipboard; whether that worked. */
export async function copy(text) {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    return copyByHand(text);
  }
}

/** For pages over plain HTTP and for sandboxed frames, which have no clipboard of their own. */
function copyByHand(text) {
  const field = document.createElement("textarea");
  const before = document.activeElement;
  field.value = text;
  field.setAttribute("readonly", "");
  document.body.append(field);
  field.select();
  const done = document.execCommand("copy");
  field.remove();
  before?.focus?.();
  return done;
}

export const canShare = () => typeof navigator.share === "function";

/** Offer `text` to other apps; closing their list is no failure. */
export async function share(title, text, url) {
  try {
    await navigator.share({ title, text, url });
  } catch {
    // The citizen thought better of it.
  }
}

/** Print nodes alone, without the page around them. */
export function print(title, nodes) {
  const frame = document.createElement("iframe");
  frame.setAttribute("aria-hidden", "true");
  frame.style.position = "fixed";
  frame.style.insetInlineStart = "-200vw";
  document.body.append(frame);
  const page = frame.contentDocument;
  page.title = title;
  page.documentElement.lang = "zh-CN";
  page.body.append(...nodes.map((node) => page.importNode(node, true)));
  page.body.style.cssText = `font: 14pt/1.7 ${FONT}; margin: 1.5cm`;
  frame.contentWindow.addEventListener("afterprint", () => frame.remove());
  frame.contentWindow.focus();
  frame.contentWindow.print();
}

/** Save lines as a PNG file; `lines` are `{text, size, bold}`. */
export function savePicture(name, lines) {
  const canvas = document.createElement("canvas");
  const pen = canvas.getContext("2d");
  const rows = lines.flatMap((line) => wrapped(pen, line));
  canvas.width = PICTURE_WIDTH;
  canvas.height = rows.reduce((sum, row) => sum + row.height, 2 * MARGIN);
  pen.fillStyle = "#fff";
  pen.fillRect(0, 0, canvas.width, canvas.height);
  pen.fillStyle = "#111";
  pen.textBaseline = "top";
  let top = MARGIN;
  for (const row of rows) {
    pen.font = row.font;
    pen.fillText(row.text, MARGIN, top);
    top += row.height;
  }
  canvas.toBlob((blob) => download(`${name}.png`, blob));
}

function wrapped(pen, { text, size = 26, bold = false }) {
  const font = `${bold ? "600 " : ""}${size}px ${FONT}`;
  const rows = [];
  pen.font = font;
  for (const paragraph of text.split("\n")) {
    let row = "";
    for (const letter of paragraph) {
      if (pen.measureText(row + letter).width > PICTURE_WIDTH - 2 * MARGIN) {
        rows.push(row);
        row = "";
      }
      row += letter;
    }
    rows.push(row);
  }
  return rows.map((row) => ({ text: row, font, height: size * 1.6 }));
}

function download(name, blob) {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(blob);
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 10_000);
}
