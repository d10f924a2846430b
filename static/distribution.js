// The study pages' own behaviour: the current tab in sight, and printing labels.
const tab = document.querySelector(".tabs [aria-current]");
if (tab) tab.parentElement.scrollLeft = tab.offsetLeft - tab.parentElement.offsetLeft - 48;

document.addEventListener("click", (event) => {
  if (event.target.closest("[data-print]")) window.print();
});
