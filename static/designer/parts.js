// Puts the parts of an answer into the page: only what changed is sent, and what a person is typing in,
// or what is not confirmed yet, is never touched.
import { localise } from "./times.js";

export const designer = () => document.getElementById("designer");
const keys = new Map(Object.entries(JSON.parse(designer().dataset.keys)));
const LONGEST = 7000;

/** The header that names the parts which this page has; a very long outline is left out. */
export function has() {
  let line = "";
  for (const [name, key] of keys) {
    if (line.length + name.length + key.length < LONGEST) line += `${name}=${key} `;
  }
  return line.trim();
}

/** Ask for these parts anew: the page has changed them itself. */
export const forget = (...names) => names.forEach((name) => keys.delete(name));

/** Show an answer's parts, the order of pages and the state; `unsaved` are names of fields to leave. */
export function show(answer, unsaved) {
  const active = document.activeElement?.id;
  const range = selection();
  for (const [name, [key, html]] of Object.entries(answer.parts)) {
    put(name, html, unsaved);
    keys.set(name, key);
  }
  arrange(answer.pages);
  Object.assign(designer().dataset, answer.state);
  localise(designer());
  if (active && document.activeElement?.id !== active) refocus(active, range);
  document.dispatchEvent(new CustomEvent("designer:shown", { detail: answer }));
}

function put(name, html, unsaved) {
  const old = document.getElementById(name);
  if (!old) {
    document.getElementById("outline-pages").insertAdjacentHTML("beforeend", html);
    return;
  }
  if (name.startsWith("o-") && !old.contains(document.activeElement)) {
    replace(old, html);
    return;
  }
  window.Idiomorph.morph(old, html, {
    morphStyle: "outerHTML",
    ignoreActiveValue: true,
    callbacks: {
      beforeNodeMorphed: (before, fresh) => {
        if (before.name && before.matches?.("input, select, textarea") && unsaved.has(before.name)) return false;
        if (before.matches?.("details") && before.id && before.open) fresh.setAttribute("open", "");
        return true;
      },
    },
  });
}

/** A page of the outline holds nothing that is typed: where no focus is in it, it need not be morphed. */
function replace(old, html) {
  old.querySelectorAll("[data-sortable]").forEach((list) => window.Sortable.get(list)?.destroy());
  old.outerHTML = html;
}

function arrange(pages) {
  const list = document.getElementById("outline-pages");
  for (const item of [...list.children]) {
    if (!pages.includes(item.id)) {
      item.remove();
      keys.delete(item.id);
    }
  }
  pages.forEach((name, index) => {
    const item = document.getElementById(name);
    if (item && list.children[index] !== item) list.insertBefore(item, list.children[index] ?? null);
  });
}

function selection() {
  const field = document.activeElement;
  return field?.selectionStart === undefined ? null : [field.selectionStart, field.selectionEnd];
}

function refocus(id, range) {
  const field = document.getElementById(id);
  field?.focus({ preventScroll: true });
  if (range?.[0] != null && field?.setSelectionRange) {
    try { field.setSelectionRange(...range); } catch { /* fields of some types have no caret */ }
  }
}
