// Lets the logo, or the name in its place, speak the language that is spoken.
const mark = document.querySelector(".mark > [data-alt]");
const itsWords = mark && "alt" in mark ? "alt" : "textContent";
const speakWithoutMark = speak;
speak = (code) => {
  const before = document.documentElement.lang;
  speakWithoutMark(code);
  if (!mark || document.documentElement.lang === before) return;
  [mark[itsWords], mark.dataset.alt] = [mark.dataset.alt, mark[itsWords]];
};
