// For whoever reads the questions out: hints, keys for the answers, and a word to the page around.
// The group of answers whose turn it is shows its keys: the first without an answer, or the one
// that has the focus.

const LETTERS = { dont_know: "d", not_applicable: "n", refused: "r" };

function openInterview(state) {
  const survey = document.getElementById("survey");
  const isShown = (element) => !element.closest("[hidden]");

  for (const id of Object.keys(state.interview.notes)) {
    const block = document.getElementById("q-" + id);
    if (!block) continue;
    const hint = document.createElement("span");
    hint.className = "hint";
    hint.textContent = state.interview.notes[id];
    block.querySelector(".asks").after(hint);
  }

  // Name of a variable → its controls that are on the screen.
  const groups = () => {
    const found = new Map();
    for (const field of survey.querySelectorAll("[data-q] input[type=radio], [data-q] input[type=checkbox]")) {
      if (!isShown(field)) continue;
      const name = field.name.replace(/^_none\./, "");
      found.set(name, (found.get(name) || []).concat(field));
    }
    return found;
  };

  const turn = () => {
    const all = groups();
    const focused = document.activeElement && (document.activeElement.name || "").replace(/^_none\./, "");
    const isOpen = (fields) => !fields.some((field) => field.checked);
    if (all.has(focused) && (isOpen(all.get(focused)) || all.get(focused)[0].type === "checkbox")) return all.get(focused);
    return Array.from(all.values()).find(isOpen) || all.get(focused) || [];
  };

  // A point of a scale has its own number, an option its place, a reason its letter.
  const keyed = (fields) => {
    const keys = new Map();
    const options = fields.filter((field) => !has(LETTERS, field.value));
    const isScale = options.length > 0 && options.every((field) => /^\d+$/.test(field.value) && field.closest(".point, .star"));
    options.forEach((field, index) => {
      const key = isScale ? field.value : String(index + 1);
      if (key === "10") keys.set("x", field);
      else if (key.length === 1) keys.set(key, field);
    });
    for (const field of fields) if (has(LETTERS, field.value)) keys.set(LETTERS[field.value], field);
    return keys;
  };

  const mark = () => {
    for (const old of survey.querySelectorAll("[data-key]")) delete old.dataset.key;
    for (const [key, field] of keyed(turn())) field.parentElement.dataset.key = key.toUpperCase();
  };

  const isTyping = (target) => target.matches("textarea, select, input:not([type=radio]):not([type=checkbox])");

  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.altKey || event.metaKey || isTyping(event.target)) return;
    if (event.key === "Enter" && !event.target.closest("button, a, summary")) {
      event.preventDefault();
      document.getElementById("next").click();
      return;
    }
    const field = keyed(turn()).get(event.key.toLowerCase());
    if (!field) return;
    event.preventDefault();
    field.focus({ preventScroll: true });
    field.click();
    mark();
    const following = turn()[0];
    if (following) following.closest(".item, .q").scrollIntoView({ block: "nearest" });
  });
  for (const kind of ["change", "focusin", "submit", "click"]) survey.addEventListener(kind, () => setTimeout(mark, 0));
  setTimeout(mark, 0);

  return { done: (outcome) => parent.postMessage({ interview: outcome }, location.origin) };
}
