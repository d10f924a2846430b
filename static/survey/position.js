// The position, once, by a press of the person on the last page. It goes along with what is sent next
// and is kept nowhere; the server keeps how far the store is. Saying no costs nothing.
function offerPosition() {
  const box = document.getElementById("place");
  const next = document.getElementById("next");
  const [button, told] = [box.querySelector("button"), box.querySelector("[role]")];
  const dress = () => {
    box.hidden = next.value !== "submit";
  };
  const tell = (key) => {
    told.textContent = say(key);
  };
  const shared = ({ coords }) => {
    state.place = [coords.latitude, coords.longitude, coords.accuracy];
    tell("shared");
    told.tabIndex = -1;
    told.focus();
    button.hidden = true;
  };
  button.addEventListener("click", () => {
    tell("locating");
    navigator.geolocation.getCurrentPosition(shared, () => tell("unshared"), { timeout: 15000, maximumAge: 60000 });
  });
  next.parentElement.before(box);
  new MutationObserver(dress).observe(next, { attributes: true });
  dress();
}
if (navigator.geolocation && window.isSecureContext) offerPosition();
