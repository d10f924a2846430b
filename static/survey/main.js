// Joins the parts. When anything here fails, the plain form that the server sent still works.

const read = (id) => JSON.parse(document.getElementById(id).textContent);
const outline = read("outline");
const state = Object.assign(read("state"), { pages: outline.pages });
let language = document.documentElement.lang;

const say = (key, values) =>
  outline.phrases[language][key].replace(/\{(\w+)\}/g, (whole, name) => (values && has(values, name) ? values[name] : whole));

const $ = (id) => document.getElementById(id);
const questions = {};
for (const page of state.pages) for (const question of page.questions) for (const name of question.vars) questions[name] = question;

const store = openStore(state);
$("page").innerHTML = $("pages").textContent;
const pages = openPages(state, store, say);
const sync = openSync(state, store, { saving, saved, offline, online, completed, refused, incomplete });
let notice = null;

function status(key, values) {
  notice = key;
  $("status").textContent = key ? say(key, values) : "";
  $("status").className = key || "";
}

function saving() {
  if (!sync.isFailing() && notice !== "closed") status(null);
}

function saved(variables) {
  for (const variable of variables) {
    const tick = $("q-" + questions[variable].id).querySelector(".tick");
    if (tick && store.local.entries[variable].v !== null) tick.hidden = false;
  }
}

function offline() {
  pages.dress();
  if (store.local.submit) status(store.isKept() ? "unsent" : "unsent_open");
  else status(store.isKept() ? "offline" : "offline_open");
}

function online() {
  status("online");
}

function completed() {
  store.clear();
  forgetPage();
  status(null);
  finished = true;
  pages.thank();
}

function forgetPage() {
  if (!navigator.serviceWorker || !window.caches) return;
  navigator.serviceWorker.getRegistration(state.base).then((found) => found && found.unregister());
  caches.delete("survey:" + location.origin + state.base);
}

function refused(found) {
  if (found.state === "closed" || found.state === "gone") status("closed");
  else status("trouble");
  store.local.submit = false;
  pages.dress();
}

function incomplete(found) {
  store.local.submit = false;
  store.write();
  pages.follow();
  pages.show(Math.max(0, pages.indexOf(found.page)));
  pages.showErrors(found.errors);
}

let finished = false;
let typing = 0;

function changed(field) {
  const question = questions[field.name];
  if (!question || finished) return;
  keepExclusive(question, field);
  const tick = $("q-" + question.id).querySelector(".tick");
  if (!store.set(field.name, readField(question, field.name))) return;
  if (tick) tick.hidden = true;
  store.local.submit = false;
  pages.clearError(field.name);
  pages.follow();
  sync.changed();
}

function turn(index) {
  sync.at(pages.steps()[index].page.id);
  pages.show(index, true);
  if (state.mode === "preview") return;
  history.pushState({ page: pages.steps()[index].page.id, depth: (history.state ? history.state.depth : 0) + 1 }, "");
  sync.push();
}

function goBack() {
  if (state.mode !== "preview" && history.state && history.state.depth > 0) history.back();
  else if (pages.current() > 0) pages.show(pages.current() - 1, true);
}

function goOn() {
  const step = pages.steps()[pages.current()];
  const found = troubles(step.questions, store.answers());
  const messages = {};
  for (const name of Object.keys(found)) messages[name] = say(found[name][0], found[name][1]);
  if (Object.keys(messages).length) return pages.showErrors(messages);
  if (pages.current() < pages.steps().length - 1) return turn(pages.current() + 1);
  return submit();
}

function submit() {
  if (finished || store.local.submit) return sync.push();
  if (state.mode === "preview") return completed();
  store.local.submit = true;
  store.write();
  pages.dress();
  return sync.push();
}

// In place where the words of the language travelled along, else by loading the page in it.
function speak(code) {
  if (code === language) return;
  store.local.language = code;
  store.write();
  if (!outline.phrases[code]) {
    const there = new URL(location.href);
    there.searchParams.set("lang", code);
    sync.push();
    return location.assign(there);
  }
  const words = outline.words;
  for (const element of document.querySelectorAll("[data-t]")) {
    const index = Number(element.dataset.t);
    if (!(index in kept)) kept[index] = element.textContent;
    element.textContent = code === state.language ? kept[index] : words[index];
  }
  language = document.documentElement.lang = code;
  document.documentElement.dir = outline.languages[code][1];
  const other = survey.querySelector("[name=_lang]");
  other.value = other.lang = Object.keys(outline.phrases).find((one) => one !== code);
  [other.textContent, other.dir] = outline.languages[other.value];
  pages.dress();
  if (notice) status(notice);
}
const kept = {};

const survey = $("survey");
survey.addEventListener("change", (event) => changed(event.target));
survey.addEventListener("input", (event) => {
  const field = event.target;
  if (field.type === "radio" || field.type === "checkbox") return;
  const question = questions[field.name];
  if (question && question.length) countCharacters(question, field, say);
  clearTimeout(typing);
  typing = setTimeout(() => changed(field), 400);
});
survey.addEventListener("submit", (event) => {
  event.preventDefault();
  const button = event.submitter;
  if (document.activeElement && questions[document.activeElement.name]) changed(document.activeElement);
  if (button && button.name === "_lang") speak(button.value);
  else if (button && button.value === "back") goBack();
  else goOn();
});
window.addEventListener("popstate", (event) => {
  if (finished) return;
  const index = event.state ? pages.indexOf(event.state.page) : 0;
  if (index >= 0) sync.at(event.state ? event.state.page : "");
  pages.show(index < 0 ? pages.current() - 1 : index, true);
});
window.addEventListener("online", () => sync.push());
document.addEventListener("visibilitychange", () => sync.push());
window.addEventListener("pagehide", () => sync.push());

for (const name of Object.keys(questions)) {
  const entry = store.local.entries[name];
  if (entry && entry.v !== null) writeField(questions[name], name, entry.v);
}
pages.follow();
const wanted = [state.page, store.local.page].map(pages.indexOf).find((index) => index >= 0);
pages.show(wanted === undefined ? pages.resume() : wanted);
if (state.mode !== "preview") {
  const id = pages.steps().length ? pages.steps()[pages.current()].page.id : "";
  history.replaceState({ page: id, depth: 0 }, "");
  sync.at(id);
  if (store.local.language && !state.asked && outline.phrases[store.local.language]) speak(store.local.language);
  if (Object.keys(store.waiting()).length || store.local.submit) sync.push();
  begin();
}

// The first sign of a person: a touch, a key, or two seconds of a visible page. Not a link scanner.
function begin() {
  let seen = false;
  const once = () => {
    if (seen || document.visibilityState === "hidden") return;
    seen = true;
    if (!state.started) sync.opened();
  };
  const engage = () => {
    once();
    if (!navigator.serviceWorker || engage.done) return;
    engage.done = true;
    navigator.serviceWorker.register(state.base + "/sw.js", { scope: state.base }).catch(() => undefined);
  };
  for (const kind of ["pointerdown", "keydown"]) window.addEventListener(kind, engage, { once: true });
  setTimeout(once, 2000);
}
