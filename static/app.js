// Behaviour that every staff page shares. Pages work without it; it only makes them quicker.
document.documentElement.classList.add("js");

document.addEventListener("click", (event) => {
  const toggle = event.target.closest("[data-toggles]");
  if (toggle) {
    const target = document.getElementById(toggle.dataset.toggles);
    const open = target.classList.toggle("open");
    toggle.setAttribute("aria-expanded", String(open));
  }
  const dismiss = event.target.closest("[data-dismiss]");
  if (dismiss) dismiss.closest(dismiss.dataset.dismiss)?.remove();
});

// A destructive form that is not undoable says what it does before it does it.
document.addEventListener("submit", (event) => {
  const question = event.target.dataset?.confirm;
  if (question && !window.confirm(question)) event.preventDefault();
});

// Toasts offer their undo for ten seconds, longer while a person is on them.
function expire(toast) {
  const linger = () => toast.matches(":hover, :focus-within");
  window.setTimeout(() => (linger() ? expire(toast) : toast.remove()), 10000);
}
const adopt = (root) => root.querySelectorAll?.(".toast").forEach(expire);
adopt(document);
document.addEventListener("htmx:afterSettle", (event) => adopt(event.target));

// A refused request is never silent.
document.addEventListener("htmx:responseError", (event) => {
  const region = document.getElementById("announcements");
  if (region) region.textContent = region.dataset.failed + " (" + event.detail.xhr.status + ")";
});
document.addEventListener("htmx:sendError", () => {
  const region = document.getElementById("announcements");
  if (region) region.textContent = region.dataset.offline;
});

// What scrolls can be scrolled with the keyboard too: wide tables, long lists, tabs on a phone.
const SCROLLERS = ".table-wrap, .tall, .tabs, .subtabs, .checks";
function reachable() {
  for (const box of document.querySelectorAll(SCROLLERS)) {
    const scrolls = box.scrollWidth > box.clientWidth || box.scrollHeight > box.clientHeight;
    if (scrolls && !box.hasAttribute("tabindex")) box.tabIndex = 0;
  }
}
reachable();
document.addEventListener("htmx:afterSettle", reachable);
let looking = 0; // many may open at once; the page is measured once for all
document.addEventListener("toggle", () => {
  window.cancelAnimationFrame(looking);
  looking = window.requestAnimationFrame(reachable);
}, true);
window.addEventListener("resize", reachable);
// The tabs of this page are in sight, also where a row of them is longer than the screen.
for (const row of document.querySelectorAll(".tabs, .subtabs")) {
  const here = row.querySelector("[aria-current]");
  if (here) row.scrollLeft = here.offsetLeft - row.offsetLeft - 48;
}
