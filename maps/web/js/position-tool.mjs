/** Go to a written position, and tell where a click was: WGS 84 and VN-2000, ready to copy. */
import { make } from "./answer-card.mjs";

export class GoToTool {
  /** @param {HTMLElement} panel @param {any} map @param {import("./sketch-layer.mjs").SketchLayer} sketch @param {{[key: string]: string}} words */
  constructor(panel, map, sketch, words) {
    Object.assign(this, { panel, map, sketch, words });
    this.turn = 0;
    this.found = panel.querySelector("[data-found]");
    this.input = panel.querySelector("input");
    panel.querySelector("form").addEventListener("submit", (event) => { event.preventDefault(); this.ask(this.input.value.trim()); });
  }

  /** @param {string} asked */
  async ask(asked) {
    const mine = (this.turn += 1);
    if (!asked) return;
    this.say(this.words.looking);
    try {
      const { lng, lat } = this.map.getCenter();
      const query = new URLSearchParams({ address: asked, lon: lng.toFixed(6), lat: lat.toFixed(6) });
      const answer = await fetch(`/geocode?${query}`);
      if (!answer.ok) throw new Error(`${answer.status}`);
      const places = (await answer.json()).results.filter((one) => one.lon !== null && one.lat !== null);
      if (mine !== this.turn) return;
      if (!places.length) { this.say(this.words.nothing_found); return; }
      this.offer(places);
      this.go(places[0]);
    } catch {
      if (mine === this.turn) this.say(this.words.away);
    }
  }

  offer(places) {
    this.found.replaceChildren(make("ul", { class: "tool-found" }, ...places.map((place) => {
      const button = make("button", { type: "button" }, place.title, ...(place.context ? [make("small", {}, place.context)] : []));
      button.addEventListener("click", () => this.go(place));
      return make("li", {}, button);
    })));
  }

  go({ lon, lat }) {
    this.sketch.put("go-to", [{ type: "Point", coordinates: [lon, lat] }]);
    const calm = matchMedia("(prefers-reduced-motion: reduce)").matches;
    this.map.easeTo({ center: [lon, lat], zoom: Math.max(this.map.getZoom(), 16), animate: !calm, duration: 700 });
  }

  say(text) {
    this.found.replaceChildren(make("p", {}, text));
  }

  opened() {} // the bar has put the focus into the field

  closed() {
    this.sketch.put("go-to", []);
  }
}

let asked = 0;

/**
 * Say where a click was, in the two systems that people use.
 * @param {HTMLElement} readout @param {{lng: number, lat: number}} at @param {{[key: string]: string}} words
 */
export async function tellPosition(readout, { lng, lat }, words) {
  const mine = (asked += 1);
  const report = make("a", { class: "report-here", href: `/reports/new?${new URLSearchParams({ lat: lat.toFixed(6), lon: lng.toFixed(6) })}` }, words.report_error);
  const parts = [copied(`${words.wgs84} `, `${lat.toFixed(6)}, ${lng.toFixed(6)}`, words), report];
  readout.replaceChildren(...parts);
  readout.hidden = false;
  try {
    const answer = await fetch(`/coordinates?lon=${lng.toFixed(8)}&lat=${lat.toFixed(8)}`);
    if (!answer.ok) return; // Far from the territory there is nothing to add to the first line.
    const { srid, x, y } = await answer.json();
    if (mine !== asked) return;
    parts.splice(1, 0, copied(`${words.vn2000} (${srid}) `, `X ${y.toFixed(2)}, Y ${x.toFixed(2)}`, words));
    readout.replaceChildren(...parts);
  } catch {
    // The first line stands.
  }
}

/** A text with a button that copies it. */
function copied(label, value, words) {
  const button = make("button", { type: "button", class: "copy", "aria-label": `${words.copy}: ${label}${value}` }, words.copy);
  button.addEventListener("click", async () => {
    button.textContent = (await copy(value)) ? words.copied : words.copy_failed;
    setTimeout(() => { button.textContent = words.copy; }, 2500);
  });
  return make("span", { class: "position" }, make("span", {}, `${label}${value}`), button);
}

/** @param {string} text @returns {Promise<boolean>} false when the browser lets no page copy */
async function copy(text) {
  try {
    await navigator.clipboard.writeText(text); // only on https and localhost
    return true;
  } catch {
    const field = make("textarea", { class: "only-read", readonly: "" }, text);
    const before = document.activeElement;
    document.body.append(field);
    field.select();
    const done = document.execCommand("copy");
    field.remove();
    before?.focus();
    return done;
  }
}
