// The page of a call: hints of outcomes, the time of a call back, and the end of an interview.
const form = document.getElementById("outcome");

function follow() {
  const chosen = form.querySelector("input[name=outcome]:checked");
  form.querySelector(".choice-hint").textContent = chosen?.dataset.hint || "";
  form.querySelector(".when").hidden = chosen?.value !== "appointment";
}

if (form) {
  form.addEventListener("change", follow);
  form.addEventListener("submit", (event) => {
    const chosen = form.querySelector("input[name=outcome]:checked");
    if (chosen?.dataset.confirm && !window.confirm(chosen.dataset.confirm)) event.preventDefault();
  });
  follow();
}

// Whoever dials goes on with the questions: their keys work from then on.
document.querySelector(".dial")?.addEventListener("click", () => document.querySelector(".questions")?.focus());

// The questions stand in a frame of ours; it says when the answers were accepted.
window.addEventListener("message", (event) => {
  if (event.origin !== window.location.origin || !event.data?.interview) return;
  const done = document.getElementById("interview-done");
  for (const part of document.querySelectorAll("[data-while-open]")) part.hidden = true;
  done.hidden = false;
  done.querySelector("a, button").focus();
});
