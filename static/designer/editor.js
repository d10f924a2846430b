// The editor's behaviour: saves each change at once, moves by drag and by keyboard, keeps the focus.
// All of it is forms and links first; this only makes them immediate.
import { localise } from "./times.js";
import { closePicker } from "./picker.js";
import { designer, forget } from "./parts.js";
import { apply, clearDirty, drop, go, markDirty, pending, send } from "./saving.js";

const TYPING = 700;
const timers = new Map();

function valuesOf(field) {
  if (!("group" in field.dataset) && field.type !== "checkbox") return [[field.name, field.value]];
  if (!("group" in field.dataset)) return [[field.name, field.checked ? "1" : "0"]];
  const group = [...field.form.elements].filter((e) => e.name === field.name && "group" in e.dataset);
  const given = group.filter((e) => (e.type === "checkbox" ? e.checked : e.value.trim()));
  return [[field.name, ""], ...given.map((e) => [e.name, e.value])];
}

function save(field) {
  window.clearTimeout(timers.get(field.name));
  timers.delete(field.name);
  clearDirty(field.name);
  const form = field.form;
  if (form.dataset.autosave === "whole") {
    send(form.action, [...new FormData(form)]);
  } else {
    send(form.action, [["do", "set"], ...valuesOf(field)], [field.name]);
  }
}

function flush() {
  for (const name of [...timers.keys()]) {
    const field = document.querySelector(`[name="${CSS.escape(name)}"]`);
    if (field) save(field);
  }
}

const autosaved = (field) => field.form && "autosave" in field.form.dataset && field.closest("#designer");

document.addEventListener("input", (event) => {
  const field = event.target;
  const typed = field.matches("textarea, input:not([type=checkbox], [type=radio])");
  if (!typed || !autosaved(field) || "group" in field.dataset) return;
  markDirty(field.name);
  window.clearTimeout(timers.get(field.name));
  timers.set(field.name, window.setTimeout(() => save(field), TYPING));
});

document.addEventListener("change", (event) => {
  const field = event.target;
  if (!field.name || !autosaved(field)) return;
  const typed = field.matches("textarea, input:not([type=checkbox], [type=radio])");
  if (!typed || "group" in field.dataset || timers.has(field.name)) save(field);
});

document.addEventListener("submit", (event) => {
  const form = event.target;
  if (form.dataset.resolve === "apply") {
    event.preventDefault();
    apply();
  } else if (form.closest("#designer")) {
    event.preventDefault();
    flush();
    const data = new FormData(form, event.submitter);
    send(form.action, [...data]);
    if (event.submitter?.closest("#adder")) closePicker();
    if (event.submitter?.closest(".toast")) event.submitter.closest(".toast").remove();
  }
});

document.addEventListener("click", (event) => {
  const link = event.target.closest("a");
  if (link?.dataset.resolve === "drop") {
    event.preventDefault();
    return drop(link.href);
  }
  const plain = !event.ctrlKey && !event.metaKey && !event.shiftKey && event.button === 0;
  if (link && "go" in link.dataset && plain) {
    event.preventDefault();
    flush();
    if (link.dataset.pane) pane(link.dataset.pane);
    return go(link.href);
  }
  const to = event.target.closest("[data-pane-to]");
  if (to) return pane(to.dataset.paneTo);
  const card = event.target.closest("[data-select]");
  if (card && !event.target.closest("a, button, input, select, textarea, summary") && !window.getSelection().toString()) {
    card.querySelector("a[data-go]")?.click();
  }
  return undefined;
});

// One pane at a time on a narrow screen.
let shown = "outline";
function pane(name) {
  shown = name;
  designer().dataset.pane = name;
  document.querySelectorAll("[data-pane-to]").forEach((button) => button.setAttribute("aria-pressed", String(button.dataset.paneTo === name)));
}

