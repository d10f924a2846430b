// Takes the place of main's `part`, so that a page without endings carries nothing of this. Where
// something comes with an ending that the server gives, the page is loaded again. A preview gives
// nothing; a terminal, at which the next person could read it, passes over such endings, and so does
// an interviewer: what is given is the customer's.
const partWithClosingWords = part;
part = (outcome) => {
  const fits = (one) => !((terminal || interview) && one.more) && evaluate(one.when, pages.way().seen, state.facts) === true;
  const found = outcome === "completed" && outline.endings.find(fits);
  if (!found) return partWithClosingWords(outcome);
  finished = true;
  if (found.more && state.mode !== "preview") return location.replace(state.base);
  pages.thank("end-" + found.id);
  return terminal && terminal.thanked($("end-" + found.id));
};
