// The rule language in the browser: the same three values, from the same trees, as the server's.
// null is "unknown"; unknown never shows anything. Nothing here can throw, whatever the tree.

const has = (map, key) => Object.prototype.hasOwnProperty.call(map, key);
const MAX_DEPTH = 32;
const DATE = /^[0-9]{4}-[0-9]{2}-[0-9]{2}$/;

const truth = (value) => (typeof value === "boolean" ? value : null);
const isTree = (node) => typeof node === "object" && node !== null && !Array.isArray(node);
const known = (value) =>
  value === undefined || value === "" || (Array.isArray(value) && !value.length) ? null : value;
const kindOf = (value) => {
  const kind = typeof value;
  return kind === "boolean" || kind === "number" || kind === "string" ? kind : null;
};

function sourceOf(node) {
  if (!isTree(node)) return null;
  const keys = Object.keys(node);
  const kind = keys[0];
  const isSource = kind === "answer" || kind === "customer" || kind === "touchpoint";
  return keys.length === 1 && isSource && typeof node[kind] === "string" ? kind : null;
}

function equal(left, right) {
  const kind = kindOf(left);
  return kind !== null && kind === kindOf(right) ? left === right : null;
}

const ordered = (order) => (left, right) => {
  const kind = kindOf(left);
  if (kind !== kindOf(right)) return null;
  const comparable = kind === "number" || (kind === "string" && DATE.test(left) && DATE.test(right));
  return comparable ? order(left, right) : null;
};

function member(value, members) {
  if (kindOf(value) === null || !Array.isArray(members)) return null;
  const found = members.map((one) => equal(value, one));
  return found.includes(true) ? true : found.includes(null) ? null : false;
}

const not = (value) => (value === null ? null : !value);

function all(values) {
  let result = true;
  for (const value of values) {
    if (value === false) return false;
    if (value === null) result = null;
  }
  return result;
}

const COMPARE = {
  "==": equal,
  "!=": (left, right) => not(equal(left, right)),
  "<": ordered((a, b) => a < b),
  "<=": ordered((a, b) => a <= b),
  ">": ordered((a, b) => a > b),
  ">=": ordered((a, b) => a >= b),
  in: member,
};

function valueOf(node, answers, facts, depth) {
  const kind = sourceOf(node);
  if (kind) {
    const map = kind === "answer" ? answers : facts[kind] || {};
    return has(map, node[kind]) ? known(map[node[kind]]) : null;
  }
  return isTree(node) ? operation(node, answers, facts, depth) : node;
}

function operation(node, answers, facts, depth) {
  const keys = Object.keys(node);
  const operator = keys[0];
  const operands = node[operator];
  if (keys.length !== 1 || !Array.isArray(operands) || !operands.length || depth >= MAX_DEPTH) return null;
  const value = (operand) => valueOf(operand, answers, facts, depth + 1);
  const condition = (operand) => truth(value(operand));
  if (operator === "and") return all(operands.map(condition));
  if (operator === "or") return not(all(operands.map((operand) => not(condition(operand)))));
  if (operator === "not") return operands.length === 1 ? not(condition(operands[0])) : null;
  if (operator === "answered") {
    return operands.length === 1 && sourceOf(operands[0]) ? value(operands[0]) !== null : null;
  }
  if (!has(COMPARE, operator) || operands.length !== 2) return null;
  return COMPARE[operator](value(operands[0]), value(operands[1]));
}

function evaluate(rule, answers, facts) {
  return truth(valueOf(rule, answers, facts, 0));
}

// The visible pages with their visible questions. A rule sees only what is visible before it.
function pathOf(pages, answers, facts) {
  const seen = {};
  const shown = (part) => !part.show || evaluate(part.show, seen, facts) === true;
  const visible = (question) => {
    if (!shown(question)) return false;
    for (const name of question.vars) if (has(answers, name)) seen[name] = answers[name];
    return true;
  };
  return pages
    .map((page) => ({ page, questions: shown(page) ? page.questions.filter(visible) : [] }))
    .filter((step) => step.questions.length);
}
