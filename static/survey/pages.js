// Which page is shown, and everything around it: progress, errors, thanks.

function openPages(state, store, say) {
  const at = (id) => document.getElementById(id);
  const survey = at("survey");
  let steps = [];
  let current = 0;
  let way = null;

  const follow = () => {
    const id = steps.length ? steps[current].page.id : null;
    way = pathOf(state.pages, store.answers(), state.facts);
    steps = way.steps;
    const visible = {};
    for (const step of steps) for (const question of step.questions) visible[question.id] = step;
    for (const block of document.querySelectorAll("[data-q]")) block.hidden = !has(visible, block.dataset.q);
    for (const name of Object.keys(visible)) offer(state.questions[name], visible[name]);
    pipe();
    const found = steps.findIndex((step) => step.page.id === id);
    if (found >= 0) current = found;
    dress();
  };

  // Which options, statements and words of a question are there, and whether it must be answered.
  const offer = (question, step) => {
    const block = at("q-" + question.id);
    const optional = block.querySelector(".optional");
    if (optional) optional.hidden = step.required[question.id];
    for (const field of block.querySelectorAll("[aria-required]")) field.setAttribute("aria-required", Boolean(step.required[question.id]));
    if (question.items) for (const item of block.querySelectorAll("[data-i]")) item.hidden = !way.offered[question.id].includes(item.dataset.i);
    for (const words of block.querySelectorAll("[data-words]")) words.hidden = !step.asked[question.id].includes(words.dataset.words);
    if (!question.options || question.type === "ranking") return;
    for (const field of fieldsOf(question.id)) field.parentElement.hidden = !way.offered[question.id].includes(field.value);
  };

  const label = (name, value) => {
    if (!has(state.questions, name) || !state.questions[name].options || name !== state.questions[name].id) return value;
    const option = at("q-" + name).querySelector(`[data-o="${value}"] .what, [value="${value}"][name="${name}"] + .face`);
    return option ? option.textContent.trim() : value;
  };

  const pipe = () => {
    const seen = {};
    for (const name of Object.keys(way.seen)) if (!isReason(state.questions[name], way.seen[name])) seen[name] = way.seen[name];
    const known = { seen, facts: state.facts, label };
    for (const element of document.querySelectorAll("[data-p]")) {
      const text = piped(element.dataset.p, known);
      if (element.textContent !== text) element.textContent = text;
    }
  };

  // Once: everything that is shuffled stands in the order of the response's seed.
  const arrange = () => {
    for (const page of state.pages) {
      const section = document.querySelector(`[data-page="${page.id}"]`);
      if (page.shuffle) section.append(...page.questions.map((question) => at("q-" + question.id)));
      for (const question of page.questions) if (question.shuffle) mix(question);
    }
  };

  const mix = (question) => {
    const block = at("q-" + question.id);
    if (question.items) return block.append(...question.items.map((item) => block.querySelector(`[data-i="${question.id}.${item.id}"]`)));
    const list = block.querySelector(".cards, .ranks");
    for (const { id } of question.options) {
      const card = block.querySelector(`[data-o="${id}"]`) || fieldsOf(question.id).find((field) => field.value === id).parentElement;
      const words = card.nextElementSibling;
      list.append(card);
      if (words && words.matches(".words, .spec")) list.append(words);
    }
    return undefined;
  };

  // The words and the bar that depend on where one is and what is left.
  const dress = () => {
    const last = current >= steps.length - 1;
    at("back").hidden = current === 0;
    at("back").textContent = say("back");
    at("next").textContent = say(store.local.submit ? "sending" : last && !(way && way.ended) ? "submit" : "next");
    at("next").value = last ? "submit" : "next";
    const rest = steps.slice(current).reduce(
      (sum, step) => step.questions.reduce((more, question) => more + question.seconds, sum + step.page.seconds), 0);
    const minutes = Math.round(rest / 60);
    at("left").textContent = minutes > 1 ? say("minutes", { n: minutes }) : say(rest > 40 ? "minute" : "moment");
    at("step").textContent = say("step", { n: current + 1, of: steps.length });
    at("bar").max = steps.length;
    at("bar").value = current;
    document.title = steps.length ? `${current + 1}/${steps.length} · ${survey.querySelector("h1").textContent}` : document.title;
  };

  const show = (index, focus) => {
    current = Math.max(0, Math.min(index, steps.length - 1));
    if (!steps.length) return;
    const id = steps[current].page.id;
    for (const page of document.querySelectorAll("[data-page]")) page.hidden = page.dataset.page !== id;
    at("lead").hidden = current !== 0;
    store.local.page = id;
    store.write();
    clearErrors();
    dress();
    if (focus) {
      window.scrollTo(0, 0);
      const block = document.querySelector(`[data-page="${id}"]`);
      const heading = block.querySelector(".page-title, [data-q]:not([hidden]) .asks");
      if (heading) heading.focus({ preventScroll: true });
    }
  };

  const clearErrors = () => {
    at("errors").hidden = true;
    for (const line of document.querySelectorAll(".error")) {
      line.hidden = true;
      line.textContent = "";
    }
    for (const block of document.querySelectorAll(".wrong")) block.classList.remove("wrong");
    for (const field of document.querySelectorAll("[aria-invalid]")) field.removeAttribute("aria-invalid");
  };

  // Fields and groups of points that a message describes; other groups have no such state.
  const describedBy = (line) => document.querySelectorAll(`[aria-describedby~="${line.id}"]:not(fieldset)`);

  const clearError = (variable) => {
    const line = at("e-" + variable);
    if (!line || line.hidden) return;
    line.hidden = true;
    line.textContent = "";
    line.parentElement.classList.remove("wrong");
    for (const field of describedBy(line)) field.removeAttribute("aria-invalid");
  };

  // The words of the question or statement that a message stands at; none for a page's own message.
  const askedAt = (line) => {
    if (line.matches(".page-error")) return "";
    const asks = line.closest(".item, .q").querySelector(".asks").cloneNode(true);
    for (const mark of asks.querySelectorAll(".optional")) mark.remove();
    return asks.textContent.trim();
  };

  const fieldAt = (variable) => at("f-" + variable) || fieldsOf(variable)[0];

  // Messages by variable: a list on top that takes the focus, and each one at its field. Warnings
  // look milder and say how to go on.
  const showErrors = (messages, mild) => {
    clearErrors();
    const list = at("errors").querySelector("ul");
    list.textContent = "";
    at("errors").className = mild ? "notes" : "summary";
    at("errors").querySelector("h2").textContent = say(mild ? "sure" : "mend");
    for (const variable of Object.keys(messages)) {
      const line = at("e-" + variable);
      if (!line) continue;
      line.textContent = messages[variable];
      line.hidden = false;
      line.classList.toggle("warning", Boolean(mild));
      const block = line.closest(".item, .words, .q") || line;
      if (!mild) block.classList.add("wrong");
      if (!mild) for (const field of describedBy(line)) field.setAttribute("aria-invalid", true);
      const link = document.createElement("a");
      link.href = "#f-" + variable;
      link.textContent = `${askedAt(line)} ${messages[variable]}`.trim();
      link.addEventListener("click", (event) => {
        event.preventDefault();
        const field = fieldAt(variable) || line;
        field.focus({ preventScroll: true });
        block.scrollIntoView({ block: "start" });
      });
      list.appendChild(document.createElement("li")).appendChild(link);
    }
    at("errors").hidden = false;
    at("errors").focus();
    window.scrollTo(0, 0);
  };

  return {
    follow,
    show,
    dress,
    arrange,
    showErrors,
    clearError,
    pipe: () => pipe(),
    way: () => way,
    steps: () => steps,
    current: () => current,
    indexOf: (id) => steps.findIndex((step) => step.page.id === id),
    // The first page that lacks an answer, but no further than the one after the last answered.
    resume: () => {
      const answers = store.answers();
      const names = (step) => step.questions.flatMap((question) => step.asked[question.id].map((name) => [question, name]));
      const lacks = (step) => names(step).some(([question, name]) => step.required[question.id] && !has(answers, name));
      const touched = (step) => names(step).some(([, name]) => has(answers, name));
      const reached = steps.map(touched).lastIndexOf(true) + 1;
      const found = steps.findIndex((step, index) => index >= reached || lacks(step));
      return found < 0 ? steps.length - 1 : found;
    },
    // The closing page: thanks, or the one of a screen-out or of a full quota.
    thank: (id) => {
      survey.querySelector("main").hidden = true;
      pipe();
      const closing = at(id);
      closing.hidden = false;
      closing.querySelector("h2").focus();
      window.scrollTo(0, 0);
    },
  };
}
