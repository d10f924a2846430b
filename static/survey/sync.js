// Saving in the background: batches, acknowledged answer by answer, retried with back-off.

const SOON = 350;
const PATIENCE = 12000;
const LONGEST = 30000;
const FINISHED = ["completed", "screened_out", "quota_full"];

function openSync(state, store, tell, sendPhoto) {
  const claims = {};
  let timer = 0;
  let sending = null;
  let failures = 0;
  let shownAt = Date.now();
  let page = "";
  let hiddenAt = 0;

  const post = (path, body) => {
    const stop = new AbortController();
    const late = setTimeout(() => stop.abort(), PATIENCE);
    return fetch(state.base + path, {
      method: "POST",
      headers: Object.assign({ "Content-Type": "application/json" }, state.headers),
      body: JSON.stringify(body),
      credentials: "same-origin",
      keepalive: document.visibilityState === "hidden",
      signal: stop.signal,
    })
      .then((answer) => answer.json().then((found) => ({ status: answer.status, found })))
      .finally(() => clearTimeout(late));
  };

  const batch = () => {
    claims[page] = (claims[page] || 0) + Date.now() - shownAt;
    shownAt = Date.now();
    return { page, language: document.documentElement.lang, answers: store.waiting(), claims, opened: state.opened, place: state.place };
  };

  const isWaiting = () => Boolean(store.unsent() || Object.keys(store.waiting()).length);

  const later = (delay) => {
    clearTimeout(timer);
    timer = setTimeout(push, delay);
  };

  const failed = () => {
    failures += 1;
    tell.offline();
    const wait = Math.min(LONGEST, 1000 * 2 ** Math.min(failures - 1, 5));
    later(wait * (0.75 + Math.random() / 2));
  };

  // In a rush of answers from one address each costs a puzzle, solved beside the page.
  const work = (puzzle) =>
    new Promise((done) => {
      const worker = new Worker("/static/survey/puzzle.js");
      worker.onmessage = worker.onerror = done;
      worker.postMessage(puzzle);
    })
      .catch(() => ({}))
      .then(({ data }) => {
        state.headers = Object.assign({}, state.headers, { "Survey-Work": data || "none" });
        later(0);
      });

  const heard = (answer) => {
    if (answer.status === 428) return work(answer.found.puzzle);
    if (answer.status >= 500 || answer.status === 429) return failed();
    if (failures) tell.online();
    failures = 0;
    if (answer.found.saved) tell.saved(store.acknowledge(answer.found.saved));
    if (answer.found.newer) tell.newer(store.take(answer.found.newer));
    if (FINISHED.includes(answer.found.state)) return tell.completed(answer.found.state);
    if (answer.status >= 400) return tell.refused(answer.found);
    if (answer.found.errors) return tell.incomplete(answer.found);
    if (store.local.submit || isWaiting()) later(SOON);
    return undefined;
  };

  function push() {
    clearTimeout(timer);
    if (state.mode === "preview") return Promise.resolve();
    if (sending) return sending.then(push);
    const submits = store.local.submit;
    if (!submits && !isWaiting()) return Promise.resolve();
    if (!submits) tell.saving();
    const photo = store.unsent();
    sending = (photo ? sendPhoto(photo) : post(submits ? "/submit" : "/save", batch()))
      .then(heard, failed)
      .finally(() => {
        sending = null;
      });
    return sending;
  }

  return {
    changed: () => {
      if (state.mode !== "preview" && !timerIsBackingOff()) later(SOON);
    },
    push,
    // A page that is left for another one says how often and how long: claims, like its times.
    turned: () => {
      const local = store.local;
      if (document.visibilityState === "hidden") {
        hiddenAt = Date.now();
        claims["~away"] = local.away = (local.away || 0) + 1;
      } else if (hiddenAt) {
        claims["~away_ms"] = local.awayMs = (local.awayMs || 0) + Date.now() - hiddenAt;
        hiddenAt = 0;
      }
      return push();
    },
    at: (id) => {
      if (page) claims[page] = (claims[page] || 0) + Date.now() - shownAt;
      page = id;
      shownAt = Date.now();
    },
    opened: () => post("/open", { opened: state.opened }).catch(() => undefined),
    isFailing: () => failures > 0,
  };

  function timerIsBackingOff() {
    return failures > 0 && timer;
  }
}
