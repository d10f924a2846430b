// The keyboard: one key for each act, where no text is being typed. `?` shows them all.
import { designer } from "./parts.js";
import { openPicker } from "./picker.js";

const sheet = () => document.getElementById("keys-sheet");
const click = (selector) => document.querySelector(selector)?.click();
const typing = (target) => target.closest?.("input:not([type=checkbox], [type=radio]), textarea, select, dialog");

/** Go to the next (1) or previous (-1) line of the outline. */
function neighbour(way) {
  const links = [...document.querySelectorAll("#outline-pages a[data-go]")];
  const at = links.findIndex((link) => link.getAttribute("aria-current"));
  links[at < 0 ? (way > 0 ? 0 : links.length - 1) : at + way]?.click();
}

const KEYS = {
  "?": () => sheet().showModal(),
  a: openPicker,
  j: () => neighbour(1),
  k: () => neighbour(-1),
  n: () => click("#add-page"),
  c: () => click("[id^='p-copy-']"),
  e: () => document.querySelector("#properties .texts :is(input, textarea)")?.focus(),
  o: () => document.querySelector("#outline [aria-current]")?.focus(),
  p: () => click(".panel-switch a:nth-child(2)"),
};

document.addEventListener("keydown", (event) => {
  if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey || typing(event.target)) return;
  const act = KEYS[event.key];
  if (!act || !designer()) return;
  event.preventDefault();
  act();
});
document.addEventListener("click", (event) => { if (event.target.closest("#show-keys")) sheet().showModal(); });
