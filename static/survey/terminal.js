// A store's own device: many people, one after the other, also without a network. Each gets a name
// of this device's making. What somebody leaves behind waits here under that name until the server
// has it; nobody ever sees it again.

const REMINDER = 20000;
const SILENCE = 30000;
const THANKS = 10000;
const CORNER = 90;
const TAPS = 5;

function openTerminal(state, say) {
  const prefix = "survey:" + state.base + ":";
  const random = crypto.getRandomValues(new Uint32Array(7));
  const seed = (random[0] % 1048576) * 4294967296 + random[1];
  const person = seed.toString(36) + "." + Array.from(random.subarray(2), (number) => number.toString(36).padStart(7, "0")).join("");
  Object.assign(state, { key: state.base + ":" + person, headers: { "Survey-Person": person }, seed, started: true, page: null });
  const veil = document.getElementById("veil");
  const code = veil.querySelector("input");
  const go = veil.querySelector("button");
  let touched = performance.now();
  let begun = () => false;
  let mood = "asks";
  let taps = [];
  let sending = false;

  const show = (next, text) => {
    mood = next;
    veil.querySelector("p").textContent = text;
    code.parentElement.hidden = next !== "locked";
    go.hidden = next === "waits";
    if (!veil.open) veil.showModal();
  };

  const back = () => {
    mood = mood === "thanks" ? mood : "asks";
    code.value = "";
    if (veil.open) veil.close();
  };

  // Without a service worker the browser could not show the page again, so the network is awaited.
  const restart = () => {
    document.getElementById("survey").hidden = true;
    if (navigator.serviceWorker && navigator.serviceWorker.controller) return location.replace(state.base);
    show("waits", say("awaits"));
    return fetch(state.base, { cache: "no-store" }).then(() => location.replace(state.base), () => setTimeout(restart, 5000));
  };

  const watch = () => {
    const quiet = performance.now() - touched;
    if (mood === "waits" || mood === "rests") return;
    if (mood === "thanks" ? quiet > THANKS : quiet > SILENCE && (begun() || mood === "locked")) restart();
    else if ((mood === "asks" || mood === "reminds") && quiet > REMINDER && begun()) show("reminds", say("still", { n: Math.ceil((SILENCE - quiet) / 1000) }));
  };

  const left = () => Object.keys(localStorage).filter((name) => name.startsWith(prefix) && name !== "survey:" + state.key);

  const send = (name) => {
    const kept = JSON.parse(localStorage.getItem(name));
    const answers = waitingOf(kept.entries);
    if (!kept.submit && !Object.keys(answers).length) return Promise.resolve(200);
    return fetch(state.base + (kept.submit ? "/submit" : "/save"), {
      method: "POST",
      headers: { "Content-Type": "application/json", "Survey-Person": name.slice(prefix.length) },
      body: JSON.stringify({ answers, language: kept.language }),
      credentials: "omit",
    }).then((answer) => answer.status);
  };

  // Anything that the server has decided is over; trouble and too much haste are asked again later.
  const sendLeft = async () => {
    if (sending) return;
    sending = true;
    try {
      for (const name of left()) {
        const status = await send(name);
        if (status >= 500 || status === 429) break;
        localStorage.removeItem(name);
      }
    } catch (trouble) {
      // No network: they wait.
    }
    sending = false;
  };

  const tapped = (event) => {
    const now = performance.now();
    if (event.clientX > CORNER || event.clientY > CORNER) taps = [];
    else taps = [...taps, now].filter((at) => now - at < 4000);
    if (taps.length < TAPS) return;
    taps = [];
    show("locked", say("staff"));
    code.focus();
  };

  const unlock = () => {
    if (code.value !== state.terminal.exit) return back();
    if (document.fullscreenElement) document.exitFullscreen();
    return show("rests", say("rest"));
  };

  const pressed = (event) => {
    event.preventDefault();
    if (mood === "locked") unlock();
    else if (mood === "rests") restart();
    else back();
  };

  const fill = () => {
    const whole = document.documentElement;
    if (mood === "asks" && !document.fullscreenElement && whole.requestFullscreen) whole.requestFullscreen({ navigationUI: "hide" }).catch(() => undefined);
  };

  for (const kind of ["pointerdown", "keydown", "input", "scroll"]) {
    window.addEventListener(kind, () => {
      touched = performance.now();
    }, { capture: true, passive: true });
  }
  window.addEventListener("click", fill);
  window.addEventListener("pointerdown", tapped);
  window.addEventListener("contextmenu", (event) => event.preventDefault());
  window.addEventListener("pageshow", (event) => event.persisted && restart());
  window.addEventListener("online", sendLeft);
  veil.querySelector("form").addEventListener("submit", pressed);
  veil.addEventListener("click", (event) => event.target === veil && mood === "reminds" && back());
  veil.addEventListener("close", () => (mood === "rests" || mood === "waits" ? veil.showModal() : back()));
  document.getElementById("survey").autocomplete = "off";
  setInterval(watch, 500);
  setInterval(sendLeft, 15000);
  sendLeft();

  return {
    begins: (test) => {
      begun = test;
    },
    thanked: (closing) => {
      if (mood === "thanks") return;
      mood = "thanks";
      touched = performance.now();
      const next = document.createElement("button");
      next.type = "button";
      next.textContent = say("again");
      next.addEventListener("click", restart);
      closing.append(next);
    },
  };
}
