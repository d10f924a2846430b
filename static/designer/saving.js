// The queue of changes: sent one after the other, each on the revision that the one before it made.
// A change is kept until the server has confirmed it; a refused one waits for the person.

const changes = [];
const dirty = new Set();
let busy = false;
let held = false;

export const designer = () => document.getElementById("designer");

/** Names of fields whose content the server has not confirmed; swaps leave them alone. */
export const unsaved = () => new Set([...dirty, ...changes.flatMap((change) => change.names)]);

export const markDirty = (name) => dirty.add(name);
export const clearDirty = (name) => dirty.delete(name);
export const pending = () => changes.length > 0 || dirty.size > 0;

export function show(state) {
  const line = document.getElementById("saved");
  if (!line) return;
  line.dataset.state = state;
  line.querySelector("span").textContent = line.dataset[state];
}

/** Send `fields` (pairs) to `url`; a later change of the same single field replaces a waiting one. */
export function send(url, fields, names = []) {
  const waiting = changes[changes.length - 1];
  const same = names.length === 1 && waiting?.names.length === 1 && waiting.names[0] === names[0];
  if (same && !(busy && changes.length === 1)) waiting.fields = fields;
  else changes.push({ method: "POST", url, fields, names });
  next();
}

/** Show another selection, after what is waiting has been saved. */
export function go(url) {
  changes.push({ method: "GET", url, fields: [], names: [] });
  next();
}

function values(change) {
  const data = new FormData();
  for (const [name, value] of change.fields) data.append(name, value);
  const state = designer().dataset;
  if (change.method === "POST") {
    for (const name of ["revision", "here", "lang", "panel"]) data.set(name, state[name]);
  }
  return data;
}

function next() {
  if (busy || held || !changes.length) return;
  const change = changes[0];
  busy = true;
  if (change.method === "POST") show("saving");
  const options = { source: designer(), target: "#designer", swap: "morph:outerHTML" };
  if (change.method === "POST") options.values = values(change);
  window.htmx.ajax(change.method, change.url, options).then(
    () => done(change),
    () => done(change),
  );
}

let status = 0;
document.addEventListener("htmx:beforeSend", () => { status = 0; });
document.addEventListener("htmx:beforeSwap", (event) => {
  status = event.detail.xhr.status;
  if (status === 409) {
    event.detail.target = document.getElementById("conflict-slot");
    event.detail.swapOverride = "innerHTML";
  }
  if (status === 409 || status === 422) {
    event.detail.shouldSwap = true;
    event.detail.isError = false;
  }
});

function done(change) {
  busy = false;
  if (status === 0) return retry();
  if (status === 409) return hold();
  changes.shift();
  if (change.method === "GET") window.history.pushState({}, "", change.url);
  if (status >= 400) show("refused");
  else if (!changes.length) show("saved");
  next();
}

function retry() {
  show("waiting");
  held = true;
  window.setTimeout(() => { held = false; next(); }, 3000);
}

function hold() {
  held = true;
  show("refused");
  document.getElementById("conflict-head")?.focus();
}

/** Make the refused change, and those that wait behind it, on top of the newest draft. */
export function apply() {
  designer().dataset.revision = document.getElementById("conflict").dataset.revision;
  release();
}

/** Forget what was not saved and show the newest draft. */
export function drop(url) {
  changes.length = 0;
  dirty.clear();
  changes.push({ method: "GET", url, fields: [], names: [] });
  release();
}

function release() {
  document.getElementById("conflict-slot").replaceChildren();
  held = false;
  next();
}

window.addEventListener("online", () => { held = false; next(); });
window.addEventListener("beforeunload", (event) => { if (pending()) event.preventDefault(); });
