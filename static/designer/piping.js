// "Insert an answer": puts {source|} into a text where the caret is, with the caret at its fallback.
import { designer } from "./parts.js";

let field = null;
const box = () => document.getElementById("pipe-box");

function offer(fieldset) {
  if (fieldset.querySelector(".pipe-button")) return;
  const button = document.createElement("button");
  button.type = "button";
  button.className = "quiet pipe-button";
  button.textContent = box().dataset.label;
  fieldset.querySelector("legend").after(button);
}

async function open(fieldset) {
  field = fieldset.contains(field) ? field : fieldset.querySelector("input, textarea");
  const { address, here, lang } = designer().dataset;
  const list = box().querySelector("#pipe-list");
  const answer = await fetch(`${address}/sources?${new URLSearchParams({ at: here, lang })}`).catch(() => null);
  list.innerHTML = answer?.ok ? await answer.text() : "";
  box().querySelector("input").value = "";
  box().showModal();
  box().querySelector("input").focus();
}

function insert(source) {
  const text = `{${source}|}`;
  const at = field.selectionStart ?? field.value.length;
  box().close();
  field.focus();
  field.setRangeText(text, at, field.selectionEnd ?? at, "end");
  field.setSelectionRange(at + text.length - 1, at + text.length - 1);
  field.dispatchEvent(new InputEvent("input", { bubbles: true }));
}

function filter(words) {
  const wanted = words.toLowerCase();
  box().querySelectorAll("li").forEach((item) => { item.hidden = !item.textContent.toLowerCase().includes(wanted); });
}

document.addEventListener("focusin", (event) => {
  const fieldset = event.target.closest?.("fieldset[data-pipe]");
  if (!fieldset || !event.target.matches("input, textarea")) return;
  field = event.target;
  offer(fieldset);
});
document.addEventListener("click", (event) => {
  const button = event.target.closest(".pipe-button");
  if (button) open(button.closest("fieldset"));
  const source = event.target.closest("#pipe-list button");
  if (source) insert(source.value);
});
document.addEventListener("input", (event) => { if (event.target.closest("#pipe-box")) filter(event.target.value); });
document.addEventListener("keydown", (event) => {
  if (!event.target.closest?.("#pipe-box")) return;
  const shown = [...box().querySelectorAll("li:not([hidden]) button")];
  const way = { ArrowDown: 1, ArrowUp: -1 }[event.key];
  if (event.key === "Enter" && event.target.matches("input")) {
    event.preventDefault();
    shown[0]?.click();
  } else if (way) {
    event.preventDefault();
    const next = shown.indexOf(event.target) + way;
    (next < 0 ? box().querySelector("input") : shown[next])?.focus();
  }
});
