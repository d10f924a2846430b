// Reading answers from the fields and writing them into the fields.

const NUMERIC = { likert: 1, likert_grid: 1, nps: 1 };

const fieldsOf = (variable) => Array.from(document.getElementsByName(variable));

function readField(question, variable) {
  const fields = fieldsOf(variable);
  if (question.type === "multiple") {
    const chosen = fields.filter((field) => field.checked).map((field) => field.value);
    return chosen.length ? chosen : null;
  }
  if (fields[0].type === "radio") {
    const chosen = fields.find((field) => field.checked);
    return chosen ? (NUMERIC[question.type] ? Number(chosen.value) : chosen.value) : null;
  }
  const text = fields[0].value.trim();
  if (!text) return null;
  return question.type === "number" ? numberOf(text) : text;
}

function writeField(question, variable, value) {
  const chosen = Array.isArray(value) ? value.map(String) : [String(value)];
  for (const field of fieldsOf(variable)) {
    if (field.type === "radio" || field.type === "checkbox") field.checked = value !== null && chosen.includes(field.value);
    else field.value = value === null ? "" : String(value);
  }
}

// "None of these" clears the others, and the others clear it.
function keepExclusive(question, field) {
  if (!question.alone || !field.checked) return;
  const isAlone = question.alone.includes(field.value);
  for (const other of fieldsOf(field.name)) {
    if (other !== field && (isAlone || question.alone.includes(other.value))) other.checked = false;
  }
}

function countCharacters(question, field, say) {
  const line = field.closest(".q").querySelector(".count");
  if (!line) return;
  const left = question.length - Array.from(field.value.trim()).length;
  line.hidden = left > Math.min(50, question.length / 4);
  line.textContent = say(left < 0 ? "over" : "left", { n: Math.abs(left) });
}
