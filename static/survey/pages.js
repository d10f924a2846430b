// Which page is shown, and everything around it: progress, errors, thanks.

function openPages(state, store, say) {
  const at = (id) => document.getElementById(id);
  const survey = at("survey");
  let steps = [];
  let current = 0;

  const follow = () => {
    const id = steps.length ? steps[current].page.id : null;
    steps = pathOf(state.pages, store.answers(), state.facts);
    const visible = new Set();
    for (const step of steps) for (const question of step.questions) visible.add(question.id);
    for (const block of document.querySelectorAll("[data-q]")) block.hidden = !visible.has(block.dataset.q);
    const found = steps.findIndex((step) => step.page.id === id);
    if (found >= 0) current = found;
    dress();
  };

  // The words and the bar that depend on where one is and what is left.
  const dress = () => {
    const last = current >= steps.length - 1;
    at("back").hidden = current === 0;
    at("back").textContent = say("back");
    at("next").textContent = say(store.local.submit ? "sending" : last ? "submit" : "next");
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
  };

  const clearError = (variable) => {
    const line = at("e-" + variable);
    if (!line || line.hidden) return;
    line.hidden = true;
    line.textContent = "";
    line.parentElement.classList.remove("wrong");
  };

  // Messages by variable: a list on top that takes the focus, and each one at its field.
  const showErrors = (messages) => {
    clearErrors();
    const list = at("errors").querySelector("ul");
    list.textContent = "";
    at("errors").querySelector("h2").textContent = say("mend");
    for (const variable of Object.keys(messages)) {
      const line = at("e-" + variable);
      if (!line) continue;
      line.textContent = messages[variable];
      line.hidden = false;
      line.parentElement.classList.add("wrong");
      const link = document.createElement("a");
      link.href = "#f-" + variable;
      const asks = line.closest(".item, .q").querySelector(".asks");
      link.textContent = `${asks.textContent.trim()} ${messages[variable]}`;
      link.addEventListener("click", (event) => {
        event.preventDefault();
        const field = fieldsOf(variable)[0];
        field.focus({ preventScroll: true });
        line.parentElement.scrollIntoView({ block: "start" });
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
    showErrors,
    clearError,
    steps: () => steps,
    current: () => current,
    indexOf: (id) => steps.findIndex((step) => step.page.id === id),
    // The first page that lacks an answer, but no further than the one after the last answered.
    resume: () => {
      const answers = store.answers();
      const lacks = (step) => step.questions.some((q) => q.required && q.vars.some((name) => !has(answers, name)));
      const touched = (step) => step.questions.some((q) => q.vars.some((name) => has(answers, name)));
      const reached = steps.map(touched).lastIndexOf(true) + 1;
      const found = steps.findIndex((step, index) => index >= reached || lacks(step));
      return found < 0 ? steps.length - 1 : found;
    },
    thank: () => {
      survey.querySelector("main").hidden = true;
      at("thanks").hidden = false;
      at("thanks").querySelector("h2").focus();
      window.scrollTo(0, 0);
    },
  };
}
