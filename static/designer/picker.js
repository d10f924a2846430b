// The picker of question types: found by typing, walked by arrow keys. The buttons are forms already.
const picker = () => document.getElementById("adder");
const shownTypes = () => [...picker().querySelectorAll(".type:not([hidden])")];

/** Open the picker with the cursor in its search field. */
export function openPicker() {
  const box = picker();
  if (!box) return false;
  box.open = true;
  ready();
  box.scrollIntoView({ block: "nearest" });
  document.getElementById("type-search").focus();
  return true;
}

function ready() {
  const line = picker()?.querySelector(".picker-search");
  if (line) line.hidden = false;
}

function filter(words) {
  const wanted = words.toLowerCase().split(/\s+/).filter(Boolean);
  for (const button of picker().querySelectorAll(".type")) {
    const text = `${button.dataset.words} ${button.textContent}`.toLowerCase();
    button.hidden = !wanted.every((word) => text.includes(word));
  }
  for (const group of picker().querySelectorAll(".type-group")) {
    group.hidden = !group.querySelector(".type:not([hidden])");
  }
  document.getElementById("no-type").hidden = shownTypes().length > 0;
}

function step(event) {
  const types = shownTypes();
  const at = types.indexOf(event.target);
  const way = { ArrowDown: 1, ArrowRight: 1, ArrowUp: -1, ArrowLeft: -1 }[event.key];
  const inField = event.target.id === "type-search";
  if (!way || (inField && event.key !== "ArrowDown")) return;
  event.preventDefault();
  if (at + way < 0) document.getElementById("type-search").focus();
  else types[at + way]?.focus();
}

document.addEventListener("input", (event) => {
  if (event.target.id === "type-search") filter(event.target.value);
});
document.addEventListener("keydown", (event) => {
  if (!event.target.closest?.("#adder")) return;
  if (event.key === "Enter" && event.target.id === "type-search") {
    event.preventDefault();
    shownTypes()[0]?.click();
  } else if (event.key === "Escape") {
    event.stopPropagation();
    closePicker();
    picker().querySelector("summary").focus();
  } else {
    step(event);
  }
});
document.addEventListener("toggle", (event) => { if (event.target.id === "adder") ready(); }, true);

document.addEventListener("designer:shown", ready);
ready();

/** Close the picker and forget what was searched. */
export function closePicker() {
  const box = picker();
  if (!box) return;
  box.open = false;
  const field = document.getElementById("type-search");
  if (field?.value) {
    field.value = "";
    filter("");
  }
}
