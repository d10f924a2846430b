// Joins the parts. When anything here fails, the plain form that the server sent still works.

const read = (id) => JSON.parse(document.getElementById(id).textContent);
const outline = read("outline");
const state = Object.assign(read("state"), { questions: {} });
const terminal = state.terminal ? openTerminal(state, (key, values) => say(key, values)) : null;
state.facts.computed = outline.computed;
state.pages = inOrder(outline.pages, state.seed);
let language = document.documentElement.lang;

const say = (key, values) =>
  outline.phrases[language][key].replace(/\{(\w+)\}/g, (whole, name) => (values && has(values, name) ? values[name] : whole));

const $ = (id) => document.getElementById(id);
const questions = {};
for (const page of state.pages) {
  for (const question of page.questions) {
    state.questions[question.id] = question;
    for (const name of question.vars) questions[name] = state.questions[name] = question;
  }
}
const ofType = (type) => Object.values(state.questions).filter((question, index, all) => question.type === type && all.indexOf(question) === index);

const store = openStore(state);
$("page").innerHTML = $("pages").textContent;
$("page").classList.remove("plain");
const pages = openPages(state, store, say);
pages.arrange();
const rankings = ofType("ranking").length ? openRankings(ofType("ranking"), store, say, ranked) : null;
const photos = ofType("photo").length ? openPhotos(ofType("photo"), state, store, say, photographed) : null;
const sync = openSync(state, store, { saving, saved, newer, offline, online, completed, refused, incomplete }, photos && photos.send);
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

// The newest answer to each question wins, and whoever gave the older one is told.
function newer(variables) {
  for (const name of variables) {
    writeField(questions[name], name, store.local.entries[name].v);
    if (photos && questions[name].type === "photo") photos.dress(name);
  }
  follow();
  status("newer");
}

function offline() {
  pages.dress();
  if (terminal && store.local.submit) return part(pages.way().ended ? "screened_out" : "completed");
  if (store.local.submit) status(store.isKept() ? "unsent" : "unsent_open");
  else status(store.isKept() ? "offline" : "offline_open");
  return undefined;
}

function online() {
  status("online");
}

function completed(outcome) {
  store.clear();
  if (!terminal) forgetPage();
  status(null);
  part(outcome);
  if (interview) interview.done(outcome);
}

function part(outcome) {
  finished = true;
  const ended = pages.way().ended;
  if (outcome === "screened_out" && !ended) return location.reload();
  const closing = outcome === "screened_out" ? "out-" + ended.id : outcome === "quota_full" ? "full" : "thanks";
  pages.thank(closing);
  return terminal && terminal.thanked($(closing));
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
  if (finished) return;
  store.local.submit = false;
  store.write();
  for (const name of Object.keys(found.errors)) if (questions[name] && questions[name].type === "photo") forgetPhoto(name);
  follow();
  const index = found.page ? pages.indexOf(found.page) : pages.current();
  pages.show(Math.max(0, index));
  pages.showErrors(found.errors);
}

function forgetPhoto(name) {
  store.set(name, null);
  if (photos) photos.dress(name);
}

let finished = false;
let typing = 0;
const warned = {};

function changed(field) {
  const variable = field.name.replace(/^_none\./, "");
  const question = questions[variable];
  if (!question || finished) return;
  if (field.type === "file") {
    photos.take(question, field);
    return;
  }
  keepExclusive(question, field);
  keepReason(variable, field);
  if (store.set(variable, readField(question, variable))) told(question, variable);
}

// After every new answer: no tick until it has arrived, no message about the old one.
function told(question, variable) {
  const tick = $("q-" + question.id).querySelector(".tick");
  if (tick) tick.hidden = true;
  store.local.submit = false;
  pages.clearError(variable);
  follow();
  sync.changed();
}

function follow() {
  pages.follow();
  if (rankings) rankings.dress(pages.way().offered);
}

function ranked(question, order) {
  if (store.set(question.id, order)) told(question, question.id);
}

function photographed(name, trouble) {
  if (!trouble) told(questions[name], name);
  else pages.showErrors({ [name]: say(trouble[0], trouble[1]) });
}

