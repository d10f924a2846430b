// Tells the server that this editor is open, and at which part; shows who else is here.
// Whoever hides the window or closes it is not here any more.
const slot = document.getElementById("presence");
const EVERY = 20000;
const SOON = 500; // after what was chosen is shown, and once for a quick run through the outline
const token = JSON.parse(document.body.getAttribute("hx-headers") || "{}");
let timer;
let soon;

async function tell(leaving = false) {
  const body = new URLSearchParams({ at: document.getElementById("designer")?.dataset.here || "" });
  if (leaving) body.set("leaving", "1");
  try {
    const answer = await fetch(slot.dataset.url, { method: "POST", body, headers: token, keepalive: leaving, redirect: "error" });
    const html = await answer.text();
    if (answer.ok && !leaving && html.trim() !== slot.innerHTML.trim()) slot.innerHTML = html;
  } catch {
    // No connection: the editor says so itself, and the next beat tries again.
  }
}

function beat() {
  window.clearInterval(timer);
  if (document.hidden) return tell(true);
  timer = window.setInterval(tell, EVERY);
  return tell();
}

document.addEventListener("visibilitychange", beat);
window.addEventListener("pagehide", () => tell(true));
document.addEventListener("designer:shown", () => {
  if (document.getElementById("designer").dataset.here !== at) {
    at = document.getElementById("designer").dataset.here;
    window.clearTimeout(soon);
    soon = window.setTimeout(tell, SOON);
  }
});
let at = document.getElementById("designer")?.dataset.here;
beat();
