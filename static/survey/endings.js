// The closing of somebody who completed. None where something comes with it that the server gives:
// then the page is loaded again. A terminal and a preview give nothing.
function closingOf(endings, seen, state) {
  const found = endings.find((one) => evaluate(one.when, seen, state.facts) === true);
  if (!found) return "thanks";
  return found.more && !state.terminal && state.mode !== "preview" ? null : "end-" + found.id;
}
