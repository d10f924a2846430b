// A comment or reply that is not sent yet is kept for its part, whatever is looked at meanwhile.
import { designer } from "./parts.js";
import { read, write } from "./keeping.js";

const { address, user } = designer().dataset;
const place = (field) => (field.id === "comment-body" ? designer().dataset.here : field.id);
const key = (field) => `comment ${address} ${user} ${place(field)}`;
const fields = () => document.querySelectorAll(".comments textarea[name=body]");

function restore() {
  for (const field of fields()) {
    const words = read(key(field));
    if (!words || field.value) continue;
    field.value = words;
    field.closest("details")?.setAttribute("open", "");
  }
}

document.addEventListener("input", (event) => {
  if (event.target.matches(".comments textarea[name=body]")) write(key(event.target), event.target.value || null);
});
document.addEventListener("submit", (event) => {
  const field = event.target.closest(".comments form")?.elements.body;
  if (field) write(key(field), null);
}, true);
document.addEventListener("designer:shown", restore);
restore();