// Moving by keyboard: Alt + arrow on a line of the outline, Delete deletes it.
document.addEventListener("keydown", (event) => {
  const line = event.target.closest?.(".outline li[data-place] .line");
  const way = { ArrowUp: "up", ArrowDown: "down" }[event.key];
  if (line && event.altKey && way) {
    event.preventDefault();
    line.querySelector(`button[id^="${way}-"]`)?.click();
  } else if (line && event.key === "Delete") {
    event.preventDefault();
    const at = line.closest("li[data-place]").dataset.place;
    flush();
    send(designer().dataset.address + "/edit", [["do", "delete"], ["at", at]]);
  } else if (line && way && !event.altKey) {
    event.preventDefault();
    const links = [...document.querySelectorAll(".outline a[data-go]")];
    links[links.indexOf(line.querySelector("a")) + (way === "up" ? -1 : 1)]?.focus();
  } else if ((event.ctrlKey || event.metaKey) && event.key.toLowerCase() === "z" && !event.target.matches("input, textarea")) {
    event.preventDefault();
    document.getElementById(event.shiftKey ? "redo" : "undo")?.click();
  }
});

// Moving by drag.
function dropped(event) {
  if (event.from === event.to && event.oldDraggableIndex === event.newDraggableIndex) return;
  flush();
  forget("properties", event.from.closest("[data-place]")?.id, event.to.closest("[data-place]")?.id);
  const edit = { do: "move", at: event.item.dataset.place, index: event.newDraggableIndex };
  if (event.to.dataset.into) edit.into = event.to.dataset.into;
  send(designer().dataset.address + "/edit", [["do", "replay"], ["edit", JSON.stringify(edit)]]);
}

function sortables() {
  document.querySelectorAll("#designer [data-sortable]").forEach((list) => {
    if (window.Sortable.get(list)) return;
    window.Sortable.create(list, { group: list.dataset.sortable, handle: ".grip", draggable: "[data-place]", animation: 0, onEnd: dropped });
  });
}

// The undo of a deletion stays for ten seconds, whatever is looked at, until something else is changed.
const LINGER = 10000;
function offerUndo(root) {
  const slot = document.getElementById("toast-slot");
  const toast = root.querySelector("#undo-toast");
  if (toast) {
    slot.replaceChildren(toast);
    forget("notices");
    window.setTimeout(() => leave(toast), LINGER);
  } else if (root.dataset.posted) {
    slot.replaceChildren();
  }
}

function leave(toast) {
  if (toast.matches(":hover, :focus-within")) window.setTimeout(() => leave(toast), LINGER);
  else toast.remove();
}

/** The address names what is shown; only where that changed, and after it is painted, for it is slow. */
function nameInAddress() {
  const { posted, url } = designer().dataset;
  if (posted && window.location.pathname + window.location.search !== url) window.history.replaceState({}, "", url);
}

let at = "";
function refresh() {
  const root = designer();
  sortables();
  offerUndo(root);
  pane(shown);
  if (root.dataset.posted) window.setTimeout(nameInAddress);
  if (root.dataset.here !== at) {
    at = root.dataset.here;
    document.querySelector("#canvas .selected")?.scrollIntoView({ block: "nearest" });
  }
  const says = document.getElementById("designer-says");
  if (root.dataset.says) says.textContent = root.dataset.says;
  if (root.dataset.focus) {
    const wanted = document.getElementById(`c-${root.dataset.focus}`);
    wanted?.scrollIntoView({ block: "nearest" });
    const field = document.querySelector("#properties .texts input, #properties .texts textarea");
    if (window.matchMedia("(max-width: 1050px)").matches) pane("properties");
    field?.focus();
    field?.select?.();
    delete root.dataset.focus;
  }
}

document.addEventListener("designer:conflict", (event) => localise(event.detail));
document.addEventListener("designer:shown", refresh);
// What is being typed waits a moment to be saved; a window that is hidden or closed does not wait.
document.addEventListener("visibilitychange", () => { if (document.hidden) flush(); });
window.addEventListener("pagehide", flush);
window.addEventListener("popstate", () => { if (!pending()) window.location.reload(); });
refresh();
