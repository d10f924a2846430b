// Keeps the phone's screen fresh. Without it the page works by reloading.
const live = document.getElementById("live");
const PAUSE = 1500;

function localTimes() {
  for (const time of live.querySelectorAll("time[data-clock]")) {
    const at = new Date(time.dateTime);
    const options = { hour: "2-digit", minute: "2-digit" };
    if (at.toDateString() !== new Date().toDateString()) Object.assign(options, { month: "2-digit", day: "2-digit" });
    time.textContent = at.toLocaleString(document.documentElement.lang, options);
  }
}

function toEnd() {
  const talk = live.querySelector(".talk");
  if (talk) talk.scrollTop = talk.scrollHeight;
}

async function refresh() {
  const version = live.querySelector("[data-version]").dataset.version;
  const address = new URL(live.dataset.live, location.href);
  address.searchParams.set("v", version);
  try {
    const answer = await fetch(address);
    const busy = live.contains(document.activeElement) && document.activeElement.id === "search";
    if (answer.status !== 200 || busy) return;
    const list = live.querySelector(".phones ul");
    const kept = list ? list.scrollTop : 0;
    live.innerHTML = await answer.text();
    const fresh = live.querySelector(".phones ul");
    if (fresh) fresh.scrollTop = kept;
    localTimes();
    toEnd();
  } catch {
    // The gateway is away for a moment; the next round tries again.
  }
}

localTimes();
toEnd();
setInterval(() => { if (!document.hidden) refresh(); }, PAUSE);
