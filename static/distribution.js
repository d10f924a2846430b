// The study pages' own behaviour: printing labels.
document.addEventListener("click", (event) => {
  if (event.target.closest("[data-print]")) window.print();
});
