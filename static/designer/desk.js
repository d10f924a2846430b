// The translation desk: each field is saved while one types, one request after the other.
// Without this script every row is a form with a button of its own.
const TYPING = 800;
const AGAIN = 3000;
const list = document.querySelector(".desk");
const rows = [...document.querySelectorAll(".desk-row")];
const timers = new Map();
const waiting = new Map();
let busy = false;

const field = (row) => row.querySelector("textarea");
const input = (row, name) => row.querySelector(`[name="${name}"]`);
const dirty = (row) => field(row).value !== input(row, "was").value;

function show(state) {
  const line = document.getElementById("desk-saved");
  line.dataset.state = state;
  line.querySelector("span").textContent = line.dataset[state];
}

function settle() {
  const refused = document.querySelector(".desk-trouble:not([hidden])");
  show(refused ? "refused" : "saved");
}

/** Send a row; what is typed meanwhile is sent after it. */
function save(row, act = "") {
  window.clearTimeout(timers.get(row));
  timers.delete(row);
  if (!dirty(row) && !act) return;
  waiting.set(row, act);
  next();
}

async function next() {
  if (busy || !waiting.size) return;
  const [row, act] = waiting.entries().next().value;
  waiting.delete(row);
  busy = true;
  show("saving");
  const data = new FormData(row.querySelector("form"));
  if (act) data.set("act", act);
  try {
    const answer = await fetch(list.dataset.url, { method: "POST", body: data, headers: { "X-Desk": "1" } });
    if (answer.status !== 200 && answer.status !== 409) throw new Error(String(answer.status));
    told(row, data.get("value"), await answer.json());
    busy = false;
    if (waiting.size) next();
    else settle();
  } catch {
    busy = false;
    if (!waiting.has(row)) waiting.set(row, act);
    show("waiting");
    window.setTimeout(next, AGAIN);
  }
}

function told(row, sent, answer) {
  const box = row.querySelector(".desk-trouble");
  counts(answer);
  if (answer.source !== undefined) {
    row.querySelector(".desk-text").textContent = answer.source;
    input(row, "seen").value = answer.seen;
  }
  box.hidden = !answer.trouble;
  if (answer.trouble) {
    box.querySelector("p").textContent = answer.theirs === null ? answer.trouble : `${answer.trouble} “${answer.theirs}”`;
    box.dataset.theirs = answer.theirs ?? "";
    box.querySelector(".desk-theirs").hidden = answer.theirs === null;
    return;
  }
  input(row, "was").value = sent;
  state(row, sent.trim() ? "done" : "missing");
  lost(row, answer.lost);
  const lines = row.querySelector(".desk-lines");
  lines.textContent = answer.lines > 1 ? lines.dataset.words.replace("{n}", answer.lines) : "";
  document.getElementById("desk-undo").disabled = false;
}

function counts(answer) {
  document.getElementById("desk-done").textContent = answer.done;
  document.getElementById("desk-bar").value = answer.progress.done;
  document.querySelectorAll("[data-count]").forEach((one) => { one.textContent = answer.progress[one.dataset.count]; });
}

function state(row, name) {
  const badge = row.querySelector(".desk-state");
  row.dataset.state = name;
  badge.textContent = badge.dataset[name];
  badge.className = `badge desk-state ${{ missing: "warn", stale: "note", done: "good" }[name]}`;
  row.querySelector(".desk-confirm")?.remove();
}

function lost(row, pipes) {
  const line = row.querySelector(".desk-lost");
  line.hidden = !pipes.length;
  line.textContent = `${line.dataset.words} ${pipes.join(" ")}`;
}

function step(row, way) {
  const to = rows[rows.indexOf(row) + way];
  if (!to) return;
  field(to).focus();
  to.scrollIntoView({ block: "nearest" });
}

if (list && document.getElementById("desk-saved")) {
  list.addEventListener("input", (event) => {
    const row = event.target.closest(".desk-row");
    window.clearTimeout(timers.get(row));
    timers.set(row, window.setTimeout(() => save(row), TYPING));
  });
  list.addEventListener("change", (event) => save(event.target.closest(".desk-row")));
  list.addEventListener("submit", (event) => {
    event.preventDefault();
    save(event.target.closest(".desk-row"), event.submitter?.value ?? "");
  });
  list.addEventListener("click", (event) => {
    const row = event.target.closest(".desk-row");
    const box = row?.querySelector(".desk-trouble");
    if (event.target.closest(".desk-mine")) {
      if (box.dataset.theirs) input(row, "was").value = box.dataset.theirs;
      box.hidden = true;
      save(row, "write");
    } else if (event.target.closest(".desk-theirs")) {
      field(row).value = box.dataset.theirs;
      input(row, "was").value = box.dataset.theirs;
      box.hidden = true;
      state(row, box.dataset.theirs ? "done" : "missing");
      settle();
    }
  });
  list.addEventListener("keydown", (event) => {
    const row = event.target.closest(".desk-row");
    if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) {
      event.preventDefault();
      save(row);
      step(row, 1);
    } else if (event.altKey && (event.key === "ArrowDown" || event.key === "ArrowUp")) {
      event.preventDefault();
      step(row, event.key === "ArrowDown" ? 1 : -1);
    }
  });
  window.addEventListener("beforeunload", (event) => {
    if (busy || waiting.size || rows.some(dirty)) event.preventDefault();
  });
  window.addEventListener("online", next);
}
