// Which pages and questions a person with these answers sees, in the order of the response's seed.
// The same as the server's: unknown never shows, and a rule sees only what is visible before it.

// FNV-1a of the names, mixed as murmur does: the server draws the same number.
function rank(seed, ...names) {
  let value = 0x811c9dc5;
  for (const byte of new TextEncoder().encode([seed, ...names].join("\x1f"))) value = Math.imul(value ^ byte, 0x01000193);
  value = Math.imul(value ^ (value >>> 16), 0x85ebca6b);
  value = Math.imul(value ^ (value >>> 13), 0xc2b2ae35);
  return (value ^ (value >>> 16)) >>> 0;
}

// Parts with an id in random order; those that are `fixed` keep their place.
function shuffled(seed, scope, parts) {
  const drawn = parts
    .filter((part) => !part.fixed)
    .map((part) => [rank(seed, scope, part.id), part])
    .sort((a, b) => a[0] - b[0] || (a[1].id < b[1].id ? -1 : 1));
  return parts.map((part) => (part.fixed ? part : drawn.shift()[1]));
}

function inOrder(pages, seed) {
  const mixed = (question, parts) => (question.shuffle && parts ? shuffled(seed, question.id, parts) : parts);
  const inside = (question) =>
    Object.assign({}, question, { options: mixed(question, question.options), items: mixed(question, question.items) });
  const within = (page) => {
    const questions = page.shuffle ? shuffled(seed, "page " + page.id, page.questions) : page.questions;
    return Object.assign({}, page, { questions: questions.map(inside) });
  };
  const found = [];
  for (let start = 0, end; start < pages.length; start = end) {
    const block = pages[start].block;
    for (end = start + 1; block && end < pages.length && pages[end].block === block; ) end += 1;
    found.push(...shuffled(seed, "block " + block, pages.slice(start, end)).map(within));
  }
  return found;
}

// One pass over the pages. steps: each page with its questions, the variables that it asks for, what
// its choices offer and which questions must be answered. seen: the answers that count.
function pathOf(pages, answers, facts) {
  const seen = {};
  const offered = {};
  const holds = (rule) => rule === undefined || evaluate(rule, seen, facts) === true;
  const read = (names) => {
    for (const name of names) if (has(answers, name)) seen[name] = answers[name];
    return names;
  };

  const carried = (question) => {
    const value = seen[question.carry.question];
    if (value === undefined) return [];
    const chosen = [].concat(value);
    const there = offered[question.carry.question] || [];
    return there.filter((id) => chosen.includes(id) === (question.carry.which === "chosen"));
  };

  const choose = (question) => {
    const taken = question.carry ? carried(question) : [];
    const open = question.options.filter((one) => (one.carried ? taken.includes(one.id) : holds(one.show)));
    const ids = (offered[question.id] = open.map((one) => one.id));
    const given = [].concat(has(answers, question.id) ? answers[question.id] : []).filter((id) => ids.includes(id));
    if (given.length) seen[question.id] = Array.isArray(answers[question.id]) ? given : given[0];
    return ids.length && [question.id, ...read((question.other || []).filter((id) => given.includes(id)).map((id) => question.id + "." + id))];
  };

  const ask = (question) => {
    if (question.options) return choose(question);
    if (!question.items) return read(question.vars);
    const open = question.items.filter((item) => holds(item.show)).map((item) => question.id + "." + item.id);
    offered[question.id] = open;
    return open.length && read(open);
  };

  const steps = [];
  let ended = null;
  for (const page of pages) {
    if (!holds(page.show)) continue;
    const step = { page, questions: [], asked: {}, required: {} };
    for (const question of page.questions) {
      const names = holds(question.show) && ask(question);
      if (!names) continue;
      step.questions.push(question);
      step.asked[question.id] = names;
      step.required[question.id] = question.required || (question.require !== undefined && holds(question.require));
    }
    if (!step.questions.length) continue;
    steps.push(step);
    ended = (page.outs || []).find((out) => holds(out.when)) || null;
    if (ended) break;
  }
  return { steps, seen, offered, ended };
}
