// What is wrong with the answers of a page, in the server's own sentences. The server decides.

const WHOLE = /^[+-]?\d{1,3}(,\d{3})+(\.\d*)?$/;
const DECIMAL = /^[+-]?(\d+\.?\d*|\.\d+)$/;

// A number as the server reads it: full-width digits and 1,234 are understood.
function numberOf(text) {
  const plain = text.normalize("NFKC").trim().replace("\u2212", "-");
  const bare = WHOLE.test(plain) ? plain.replace(/,/g, "") : plain;
  return DECIMAL.test(bare) ? Number(bare) : text.trim();
}

const decimalsOf = (number) => {
  const [digits, exponent] = String(number).toLowerCase().split("e-");
  return (digits.split(".")[1] || "").length + Number(exponent || 0);
};

function numberTrouble(question, value) {
  const { low, high, decimals } = question;
  if (typeof value !== "number") return ["number"];
  const below = low !== null && value < low;
  const above = high !== null && value > high;
  if ((below || above) && low !== null && high !== null) return ["between", { low, high }];
  if (below) return ["least", { low }];
  if (above) return ["most", { high }];
  if (decimalsOf(value) > decimals) return decimals ? ["decimals", { decimals }] : ["whole"];
  return null;
}

function troubleOf(question, value) {
  if (question.type === "number") return numberTrouble(question, value);
  if (question.most && value.length > question.most) return ["too_many", { at_most: question.most }];
  if (question.length && Array.from(value).length > question.length) {
    return ["too_long", { most: question.length, length: Array.from(value).length }];
  }
  return null;
}

// Variable → [message key, parameters] for the visible questions of one page.
function troubles(questions, answers) {
  const found = {};
  for (const question of questions) {
    for (const variable of question.vars) {
      const given = has(answers, variable);
      const trouble = given ? troubleOf(question, answers[variable]) : question.required ? [question.asks] : null;
      if (trouble) found[variable] = trouble;
    }
  }
  return found;
}
