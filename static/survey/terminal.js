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
  const shelf = window.caches ? openShelf(state.base, prefix) : null;
  if (shelf) state.shelf = { open: shelf.open, hasRoom: shelf.hasRoom, address: (variable) => shelf.address(person, variable) };
  const veil = document.getElementById("veil");
  const code = veil.querySelector("input");
  const go = veil.querySelector("button");
  let touched = performance.now();
  let begun = () => false;
  let reader = null;
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
    if (mood !== "thanks" && mood !== "leaves") mood = "asks";
    code.value = "";
    if (veil.open) veil.close();
  };

  // Without a service worker the browser could not show the page again, so the network is awaited.
  // Until the next page is there, which a bad network delays, nothing may ask for it once more, and a
  // card is not of the person before.
  const restart = () => {
    mood = "leaves";
    touched = performance.now();
    document.getElementById("survey").hidden = true;
    if (navigator.serviceWorker && navigator.serviceWorker.controller) return location.replace(state.base);
    show("waits", say("awaits"));
    return fetch(state.base, { cache: "no-store" }).then(() => location.replace(state.base), () => setTimeout(restart, 5000));
  };

  const hasBegun = () => begun() || reader.has();

  const watch = () => {
    const quiet = performance.now() - touched;
    if (mood === "waits" || mood === "rests") return;
    if (mood === "thanks" ? quiet > THANKS : quiet > SILENCE && (hasBegun() || mood === "locked")) restart();
    else if ((mood === "asks" || mood === "reminds") && quiet > REMINDER && hasBegun()) show("reminds", say("still", { n: Math.ceil((SILENCE - quiet) / 1000) }));
  };

  const card = document.getElementById("card");
  const tell = (what, isRead) => {
    if (mood === "reminds") back();
    for (const part of card.querySelectorAll("[data-says]")) part.hidden = part.dataset.says !== what;
    card.querySelector("button").hidden = !isRead;
    card.className = what;
  };

  const left = () => Object.keys(localStorage).filter((name) => name.startsWith(prefix) && name !== "survey:" + state.key);

  const send = async (name) => {
    const pictures = shelf ? await sendPictures(name) : 200;
    if (isTrouble(pictures)) return pictures;
    const kept = JSON.parse(localStorage.getItem(name));
    const answers = waitingOf(kept.entries);
    const isRead = "member" in kept && Object.keys(kept.entries).length > 0;
    if (!kept.submit && !isRead && !Object.keys(answers).length) return 200;
    const body = JSON.stringify({ answers, language: kept.language });
    return post(name, kept.submit ? "/submit" : "/save", "application/json", body, kept);
  };

  const post = (name, path, type, body, kept) => {
    const headers = { "Content-Type": type, "Survey-Person": name.slice(prefix.length) };
    if ("member" in kept) headers["Survey-Member"] = encodeURIComponent(kept.member);
    return fetch(state.base + path, { method: "POST", headers, body, credentials: "omit" }).then((answer) => answer.status);
  };

  // The pictures first: what is submitted takes no more of them.
  const sendPictures = async (name) => {
    const kept = JSON.parse(localStorage.getItem(name));
    for (const variable of Object.keys(kept.entries).filter((one) => kept.entries[one].p)) {
      const pictures = await shelf.open();
      const place = shelf.address(name.slice(prefix.length), variable);
      const found = await pictures.match(place);
      const blob = found && (await found.blob());
      const path = `/photo/${variable}?s=${kept.entries[variable].s}`;
      const status = blob ? await post(name, path, blob.type, blob, kept) : 200;
      if (isTrouble(status)) return status;
      kept.entries[variable].p = 0;
      localStorage.setItem(name, JSON.stringify(kept));
      await pictures.delete(place);
    }
    return 200;
  };

  // Anything that the server has decided is over; trouble and too much haste are asked again later.
  const isTrouble = (status) => status >= 500 || status === 429;

  const sendLeft = async () => {
    if (sending) return;
    sending = true;
    try {
      for (const name of left()) {
        if (isTrouble(await send(name))) break;
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
  // Nothing here goes back; a number behind the address would look like it.
  window.addEventListener("popstate", (event) => event.stopImmediatePropagation(), true);
  window.addEventListener("online", sendLeft);
  veil.querySelector("form").addEventListener("submit", pressed);
  veil.addEventListener("click", (event) => event.target === veil && mood === "reminds" && back());
  veil.addEventListener("close", () => (mood === "rests" || mood === "waits" ? veil.showModal() : back()));
  document.getElementById("survey").autocomplete = "off";
  setInterval(sendLeft, 15000);
  if (shelf) shelf.sweep(person).catch(() => undefined);
  sendLeft();

  return {
    begins: (test, store) => {
      begun = test;
      reader = openReader(state, store, () => mood === "asks" || mood === "reminds", tell);
      card.querySelector("button").addEventListener("click", reader.drop);
      setInterval(watch, 500);
    },
    thanked: (closing) => {
      if (mood === "thanks") return;
      mood = "thanks";
      card.hidden = true;
      touched = performance.now();
      const next = document.createElement("button");
      next.type = "button";
      next.textContent = say("again");
      next.addEventListener("click", restart);
      closing.append(next);
    },
  };
}
