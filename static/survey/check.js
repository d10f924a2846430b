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

// A day that the calendar has, within the question's bounds.
function dateTrouble(question, value, today) {
  const day = new Date(value + "T00:00:00Z");
  if (!DATE.test(value) || Number.isNaN(day.getTime()) || day.toISOString().slice(0, 10) !== value) return ["date"];
  const [low, high] = [question.earliest, question.latest].map((bound) => (bound === "today" ? today : bound));
  const below = low !== undefined && value < low;
  const above = high !== undefined && value > high;
  if ((below || above) && low !== undefined && high !== undefined) return ["from_to", { low, high }];
  if (below) return ["earliest", { low }];
  return above ? ["latest", { high }] : null;
}

const WORDS = 200;
const FORMATS = {
  email: /^[^@\s,;<>()]+@[^@\s,;<>()]+\.[^@\s,;<>().]{2,}$/,
  phone: /^\+?(?:[ ()/.-]{0,2}[0-9]){6,15}$/,
  digits: /^[0-9]+$/,
};

function textTrouble(value, most, format) {
  const length = Array.from(value).length;
  if (most && length > most) return ["too_long", { most, length }];
  return format && !FORMATS[format].test(value) ? [format] : null;
}

function listTrouble(question, value, offered) {
  if (question.most && value.length > question.most) return ["too_many", { at_most: question.most }];
  const count = Math.min(question.most || offered.length, offered.length);
  return question.type === "ranking" && value.length < count ? ["rest", { count, given: value.length }] : null;
}

function troubleOf(question, variable, value, way, facts) {
  if (isReason(question, value)) return null;
  if (isWords(question, variable)) return textTrouble(value, WORDS);
  if (question.type === "number") return numberTrouble(question, value);
  if (question.type === "date") return dateTrouble(question, value, facts.survey.today);
  if (Array.isArray(value)) return listTrouble(question, value, way.offered[question.id]);
  return typeof value === "string" ? textTrouble(value, question.length, question.format) : null;
}

// What is unanswered, or typed so far that it is no answer yet.
function lackOf(step, question, variable) {
  const field = fieldsOf(variable)[0];
  if (field && field.validity && field.validity.badInput) return [question.type];
  if (!step.required[question.id]) return null;
  return [isWords(question, variable) ? "specify" : question.asks];
}

// What keeps a page from being left (errors), and what is only asked about once (warnings): lists of
// [variable or page:ID, message key and parameters, or the id of a check].
function troubles(step, way, facts) {
  const seen = way.seen;
  const found = { error: [], warning: [] };
  const failed = (check) => evaluate(check.must, seen, facts) === false;
  const note = (owner, place, checks) => {
    for (const check of checks || []) if (failed(check)) found[check.severity || "error"].push([place, null, owner + "." + check.id]);
  };
  for (const question of step.questions) {
    for (const variable of step.asked[question.id]) {
      const given = has(seen, variable);
      const trouble = given ? troubleOf(question, variable, seen[variable], way, facts) : lackOf(step, question, variable);
      if (trouble) found.error.push([variable, trouble]);
    }
    note(question.id, step.asked[question.id][0], question.checks);
  }
  note("page:" + step.page.id, "page:" + step.page.id, step.page.checks);
  return found;
}
