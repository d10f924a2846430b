// What the server has not confirmed is kept in the browser as well, for each questionnaire and person, so
// that a closed or crashed window loses nothing. Every window has a place of its own and holds a lock on it;
// where the lock is free the window is gone, and whoever opens the editor next takes what it left.
import { designer } from "./parts.js";

const { address, user } = designer().dataset;
const name = () => crypto.randomUUID?.() ?? String(Math.random());
const ours = `unsent ${address} ${user} `;
const own = ours + name();
const locks = navigator.locks ?? { request: (key, take) => take() };

/** Keep `changes` (those that write) with the revision that the first of them is made on. */
export function keep(changes) {
  const { revision } = designer().dataset;
  const writing = changes.filter((change) => change.method === "POST");
  write(own, writing.length ? writing.map((one, i) => (i ? one : { revision, ...one })) : null);
}

/** Keep a value under `key`; null forgets it. A full or forbidden storage keeps nothing. */
export function write(key, value) {
  try {
    if (value === null) localStorage.removeItem(key);
    else localStorage.setItem(key, JSON.stringify(value));
  } catch { /* the page itself still has it */ }
}

/** The value kept under `key`, or null. */
export function read(key) {
  try {
    return JSON.parse(localStorage.getItem(key));
  } catch {
    return null;
  }
}

/** Give `resend` the changes that windows left which are gone, or go while this one is open. */
export function recover(resend) {
  locks.request(own, () => new Promise(() => {}));
  for (const key of left()) {
    locks.request(key, () => {
      const changes = read(key);
      if (changes?.length) resend(changes);
      write(key, null);
    });
  }
}

function left() {
  try {
    return Object.keys(localStorage).filter((key) => key.startsWith(ours));
  } catch {
    return [];
  }
}
