// Reading answers from the fields and writing them into the fields.

const SCALES = { likert: 1, likert_grid: 1, nps: 1, ces: 1, csat: 1, stars: 1 };

const fieldsOf = (variable) => Array.from(document.getElementsByName(variable));
const reasonsOf = (variable) => fieldsOf("_none." + variable);
const isReason = (question, value) => Boolean(question.missing && question.missing.includes(value));
const isWords = (question, variable) => Boolean(question.other && variable !== question.id);

function readField(question, variable) {
  const fields = fieldsOf(variable);
  if (question.type === "multiple" && !isWords(question, variable)) {
    const chosen = fields.filter((field) => field.checked).map((field) => field.value);
    return chosen.length ? chosen : null;
  }
  if (question.type === "consent") return fields[0].checked || null;
  if (fields[0].type === "radio") {
    const chosen = fields.find((field) => field.checked);
    if (!chosen) return null;
    return SCALES[question.type] && !isReason(question, chosen.value) ? Number(chosen.value) : chosen.value;
  }
  const text = fields[0].value.trim();
  if (text) return question.type === "number" ? numberOf(text) : text;
  const reason = reasonsOf(variable).find((field) => field.checked);
  return reason ? reason.value : null;
}

function writeField(question, variable, value) {
  const typed = isReason(question, value) ? "" : value;
  for (const field of reasonsOf(variable)) field.checked = field.value === value;
  const chosen = [].concat(value).map(String);
  for (const field of fieldsOf(variable)) {
    if (field.type === "file") continue;
    if (field.type === "radio" || field.type === "checkbox") field.checked = value !== null && chosen.includes(field.value);
    else field.value = typed === null ? "" : String(typed);
  }
}

// "None of these" clears the others, and the others clear it.
function keepExclusive(question, field) {
  if (!question.alone || !field.checked || field.name !== question.id) return;
  const isAlone = question.alone.includes(field.value);
  for (const other of fieldsOf(field.name)) {
    if (other !== field && (isAlone || question.alone.includes(other.value))) other.checked = false;
  }
}

// A reason why there is no answer takes the place of what was typed, and the other way round.
function keepReason(variable, field) {
  const isTick = field.name !== variable;
  if (isTick ? !field.checked : !field.value.trim()) return;
  for (const other of reasonsOf(variable)) if (other !== field) other.checked = false;
  if (isTick) fieldsOf(variable)[0].value = "";
}

function countCharacters(question, field, say) {
  const line = field.closest(".q").querySelector(".count");
  if (!line || field.name !== question.id) return;
  const left = question.length - Array.from(field.value.trim()).length;
  line.hidden = left > Math.min(50, question.length / 4);
  line.textContent = say(left < 0 ? "over" : "left", { n: Math.abs(left) });
}
