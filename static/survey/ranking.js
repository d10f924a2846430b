// Rankings: tap to rank, tap again to take out, move up and down. The lists of places that the plain
// form has are taken away; the words stay where they are, so that languages and pipes reach them.

function openRankings(questions, store, say, told) {
  const shown = questions.map(enhanced);

  function enhanced(question) {
    const block = document.getElementById("q-" + question.id);
    const list = block.querySelector(".ranks");
    const heard = block.querySelector("[data-moves]");
    const rows = Array.from(list.querySelectorAll(".rank"), (row) => rowOf(row, (change) => moved(row, change)));
    let offered = rows.map((row) => row.id);

    const order = () => (store.answers()[question.id] || []).filter((id) => offered.includes(id));
    const most = () => Math.min(question.most || offered.length, offered.length);

    function moved(element, change) {
      const id = element.dataset.o;
      const places = order();
      const at = places.indexOf(id);
      if (change === 0 && at >= 0) places.splice(at, 1);
      else if (change === 0 && places.length < most()) places.push(id);
      else if (at >= 0 && at + change >= 0 && at + change < places.length) {
        places.splice(at, 1);
        places.splice(at + change, 0, id);
      } else return;
      const focused = document.activeElement;
      told(question, places.length ? places : null);
      if (focused && focused.disabled) element.querySelector(".take").focus();
      else if (focused) focused.focus();
      const place = places.indexOf(id) + 1;
      heard.textContent = say(place ? "placed" : "unplaced", { what: wordsOf(element), n: place });
    }

    const dress = () => {
      const places = order();
      const full = places.length >= most();
      for (const row of rows) {
        const at = places.indexOf(row.id);
        row.element.hidden = !offered.includes(row.id);
        row.element.classList.toggle("taken", at >= 0);
        row.badge.textContent = at < 0 ? "" : at + 1;
        row.take.setAttribute("aria-pressed", at >= 0);
        row.take.disabled = at < 0 && full;
        row.up.hidden = row.down.hidden = at < 0;
        row.up.disabled = at === 0;
        row.down.disabled = at === places.length - 1;
        row.up.setAttribute("aria-label", say("up", { what: wordsOf(row.element) }));
        row.down.setAttribute("aria-label", say("down", { what: wordsOf(row.element) }));
      }
      const rest = offered.filter((id) => !places.includes(id));
      const wanted = [...places, ...rest].map((id) => rows.find((row) => row.id === id));
      const nodes = wanted.flatMap((row) => (row.words ? [row.element, row.words] : [row.element]));
      const there = Array.from(list.children).filter((node) => nodes.includes(node));
      if (nodes.some((node, index) => node !== there[index])) list.append(...nodes);
    };

    return { question, dress, offer: (ids) => (offered = ids) };
  }

  const wordsOf = (element) => element.querySelector(".what").textContent.trim();

  function rowOf(element, move) {
    const button = (name, change) => {
      const made = document.createElement("button");
      made.type = "button";
      made.className = name;
      made.addEventListener("click", () => move(change));
      return made;
    };
    const row = { element, id: element.dataset.o, take: button("take", 0), up: button("move", -1), down: button("move", 1) };
    const next = element.nextElementSibling;
    row.words = next && next.classList.contains("spec") ? next : null;
    row.badge = document.createElement("b");
    row.badge.className = "badge";
    row.up.textContent = "↑";
    row.down.textContent = "↓";
    const what = document.createElement("span");
    what.className = "what";
    what.append(...element.querySelector("label").childNodes);
    row.take.append(row.badge, what);
    row.take.addEventListener("keydown", (event) => {
      const change = { ArrowUp: -1, ArrowDown: 1 }[event.key];
      if (!change || element.querySelector(".take").getAttribute("aria-pressed") !== "true") return;
      event.preventDefault();
      move(change);
    });
    row.take.id = element.querySelector("select").id;
    element.replaceChildren(row.take, row.up, row.down);
    return row;
  }

  return {
    dress: (offered) => {
      for (const one of shown) {
        one.offer(offered[one.question.id] || []);
        one.dress();
      }
    },
  };
}
