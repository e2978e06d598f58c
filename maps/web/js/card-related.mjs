/** The second part of the answer card, which comes when the card is open: what belongs to the feature. */
import { make } from "./answer-card.mjs";

/**
 * @param {HTMLElement} card @param {{layer: string, id: number}} wanted
 * @param {{lang: string, texts: {[key: string]: string}, isMine: () => boolean,
 *   choose: (wanted: {layer: string, id: number}) => void}} page `isMine`: whether the card still shows it
 */
export async function showRelated(card, wanted, page) {
  const { lang, texts, isMine, choose } = page;
  const place = make("div", { class: "card-related", "aria-busy": "true" });
  // Before what else lies there, behind the facts and their links.
  card.insertBefore(place, card.querySelector(".card-also"));
  try {
    const answer = await fetch(`/features/${wanted.layer}/${wanted.id}/related?lang=${lang}`, { headers: { Accept: "application/json" } });
    if (!answer.ok) throw new Error(`${answer.status}`);
    const { sections } = await answer.json();
    if (isMine()) place.replaceChildren(...sections.map((section) => drawn(section, choose)));
  } catch {
    if (!isMine()) return;
    const again = make("button", { type: "button" }, texts.retry);
    again.addEventListener("click", () => { place.remove(); showRelated(card, wanted, page); });
    place.replaceChildren(make("p", {}, texts.related_failed, " "), again);
  }
  place.removeAttribute("aria-busy");
}

/** Folded, so that the facts stay in sight. @param {{title: string, name: string, lines: {text: string, href: string | null}[]}} section */
function drawn({ name, title, lines }, choose) {
  const rows = lines.map(({ text, href }) => make("li", {}, href ? link(text, href, choose) : text));
  return make("details", { "data-section": name }, make("summary", {}, title), make("ul", {}, ...rows));
}

/** What is on this map is chosen on it, so that the rest of the view stays as it is. */
function link(text, href, choose) {
  const made = make("a", { href: href.startsWith("/") && !href.startsWith("//") ? href : "/" }, text);
  const [, layer, id] = /^\/#sel=([a-z_]+):(\d+)$/.exec(href) ?? [];
  if (layer) made.addEventListener("click", (event) => {
    if (event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    choose({ layer, id: Number(id) });
  });
  return made;
}