function turn(index) {
  sync.at(pages.steps()[index].page.id);
  pages.show(index, true);
  if (terminal || interview) sync.push();
  if (terminal || state.mode !== "answer") return;
  history.pushState({ page: pages.steps()[index].page.id, depth: (history.state ? history.state.depth : 0) + 1 }, "");
  sync.push();
}

function goBack() {
  if (state.mode !== "preview" && history.state && history.state.depth > 0) history.back();
  else if (pages.current() > 0) pages.show(pages.current() - 1, true);
}

// Errors keep one here. A warning is shown once for what was answered; the next press goes on.
function goOn() {
  const step = pages.steps()[pages.current()];
  const found = troubles(step, pages.way(), state.facts);
  const asked = JSON.stringify(found.warning.map(([, , check]) => [check, step.questions.map((question) => store.answers()[question.id])]));
  const mild = !found.error.length && found.warning.length && warned[step.page.id] !== asked;
  if (found.error.length || mild) {
    if (mild) warned[step.page.id] = asked;
    return pages.showErrors(sentencesOf(mild ? found.warning : found.error), mild);
  }
  if (pages.current() < pages.steps().length - 1) return turn(pages.current() + 1);
  return submit();
}

function sentencesOf(list) {
  const messages = {};
  for (const [name, trouble, check] of list) {
    if (!has(messages, name)) messages[name] = check ? $("c-" + check).textContent : say(trouble[0], trouble[1]);
  }
  return messages;
}

function submit() {
  if (finished || store.local.submit) return sync.push();
  if (state.mode === "preview") return completed(pages.way().ended ? "screened_out" : "completed");
  store.local.submit = true;
  store.write();
  pages.dress();
  return sync.push();
}

// To the code with which one goes on elsewhere; first everything has to be with the server.
function move(address) {
  const form = document.createElement("form");
  Object.assign(form, { method: "post", action: address });
  document.body.append(form);
  sync.push().then(() => (Object.keys(store.waiting()).length ? offline() : form.submit()));
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
    const isPiped = "p" in element.dataset;
    if (!(index in kept)) kept[index] = isPiped ? element.dataset.p : element.textContent;
    const text = code === state.language ? kept[index] : words[index];
    if (isPiped) element.dataset.p = text;
    else element.textContent = text;
  }
  language = document.documentElement.lang = code;
  document.documentElement.dir = outline.languages[code][1];
  const other = survey.querySelector("[name=_lang]");
  other.value = other.lang = Object.keys(outline.phrases).find((one) => one !== code);
  [other.textContent, other.dir] = outline.languages[other.value];
  if (state.facts.survey) state.facts.survey.language = code;
  follow();
  if (notice) status(notice);
}
const kept = {};

const survey = $("survey");
survey.addEventListener("change", (event) => {
  clearTimeout(typing);
  changed(event.target);
});
survey.addEventListener("input", (event) => {
  const field = event.target;
  if (field.type === "radio" || field.type === "checkbox") return;
  if (field.type === "file") return;
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
  else if (button && button.hasAttribute("formaction")) move(button.formAction);
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
document.addEventListener("visibilitychange", sync.turned);
window.addEventListener("pagehide", () => sync.push());

for (const name of Object.keys(questions)) {
  const entry = store.local.entries[name];
  if (entry && entry.v !== null) writeField(questions[name], name, entry.v);
}
follow();
const interview = state.interview ? openInterview(state) : null;
if (terminal) terminal.begins(() => pages.current() > 0 || Object.keys(store.local.entries).length > 0, store);
const wanted = [state.page, store.local.page].map(pages.indexOf).find((index) => index >= 0);
pages.show(wanted === undefined ? pages.resume() : wanted);
if (state.mode !== "preview") {
  const id = pages.steps().length ? pages.steps()[pages.current()].page.id : "";
  history.replaceState({ page: id, depth: 0 }, "");
  sync.at(id);
  if (store.local.language && !state.asked && outline.phrases[store.local.language]) speak(store.local.language);
  if (Object.keys(store.waiting()).length || store.local.submit) sync.push();
  if (!interview) begin();
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
  if (terminal) return engage();
  for (const kind of ["pointerdown", "keydown"]) window.addEventListener(kind, engage, { once: true });
  return setTimeout(once, 2000);
}
