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

const SOURCES = ["answer", "customer", "touchpoint", "survey", "random", "computed"];

function sourceOf(node) {
  if (!isTree(node)) return null;
  const keys = Object.keys(node);
  const kind = keys[0];
  return keys.length === 1 && SOURCES.includes(kind) && typeof node[kind] === "string" ? kind : null;
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

// Numbers: from left to right in doubles; null where one is missing or the result is no number.
const isNumber = (value) => typeof value === "number";
const finite = (value) => (Number.isFinite(value) ? value : null);
const adding = (add) => (values) => (values.every(isNumber) ? finite(values.reduce(add)) : null);
const gathering = (gather) => (values) => {
  const numbers = values.filter(isNumber);
  return numbers.length ? finite(gather(numbers)) : null;
};
const total = (numbers) => numbers.reduce((a, b) => a + b);
const EXACT = 2 ** 52;

function rounded([value]) {
  if (!isNumber(value)) return null;
  const size = Math.abs(value);
  return Math.sign(value) * (size >= EXACT ? size : Math.floor(size + 0.5));
}

function counted(values) {
  if (values.length === 1 && Array.isArray(values[0])) return values[0].length;
  return values.every((value) => typeof value === "boolean") ? values.filter(Boolean).length : null;
}

function placed([ranked, option]) {
  const place = Array.isArray(ranked) ? ranked.indexOf(option) + 1 : 0;
  return place || null;
}

function dayOf(value) {
  if (typeof value !== "string" || !DATE.test(value) || value.startsWith("0000")) return null;
  const day = new Date(`${value}T00:00:00Z`);
  return !isNaN(day) && day.toISOString().startsWith(value) ? day / 864e5 : null;
}

function spanned([first, second]) {
  const [from, to] = [dayOf(first), dayOf(second)];
  return from === null || to === null ? null : to - from;
}

// Name: fewest operands, most operands, what they become.
const CALCULATE = {
  "+": [2, Infinity, adding((a, b) => a + b)],
  "-": [2, 2, adding((a, b) => a - b)],
  "*": [2, Infinity, adding((a, b) => a * b)],
  "/": [2, 2, adding((a, b) => a / b)],
  min: [1, Infinity, gathering((numbers) => Math.min(...numbers))],
  max: [1, Infinity, gathering((numbers) => Math.max(...numbers))],
  sum: [1, Infinity, gathering(total)],
  mean: [1, Infinity, gathering((numbers) => total(numbers) / numbers.length)],
  round: [1, 1, rounded],
  count: [1, Infinity, counted],
  position: [2, 2, placed],
  days: [2, 2, spanned],
};

function valueOf(node, answers, facts, depth) {
  const kind = sourceOf(node);
  if (kind === "computed") return computedValue(node.computed, answers, facts);
  if (kind) {
    const map = kind === "answer" ? answers : facts[kind] || {};
    return has(map, node[kind]) ? known(map[node[kind]]) : null;
  }
  return isTree(node) ? operation(node, answers, facts, depth) : node;
}

// `facts.computed` holds the rules of computed values; one that reads itself is unknown.
function computedValue(name, answers, facts) {
  const rules = facts.computed || {};
  if (!has(rules, name)) return null;
  const { [name]: rule, ...others } = rules;
  return valueOf(rule, answers, { ...facts, computed: others }, 0);
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
  if (operator === "if") return operands.length === 3 ? chosen(operands, condition, value) : null;
  if (has(CALCULATE, operator)) return calculated(operator, operands, value);
  if (!has(COMPARE, operator) || operands.length !== 2) return null;
  return COMPARE[operator](value(operands[0]), value(operands[1]));
}

function chosen(operands, condition, value) {
  const verdict = condition(operands[0]);
  return verdict === null ? null : value(operands[verdict ? 1 : 2]);
}

function calculated(operator, operands, value) {
  const [fewest, most, calculate] = CALCULATE[operator];
  if (operands.length < fewest || operands.length > most) return null;
  if (operator === "position" && (!sourceOf(operands[0]) || typeof operands[1] !== "string")) return null;
  return calculate(operands.map(value));
}

function evaluate(rule, answers, facts) {
  return truth(valueOf(rule, answers, facts, 0));
}
