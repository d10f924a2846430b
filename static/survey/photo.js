// Photos: made smaller on the phone, kept until they have arrived, sent one at a time with progress.
// A picture waits in the cache of this link's own page, which goes when the answers were sent.

const LONGEST_SIDE = 1600;
const UPLOAD_PATIENCE = 60000;

async function smaller(file) {
  try {
    const image = await createImageBitmap(file, { imageOrientation: "from-image" });
    const scale = Math.min(1, LONGEST_SIDE / Math.max(image.width, image.height));
    const canvas = document.createElement("canvas");
    canvas.width = Math.round(image.width * scale);
    canvas.height = Math.round(image.height * scale);
    canvas.getContext("2d").drawImage(image, 0, 0, canvas.width, canvas.height);
    return (await new Promise((done) => canvas.toBlob(done, "image/jpeg", 0.85))) || file;
  } catch (trouble) {
    return file;
  }
}

function openPhotos(questions, state, store, say, told) {
  const held = {};
  const keeps = state.mode !== "preview" && window.caches;
  const cached = state.shelf ? state.shelf.open : () => caches.open("survey:" + location.origin + state.base);
  const address = (name) => state.base + "/photo/" + name;
  const place = state.shelf ? state.shelf.address : address;
  const block = (name) => document.getElementById("q-" + name);

  const hold = (name, blob) => {
    held[name] = blob;
    if (!keeps) return undefined;
    const change = (kept) => (blob ? kept.put(place(name), new Response(blob)) : kept.delete(place(name)));
    return cached().then(change).catch(() => false);
  };

  // At a terminal what is not kept would be lost as soon as the person leaves.
  const isHeld = async (name, blob) => {
    if (state.shelf && !(store.isKept() && state.shelf.hasRoom(blob.size))) return false;
    const before = held[name];
    if ((await hold(name, blob)) !== false || !state.shelf) return true;
    held[name] = before;
    return false;
  };

  const arrived = (name, blob) => {
    if (state.shelf && held[name] === blob) cached().then((kept) => kept.delete(place(name))).catch(() => undefined);
  };

  const held_or_kept = async (name) => {
    if (held[name] || !keeps) return held[name];
    const found = await (await cached()).match(place(name));
    return found && (held[name] = await found.blob());
  };

  const dress = (name) => {
    const question = block(name);
    const given = store.answers()[name] !== undefined;
    const picture = question.querySelector(".seen");
    question.querySelector(".has").hidden = !given || Boolean(held[name]);
    question.querySelector(".drop").hidden = !given;
    picture.hidden = !given || !held[name];
    if (picture.dataset.of) URL.revokeObjectURL(picture.dataset.of);
    picture.dataset.of = held[name] ? URL.createObjectURL(held[name]) : "";
    picture.alt = say("seen");
    if (held[name]) picture.src = picture.dataset.of;
  };

  const take = async (question, field) => {
    const file = field.files[0];
    if (!file) return;
    const blob = await smaller(file);
    field.value = "";
    if (blob.size > question.bytes) return told(question.id, ["too_big", { most: question.bytes >> 20 }]);
    if (!(await isHeld(question.id, blob))) return told(question.id, ["no_room"]);
    store.attach(question.id, state.mode === "preview" ? 0 : blob.size);
    dress(question.id);
    told(question.id);
  };

  const drop = (name) => {
    hold(name, null);
    store.set(name, null);
    dress(name);
    told(name);
    block(name).querySelector("input").focus();
  };

  // One upload, in the form in which the queue hears of every message.
  const send = async (name) => {
    const blob = await held_or_kept(name);
    if (!blob) {
      store.set(name, null);
      dress(name);
      return { status: 200, found: {} };
    }
    const bar = block(name).querySelector(".sent");
    bar.setAttribute("aria-label", say("sending"));
    const upload = new XMLHttpRequest();
    return new Promise((done, fail) => {
      upload.open("POST", `${address(name)}?s=${store.local.entries[name].s}&lang=${document.documentElement.lang}`);
      upload.setRequestHeader("Content-Type", blob.type);
      for (const name of Object.keys(state.headers || {})) upload.setRequestHeader(name, state.headers[name]);
      upload.timeout = UPLOAD_PATIENCE;
      upload.upload.onprogress = (event) => {
        bar.hidden = false;
        bar.value = event.loaded / event.total;
      };
      upload.onload = () => {
        try {
          done({ status: upload.status, found: JSON.parse(upload.responseText) });
          if (upload.status < 400) arrived(name, blob);
        } catch (trouble) {
          fail(trouble);
        }
      };
      upload.onerror = upload.ontimeout = upload.onabort = fail;
      upload.send(blob);
    }).finally(() => {
      bar.hidden = true;
    });
  };

  for (const question of questions) {
    block(question.id).querySelector(".drop").addEventListener("click", () => drop(question.id));
    held_or_kept(question.id).then(() => dress(question.id), () => dress(question.id));
  }

  return { take, send, dress };
}
