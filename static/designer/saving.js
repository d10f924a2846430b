// The queue of changes: sent one after the other, each on the revision that the one before it made.
// A change is kept until the server has confirmed it; a refused one waits for the person. Each change
// carries a name of its own, so that one whose answer was lost is not made twice.
import { keep, recover } from "./keeping.js";
import { designer, has, show } from "./parts.js";

const AGAIN = 3000;
const PATIENCE = 30000;
const CHECK_AFTER = 400;
const changes = [];
const dirty = new Set();
let busy = false;
let held = false;
let checking = 0;
let signedOut = false;
let leaving = false;

/** Names of fields whose content the server has not confirmed; answers leave them alone. */
export const unsaved = () => new Set([...dirty, ...changes.flatMap((change) => change.names)]);

/** A field is being typed in: it is not saved from now on, and the page says so. */
export function markDirty(name) {
  dirty.add(name);
  if (!held) tell("saving");
}
export const clearDirty = (name) => dirty.delete(name);
export const pending = () => changes.some((change) => change.method === "POST") || dirty.size > 0;

function tell(state) {
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
  else changes.push({ method: "POST", url, fields, names, token: crypto.randomUUID?.() ?? String(Math.random()) });
  keep(changes);
  document.getElementById("refusals").replaceChildren();
  next();
}

/** Show another selection, after what is waiting has been saved. */
export function go(url) {
  changes.push({ method: "GET", url, fields: [], names: [] });
  next();
}

function body(change) {
  const data = new FormData();
  for (const [name, value] of change.fields) data.append(name, value);
  for (const name of ["revision", "here", "lang", "panel"]) data.set(name, designer().dataset[name]);
  if (change.revision) data.set("revision", change.revision);
  data.set("token", change.token);
  data.delete("csrf_token");  // the header has it; that of a kept change may be of another session
  return data;
}

const csrf = () => JSON.parse(document.body.getAttribute("hx-headers") || "{}");

async function ask(method, url, data) {
  const headers = { ...csrf(), "HX-Request": "true", "Editor-Has": has() };
  const options = { method, headers, redirect: "error", signal: AbortSignal.timeout(PATIENCE) };
  const response = await fetch(url, data ? { ...options, body: data } : options);
  const json = response.headers.get("Content-Type")?.includes("json");
  return { status: response.status, content: json ? await response.json() : await response.text(), json };
}

async function next() {
  if (busy || held || !changes.length) return;
  const change = changes[0];
  const posts = change.method === "POST";
  busy = true;
  window.clearTimeout(checking);
  if (posts) tell("saving");
  let answer;
  try {
    answer = await ask(change.method, change.url, posts ? body(change) : null);
  } catch {
    answer = { status: 0 };
  }
  busy = false;
  done(change, answer);
}

function done(change, { status, content, json }) {
  if (status === 0 || status >= 500 || status === 401) return retry(change, status);
  if (status === 409) return hold(content);
  if (status === 400 && signedOut) return again();
  changes.shift();
  if (json) {
    show(content, unsaved());
    if (change.method === "GET") window.history.pushState({}, "", change.url);
  }
  if (status >= 400) refuse(status, json);
  if (status >= 400 && json && changes.length) remember(content.state.refused);
  else if (change.method === "POST" && !pending()) tell("saved");
  keep(changes);
  if (!changes.length) checkLater();
  return next();
}

/** Signed in again: the page's token is of the former session, a new page has the right one. */
function again() {
  leaving = true;
  window.location.reload();
}

function refuse(status, json) {
  tell("refused");
  const region = document.getElementById("announcements");
  if (!json && region) region.textContent = `${region.dataset.failed} (${status})`;
}

/** What waits behind the refused change shows something else at once: the refusal stays until the next change. */
function remember(words) {
  const line = document.createElement("p");
  line.className = "message error";
  line.setAttribute("role", "alert");
  line.textContent = words;
  document.getElementById("refusals").replaceChildren(line);
}

/** Signed out, a broken server, no network: all of it passes, and nothing is forgotten meanwhile. */
function retry(change, status) {
  if (change.method === "GET" && status !== 0) {
    changes.shift();
    return refuse(status, false);
  }
  signedOut = status === 401;
  tell(signedOut ? "signedout" : "waiting");
  held = true;
  window.setTimeout(release, AGAIN);
  return undefined;
}

function hold(html) {
  held = true;
  tell("refused");
  const slot = document.getElementById("conflict-slot");
  slot.innerHTML = html;
  document.dispatchEvent(new CustomEvent("designer:conflict", { detail: slot }));
  document.getElementById("conflict-head")?.focus();
}

/** The findings of a long questionnaire are asked for when nothing is waiting. */
function checkLater() {
  window.clearTimeout(checking);
  if (designer().dataset.checked) return;
  checking = window.setTimeout(async () => {
    const { address, here, lang, panel } = designer().dataset;
    const query = new URLSearchParams({ at: here, lang, panel });
    const answer = await ask("GET", `${address}/findings?${query}`).catch(() => ({ status: 0 }));
    if (answer.json && !busy && !changes.length && answer.content.state.here === designer().dataset.here) {
      show(answer.content, unsaved());
    }
  }, CHECK_AFTER);
}

/** Make the refused change, and those that wait behind it, on top of the newest draft. */
export function apply() {
  designer().dataset.revision = document.getElementById("conflict").dataset.revision;
  delete changes[0].revision;
  settle();
}

/** Forget what was not saved and show the newest draft. */
export function drop(url) {
  changes.length = 0;
  dirty.clear();
  changes.push({ method: "GET", url, fields: [], names: [] });
  settle();
}

function settle() {
  keep(changes);
  document.getElementById("conflict-slot").replaceChildren();
  release();
}

function release() {
  held = false;
  next();
}

window.addEventListener("online", () => { if (!document.getElementById("conflict")) release(); });
/** What a closed window left is sent on the revision it was made on; where others went on, they are asked. */
function resend(left) {
  changes.push(...left);
  keep(changes);
  const line = document.getElementById("resent");
  line.hidden = false;
  line.textContent = line.dataset.words;
  next();
}

window.addEventListener("beforeunload", (event) => { if (pending() && !leaving) event.preventDefault(); });
recover(resend);
checkLater();
