// Earlier answers, facts and computed values in the words of the page: {source|fallback}.

const PIECE = /\{\{|\}\}|\{([a-z][a-z0-9_]*(?:\.[a-z][a-z0-9_]*)?)(?:\|([^{}|]*))?\}/g;
const FACTS = ["customer", "touchpoint", "survey", "random"];

// A value in characters; `label` gives the words of an option that a question offers.
function plainWords(value, name, label) {
  if (Array.isArray(value)) {
    const joiner = document.documentElement.lang.startsWith("zh") ? "、" : ", ";
    return value.map((one) => label(name, one)).join(joiner);
  }
  if (typeof value === "number") return String(Number(value.toPrecision(10)));
  return typeof value === "string" ? label(name, value) : "";
}

function piped(text, { seen, facts, label }) {
  const valueAt = (written) => {
    const [kind, name] = written.split(".");
    if (name && kind === "computed") return plainWords(valueOf({ computed: name }, seen, facts, 0), "", (_, one) => one);
    if (name && FACTS.includes(kind)) return plainWords((facts[kind] || {})[name], "", (_, one) => one);
    return plainWords(seen[written], written, label);
  };
  return text.replace(PIECE, (whole, written, fallback) => (written ? valueAt(written) || fallback || "" : whole[0]));
}
