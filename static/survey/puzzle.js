// Solves the server's puzzle in a worker, so that the page stays quick: the number for which the
// SHA-256 of PUZZLE.NUMBER begins with as many zero bits as the puzzle begins with.

const SLICE = 256;
const encoder = new TextEncoder();
const digest = (text) => crypto.subtle.digest("SHA-256", encoder.encode(text));
const zeros = (hash) => Math.clz32(new DataView(hash).getUint32(0));

async function solve(puzzle) {
  const bits = parseInt(puzzle, 10);
  for (let from = 0; ; from += SLICE) {
    const hashes = await Promise.all(Array.from({ length: SLICE }, (none, index) => digest(`${puzzle}.${from + index}`)));
    const found = hashes.findIndex((hash) => zeros(hash) >= bits);
    if (found >= 0) return `${puzzle}.${from + found}`;
  }
}

// Without SubtleCrypto (no secure address) it says so, and the answers are taken all the same.
self.onmessage = ({ data }) => solve(data).then(postMessage, () => postMessage("none"));
