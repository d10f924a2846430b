// Moments on the reader's own wall clock; without this they stand there in UTC.
const form = new Intl.DateTimeFormat(document.documentElement.lang, { dateStyle: "medium", timeStyle: "short" });

export function localise(root) {
  root.querySelectorAll("time[data-local]").forEach((time) => {
    time.textContent = form.format(new Date(time.getAttribute("datetime")));
    delete time.dataset.local;
  });
}
localise(document);
