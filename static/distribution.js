// The study pages' own behaviour: printing labels, and counting what was ticked in a filter.
document.addEventListener("click", (event) => {
  if (event.target.closest("[data-print]")) window.print();
});
