// Lets the logo be called by the brand's name in the language that is spoken.
const mark = document.querySelector(".mark img");
const speakWithoutMark = speak;
speak = (code) => {
  const before = document.documentElement.lang;
  speakWithoutMark(code);
  if (!mark || document.documentElement.lang === before) return;
  [mark.alt, mark.dataset.alt] = [mark.dataset.alt, mark.alt];
};
