// The colour as text and the browser's own palette show the same.
const SIX = /^#?([0-9a-f]{6})$/i;
const written = document.getElementById("colour");
const picked = document.getElementById("colour-palette");

if (written && picked) {
  picked.hidden = false;
  const follow = () => {
    const found = SIX.exec(written.value.trim());
    if (found) picked.value = "#" + found[1].toLowerCase();
  };
  follow();
  written.addEventListener("input", follow);
  picked.addEventListener("input", () => {
    written.value = picked.value;
    written.dispatchEvent(new Event("input", { bubbles: true }));
  });
}
