// Member cards at a terminal. A reader types the number like a keyboard, faster than any hand, and
// then Enter; what it typed into a field is taken out again. A reader for phones may open the page's
// own address with #member= or ?member= and the number, which leaves the address at once.

const LONGEST_GAP = 50;
const SHORTEST_NUMBER = 4;
const LONGEST_NUMBER = 64;

function openReader(state, store, isReading, told) {
  let typed = "";
  let last = 0;
  let undo = () => undefined;

  const keep = (number) => {
    state.headers["Survey-Member"] = encodeURIComponent(number);
    store.local.member = number;
    store.write();
    told(number ? "read" : "back", has());
  };

  const has = () => Boolean(store.local.member);
  const take = (number) => (number.length > LONGEST_NUMBER ? told("unread", has()) : keep(number));

  // A field as it is now, to be put back.
  const mark = (field) => {
    const before = field.value;
    const caret = [field.selectionStart, field.selectionEnd];
    return () => {
      if (before === undefined || field.value === before) return;
      field.value = before;
      if (caret[0] !== null && field.setSelectionRange) field.setSelectionRange(...caret);
      for (const kind of ["input", "change"]) field.dispatchEvent(new Event(kind, { bubbles: true }));
    };
  };

  // Behind the keys of an input method, the digits still tell what they are.
  const signOf = (event) => {
    if (event.key === "Process" && /^(Digit|Numpad)\d$/.test(event.code)) return event.code.slice(-1);
    return /^[!-~]$/.test(event.key) ? event.key : "";
  };

  const pressed = (event) => {
    if (event.key === "Shift") return;
    const isFast = event.timeStamp - last <= LONGEST_GAP;
    const sign = event.repeat || event.ctrlKey || event.altKey || event.metaKey ? "" : signOf(event);
    last = event.timeStamp;
    if (!isFast) typed = "";
    if (sign) {
      if (!typed) undo = mark(event.target);
      typed += sign;
      return;
    }
    const number = typed;
    typed = "";
    if (!/^(Numpad)?Enter$/.test(event.code || event.key) || number.length < SHORTEST_NUMBER || !isReading()) return;
    event.preventDefault();
    event.stopImmediatePropagation();
    undo();
    take(number);
  };

  const fromAddress = () => {
    const there = new URL(location.href);
    const behind = new URLSearchParams(there.hash.slice(1));
    const number = (behind.get("member") || there.searchParams.get("member") || "").trim();
    if (!behind.has("member") && !there.searchParams.has("member")) return;
    there.searchParams.delete("member");
    history.replaceState(history.state, "", there.pathname + there.search);
    if (number && isReading()) take(number);
  };

  window.addEventListener("keydown", pressed, true);
  window.addEventListener("hashchange", fromAddress);
  fromAddress();
  return { drop: () => keep(""), has };
}
