/**
 * The card that answers a click. Everything from the server becomes text, never markup.
 *
 * @typedef {{layer: string, layer_title: string, id: number, title: string, is_demo: boolean,
 *   center: [number, number], bounds: [number, number, number, number],
 *   facts: {name: string, label: string, text: string}[], links: {text: string, href: string}[]}} Answer
 * @typedef {{layer: string, id: number, title: string}} Other
 */

/** @param {string} tag @param {{[name: string]: string}} attributes @param {(Node | string)[]} children */
export function make(tag, attributes = {}, ...children) {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) made.setAttribute(name, value);
  made.append(...children);
  return made;
}

/**
 * @param {HTMLElement} card
 * @param {Answer} answer
 * @param {{others: Other[], texts: {[key: string]: string}, onClose: () => void, onOther: (other: Other) => void}} more
 */
export function show(card, answer, { others, texts, onClose, onOther }) {
  const close = make("button", { type: "button", class: "card-close", "aria-label": texts.close }, "×");
  close.addEventListener("click", onClose);
  const facts = make("dl", { class: "facts" }, ...answer.facts.map((fact) =>
    make("div", {}, make("dt", {}, fact.label), make("dd", {}, fact.text))));
  card.replaceChildren(
    make("div", { class: "card-head" }, make("h2", {}, answer.title), close),
    make("p", { class: "card-kind" }, answer.layer_title),
    ...(answer.is_demo ? [make("p", { class: "card-demo" }, texts.demo)] : []),
    facts,
    ...(answer.links.length ? [make("p", { class: "actions" }, ...answer.links.map(link))] : []),
    ...(!answer.layer || answer.layer.endsWith("_overview") ? [] : [make("p", { class: "card-report" }, link({ text: texts.report_error, href: reportAddress(answer) }))]),
    ...(others.length ? [alsoHere(others, texts, onOther)] : []),
  );
  card.hidden = false;
}

/** Where an error in this object is reported. @param {Answer} answer */
function reportAddress({ layer, id, center: [lon, lat] }) {
  return `/reports/new?${new URLSearchParams({ layer, key: String(id), lat: lat.toFixed(6), lon: lon.toFixed(6) })}`;
}

/** @param {{text: string, href: string}} to */
function link(to) {
  // Our own server writes these; still, only addresses of our own origin become links.
  const href = to.href.startsWith("/") && !to.href.startsWith("//") ? to.href : "/";
  return make("a", { href }, to.text);
}

/** @param {Other[]} others @param {{[key: string]: string}} texts @param {(other: Other) => void} onOther */
function alsoHere(others, texts, onOther) {
  const rows = others.map((other) => {
    const button = make("button", { type: "button" }, other.title);
    button.addEventListener("click", () => onOther(other));
    return make("li", {}, button);
  });
  return make("div", { class: "card-also" }, make("p", {}, texts.also_here), make("ul", {}, ...rows));
}
