// Photos at a terminal wait under the name of whoever chose them, until the server has them.

const MOST_PHOTOS = 60;
const MOST_BYTES = 64 << 20;

function openShelf(base, prefix) {
  const open = () => caches.open("photos:" + location.origin + base);
  const address = (person, variable) => base + "/photo/" + variable + "?" + person;
  const entriesOf = (name) => Object.values((JSON.parse(localStorage.getItem(name)) || {}).entries || {});
  const names = () => Object.keys(localStorage).filter((name) => name.startsWith(prefix));

  const hasRoom = (bytes) => {
    const waiting = names().flatMap(entriesOf).map((entry) => entry.p || 0).filter(Boolean);
    return waiting.length < MOST_PHOTOS && waiting.reduce((sum, size) => sum + size, bytes) <= MOST_BYTES;
  };

  // Pictures of whom nothing else waits belong to nobody any more.
  const sweep = async (current) => {
    const kept = await open();
    for (const { url } of await kept.keys()) {
      const person = new URL(url).search.slice(1);
      if (person !== current && !localStorage.getItem(prefix + person)) await kept.delete(url);
    }
  };

  return { open, address, hasRoom, sweep };
}
