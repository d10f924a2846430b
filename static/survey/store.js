// What this phone knows: every answer with its sequence number, kept in localStorage until submit.
// A sequence number is (seconds << 20) + a random number of this page, or a little more than the one
// before, so that two devices hardly ever give the same one, and the newest answer of a variable wins
// wherever it arrives first. The seconds are the server's, from when it sent the page on; a wrong clock
// of the phone does not matter.

const STEP = 1048576;
const DAYS_KEPT = 60;

// What the server has not acknowledged, as a batch.
function waitingOf(entries) {
  const batch = {};
  for (const variable of Object.keys(entries)) {
    const { v, s, d } = entries[variable];
    if (d) batch[variable] = { v, s };
  }
  return batch;
}

function openStore(state) {
  const name = "survey:" + state.key;
  const tag = Math.floor(Math.random() * STEP);
  const keeps = state.mode === "answer";
  let local = { entries: {} };
  let kept = keeps;

  const read = () => {
    try {
      const found = JSON.parse(localStorage.getItem(name));
      if (found && isTree(found.entries)) local = found;
    } catch (trouble) {
      kept = false;
    }
  };

  const write = () => {
    if (!keeps) return;
    local.at = Date.now();
    try {
      localStorage.setItem(name, JSON.stringify(local));
      kept = true;
    } catch (trouble) {
      kept = false;
    }
  };

  const forgetOld = () => {
    for (const other of Object.keys(localStorage)) {
      if (!other.startsWith("survey:") || other === name) continue;
      const at = (JSON.parse(localStorage.getItem(other)) || {}).at || 0;
      if (Date.now() - at > DAYS_KEPT * 864e5) localStorage.removeItem(other);
    }
  };

  const merge = (saved) => {
    for (const variable of Object.keys(saved)) {
      const [s, v] = saved[variable];
      const mine = local.entries[variable];
      if (!mine || mine.s <= s) local.entries[variable] = { s, v, d: 0 };
    }
  };

  if (keeps) {
    read();
    try {
      forgetOld();
    } catch (trouble) {
      // A browser without storage has nothing to forget.
    }
  }
  merge(state.answers);

  // When the page came; a copy of it that is loaded again without a network came when it first did.
  const [entry] = performance.getEntriesByType("navigation");
  const since = entry ? entry.responseStart : 0;
  if (local.opened !== state.opened) {
    local.opened = state.opened;
    local.came = Date.now() - performance.now() + since;
  }

  const next = () => {
    const highest = Math.max(0, ...Object.values(local.entries).map((entry) => entry.s));
    const passed = Math.max(Date.now() - local.came, performance.now() - since);
    const second = Math.floor(((parseInt(state.opened, 10) || 0) + passed) / 1000);
    return Math.max(highest + 1 + Math.floor(Math.random() * 1024), second * STEP + tag);
  };

  return {
    local,
    write,
    isKept: () => kept,
    answers: () => {
      const found = {};
      for (const variable of Object.keys(local.entries)) {
        const { v } = local.entries[variable];
        if (v !== null) found[variable] = v;
      }
      return found;
    },
    set: (variable, value) => {
      const entry = local.entries[variable];
      if (entry ? JSON.stringify(entry.v) === JSON.stringify(value) : value === null) return false;
      local.entries[variable] = { v: value, s: next(), d: 1 };
      write();
      return true;
    },
    // A photo: the answer is there, the picture itself of so many bytes waits to be sent.
    attach: (variable, bytes) => {
      local.entries[variable] = { v: "photo", s: next(), d: 0, p: bytes };
      write();
    },
    unsent: () => Object.keys(local.entries).find((variable) => local.entries[variable].p),
    waiting: () => waitingOf(local.entries),
    acknowledge: (saved) => {
      const done = Object.keys(saved).filter((variable) => {
        const entry = local.entries[variable];
        return entry && (entry.d || entry.p) && entry.s <= saved[variable];
      });
      for (const variable of done) local.entries[variable].d = local.entries[variable].p = 0;
      if (done.length) write();
      return done;
    },
    // What another device answered later.
    take: (newer) => {
      merge(newer);
      write();
      return Object.keys(newer);
    },
    clear: () => {
      local.entries = {};
      try {
        localStorage.removeItem(name);
      } catch (trouble) {
        // Nothing was kept.
      }
    },
  };
}
