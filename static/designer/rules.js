// Writing a rule as text: what may stand here, what is wrong so far, and what it says in plain words.
// A field of several lines may not be a combobox, so it stays a textbox whose active descendant is the
// suggestion that is marked; the status line tells how many there are. Without this it is a plain field.

const PAUSE = 200;
const MOST = 8;
const names = new Map();
let timer = 0;
let chosen = -1;

const formOf = (field) => field.closest("form[data-rule-text]");
const listOf = (field) => document.getElementById(field.id.replace(/-text$/, "-suggestions"));
const liveOf = (field) => document.getElementById(field.id.replace(/-text$/, "-live"));

function prepare(field) {
  field.setAttribute("aria-autocomplete", "list");
  field.setAttribute("aria-haspopup", "listbox");
  field.setAttribute("aria-controls", listOf(field).id);
}

async function known(form) {
  const url = `${form.dataset.names}&revision=${document.getElementById("designer").dataset.revision}`;
  if (!names.has(url)) {
    names.clear();
    names.set(url, fetch(url).then((answer) => (answer.ok ? answer.json() : null)).catch(() => null));
  }
  return names.get(url);
}

// The word that is being written at the caret, and the name that a value would be compared with.
export function wordAt(text, caret) {
  const before = text.slice(0, caret);
  const word = before.match(/(?:"[^"\n]*|[A-Za-z_][\w.]*)$/)?.[0] ?? "";
  const start = caret - word.length;
  const lead = before.slice(0, start);
  const compared = lead.match(/([A-Za-z_][\w.]*)\s*(?:==|!=|<=|>=|<|>|(?:not\s+)?in\s*\[(?:[^\]]*,)?)\s*$/)?.[1];
  const ranked = lead.match(/position\(\s*([A-Za-z_][\w.]*)\s*,\s*$/)?.[1];
  return { word, start, of: compared ?? ranked ?? "" };
}

export function suggestions(known, { word, of }, rest = "") {
  const plain = word.replace(/^"/, "").toLowerCase();
  const among = rest.match(/^"?\s+(?:not\s+)?in\s+([A-Za-z_][\w.]*)/)?.[1];
  const source = known.names.find((one) => one.text === (of || among));
  const values = (source?.values ?? []).map((one) => ({ ...one, group: source.label }));
  const every = word.startsWith('"')
    ? source ? values : known.names.flatMap((one) => one.values.map((value) => ({ ...value, group: one.label })))
    : [...values, ...known.names, ...(plain ? [...known.functions, ...known.words] : [])];
  const fits = (one) => one.text.replace(/^"/, "").toLowerCase().startsWith(plain);
  const named = (one) => one.label.toLowerCase().includes(plain);
  const first = every.filter(fits);
  const found = [...first, ...every.filter((one) => plain && !fits(one) && named(one))];
  return found.filter((one, i) => one.text !== word && found.findIndex((other) => other.text === one.text) === i).slice(0, MOST);
}

function close(field) {
  const list = listOf(field);
  list.hidden = true;
  list.replaceChildren();
  chosen = -1;
  field.removeAttribute("aria-activedescendant");
}

function show(field, found) {
  const list = listOf(field);
  if (!found.length) return close(field);
  list.replaceChildren(...found.map((one, i) => {
    const line = document.createElement("li");
    line.id = `${list.id}-${i}`;
    line.setAttribute("role", "option");
    line.setAttribute("aria-selected", "false");
    line.dataset.text = one.text;
    const code = document.createElement("code");
    code.textContent = one.text;
    const label = document.createElement("span");
    label.textContent = one.label;
    line.append(code, label);
    return line;
  }));
  list.hidden = false;
  chosen = -1;
  field.removeAttribute("aria-activedescendant");
  return undefined;
}

function mark(field, index) {
  const lines = [...listOf(field).children];
  chosen = (index + lines.length) % lines.length;
  lines.forEach((line, i) => line.setAttribute("aria-selected", String(i === chosen)));
  field.setAttribute("aria-activedescendant", lines[chosen].id);
  lines[chosen].scrollIntoView({ block: "nearest" });
}

function accept(field, text) {
  const { start } = wordAt(field.value, field.selectionStart);
  let end = field.selectionEnd;
  if (text.endsWith('"') && field.value[end] === '"') end += 1;
  field.setRangeText(text, start, end, "end");
  close(field);
  field.focus();
  check(field);
}

async function offer(field) {
  const all = await known(formOf(field));
  if (!all || document.activeElement !== field) return;
  const at = wordAt(field.value, field.selectionStart);
  const rest = field.value.slice(field.selectionStart);
  show(field, at.word || at.of ? suggestions(all, at, rest) : []);
}

let asked = 0;
async function check(field) {
  const form = formOf(field);
  const turn = ++asked;
  const answer = await fetch(`${form.dataset.check}&text=${encodeURIComponent(field.value)}`).catch(() => null);
  if (!answer?.ok || turn !== asked || !field.isConnected) return;
  const said = await answer.json();
  const live = liveOf(field);
  const unfinished = said.findings.every((one) => one.code === "rule_text.incomplete");
  live.dataset.state = !said.findings.length ? "right" : unfinished ? "unfinished" : "wrong";
  const sentence = (one) => live.dataset.column.replace("#", one.column) + one.message;
  live.textContent = said.findings.length ? said.findings.map(sentence).join(" ") : said.reading;
  field.setAttribute("aria-invalid", String(live.dataset.state === "wrong"));
}

const isRule = (target) => target.matches?.("form[data-rule-text] textarea");

document.addEventListener("focusin", (event) => {
  if (!isRule(event.target)) return;
  prepare(event.target);
  known(formOf(event.target));
});

document.addEventListener("input", (event) => {
  if (!isRule(event.target)) return;
  prepare(event.target);
  offer(event.target);
  window.clearTimeout(timer);
  timer = window.setTimeout(() => check(event.target), PAUSE);
});

document.addEventListener("keydown", (event) => {
  const field = event.target;
  if (!isRule(field)) return;
  const open = !listOf(field).hidden;
  if ((event.ctrlKey || event.metaKey) && event.key === "Enter") {
    event.preventDefault();
    close(field);
    formOf(field).requestSubmit();
  } else if (event.key === " " && event.ctrlKey) {
    event.preventDefault();
    known(formOf(field)).then((all) => all && show(field, suggestions(all, wordAt(field.value, field.selectionStart), field.value.slice(field.selectionStart))));
  } else if (open && (event.key === "ArrowDown" || event.key === "ArrowUp")) {
    event.preventDefault();
    mark(field, event.key === "ArrowDown" ? chosen + 1 : chosen < 0 ? -1 : chosen - 1);
  } else if (open && chosen >= 0 && (event.key === "Enter" || event.key === "Tab")) {
    event.preventDefault();
    accept(field, listOf(field).children[chosen].dataset.text);
  } else if (open && event.key === "Escape") {
    event.preventDefault();
    close(field);
  }
});

document.addEventListener("focusout", (event) => {
  if (isRule(event.target)) window.setTimeout(() => { if (event.target.isConnected && document.activeElement !== event.target) close(event.target); }, 150);
});

document.addEventListener("mousedown", (event) => {
  const line = event.target.closest?.("form[data-rule-text] [role=option]");
  if (!line) return;
  event.preventDefault();
  accept(line.closest("form").querySelector("textarea"), line.dataset.text);
});
