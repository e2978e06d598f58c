/**
 * Looks at the pictures of a page one after another in a dialog: arrows, Escape, or its buttons.
 * Without this script each picture is a link to itself.
 */
const list = document.querySelector(".gallery-list");
if (list) start([...list.querySelectorAll("a[data-full]")]);

function start(links) {
  const { dialog, image, caption, buttons } = viewer();
  let at = 0;

  const show = (next) => {
    at = (next + links.length) % links.length;
    const small = links[at].querySelector("img");
    image.src = links[at].href;
    image.alt = small.alt;
    caption.textContent = `${at + 1}/${links.length} · ${links[at].closest("figure").querySelector("figcaption").textContent.trim()}`;
  };
  links.forEach((link, place) => link.addEventListener("click", (event) => {
    if (event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    show(place);
    dialog.showModal();
  }));
  const [previous, next, close] = buttons;
  previous.hidden = next.hidden = links.length < 2;
  previous.addEventListener("click", () => show(at - 1));
  next.addEventListener("click", () => show(at + 1));
  close.addEventListener("click", () => dialog.close());
  dialog.addEventListener("keydown", (event) => {
    if (event.key === "ArrowRight") show(at + 1);
    if (event.key === "ArrowLeft") show(at - 1);
  });
  dialog.addEventListener("close", () => links[at].focus());
}

function viewer() {
  const dialog = document.createElement("dialog");
  dialog.className = "viewer";
  const image = document.createElement("img");
  const caption = document.createElement("p");
  caption.setAttribute("aria-live", "polite");
  caption.id = "viewer-caption";
  dialog.setAttribute("aria-labelledby", caption.id);
  const bar = document.createElement("div");
  bar.className = "viewer-bar";
  const buttons = [list.dataset.previous, list.dataset.next, list.dataset.close].map((text) => {
    const button = document.createElement("button");
    button.type = "button";
    button.textContent = text;
    return button;
  });
  bar.append(...buttons);
  dialog.append(image, caption, bar);
  document.body.append(dialog);
  return { dialog, image, caption, buttons };
}
