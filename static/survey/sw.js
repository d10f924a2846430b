// Lets one questionnaire be reloaded without a network. Its scope is one personal link; its cache
// has the name of that scope, holds that one page, and goes when the answers were sent.

const CACHE = "survey:" + self.registration.scope;
const PATIENCE = 4000;

// The number of a member's card is for the page alone.
const withoutMember = (address) => {
  const there = new URL(address);
  if (there.searchParams.has("member")) there.searchParams.delete("member");
  return there.href;
};

const fresh = (request) => {
  const stop = new AbortController();
  const late = setTimeout(() => stop.abort(), PATIENCE);
  return fetch(withoutMember(request.url), { signal: stop.signal, credentials: "same-origin" }).finally(() => clearTimeout(late));
};

async function page(request) {
  const cache = await caches.open(CACHE);
  try {
    const answer = await fresh(request);
    if (answer.headers.get("X-Survey") === "open") await cache.put(self.registration.scope, answer.clone());
    else if (answer.status < 500) await caches.delete(CACHE);
    return answer;
  } catch (trouble) {
    const kept = await cache.match(self.registration.scope);
    if (kept) return kept;
    throw trouble;
  }
}

self.addEventListener("install", (event) => {
  self.skipWaiting();
  event.waitUntil(page(new Request(self.registration.scope)).catch(() => undefined));
});
self.addEventListener("activate", (event) => event.waitUntil(self.clients.claim()));
self.addEventListener("fetch", (event) => {
  const request = event.request;
  const isPage = request.mode === "navigate" && request.method === "GET";
  if (isPage && request.url.split(/[?#]/)[0] === self.registration.scope) event.respondWith(page(request));
});
