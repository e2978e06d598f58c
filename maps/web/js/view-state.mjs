/**
 * The view in the address: `#map=12.5/20.9412/106.3312&on=zones,plots&sel=zones:12`, and how it is drawn:
 * `fade=plots:50` (per cent), `theme=zones:occupancy`, `day=2024-06-30`, and what a second map beside it shows:
 * `swipe=50` (per cent of the width), `r.theme=…`, `r.day=…`, `r.only=standing`.
 * PURE: text in, values out. Nonsense is left out and reported, never thrown.
 *
 * @typedef {{zoom: number, lat: number, lon: number}} Place
 * @typedef {{layer: string, id: number}} Selection
 * @typedef {{themes: {[layer: string]: string}, day: string | null, only: string | null}} Look of one map
 * @typedef {Look & {at: number}} Beside the map on the right of the handle; `at` in per cent
 * @typedef {{place: Place | null, on: string[] | null, selection: Selection | null, fade: {[layer: string]: number},
 *   look: Look, beside: Beside | null, sound: boolean}} View
 */

/** Which features a map shows: all, only what stands, or only what is planned. */
export const ONLY = ["standing", "planned"];
/** Opacities in per cent. */
const FAINTEST = 10, FULL = 100;

/** @returns {Look} */
export const plainLook = () => ({ themes: {}, day: null, only: null });

/**
 * @param {string} hash with or without its #
 * @param {string[]} known names of the layers
 * @param {string[]} selectable what a selection may name
 * @param {{[layer: string]: string[]}} themes names of the themes of each layer
 * @returns {View} `sound` is false when something had to be left out
 */
export function parse(hash, known, selectable = known, themes = {}) {
  const asked = new URLSearchParams(hash.replace(/^#/, ""));
  let sound = true;
  const spoilt = () => { sound = false; return null; };
  /** Items of a list that `read` understands. */
  const listed = (name, read) => (asked.get(name) ?? "").split(",").filter(Boolean).map((item) => read(item) ?? spoilt()).filter(Boolean);
  const one = (name, isGood, read = (text) => text) => (asked.has(name) ? (isGood(asked.get(name)) ? read(asked.get(name)) : spoilt()) : null);
  const pair = (item, isGood) => {
    const [layer, value, more] = item.split(":");
    return more === undefined && known.includes(layer) && isGood(layer, value ?? "") ? [layer, value] : null;
  };
  const looked = (before) => ({
    themes: Object.fromEntries(listed(`${before}theme`, (item) => pair(item, (layer, value) => themes[layer]?.includes(value)))),
    day: one(`${before}day`, isDay),
    only: one(`${before}only`, (text) => ONLY.includes(text)),
  });

  const place = one("map", (text) => readPlace(text) !== null, readPlace);
  const on = asked.has("on") ? listed("on", (name) => (known.includes(name) ? name : null)) : null;
  const selection = one("sel", (text) => readSelection(text, selectable) !== null, (text) => readSelection(text, selectable));
  const percent = (_layer, text) => /^\d{2,3}$/.test(text) && Number(text) >= FAINTEST && Number(text) <= FULL;
  const fade = Object.fromEntries(listed("fade", (item) => pair(item, percent)).map(([layer, text]) => [layer, Number(text)]));
  const at = one("swipe", (text) => /^\d{1,3}$/.test(text) && Number(text) <= 100, Number);
  const beside = at === null ? null : { at, ...looked("r.") };
  return { place, on, selection, fade, look: looked(""), beside, sound };
}

/** Whether a text is a day of the calendar, 1900 to 2100. @param {string} text */
export function isDay(text) {
  if (!/^(19|20)\d\d-\d\d-\d\d$/.test(text)) return false;
  const day = new Date(`${text}T00:00:00Z`);
  return !Number.isNaN(day.getTime()) && day.toISOString().startsWith(text);
}

/** @param {string} text */
function readPlace(text) {
  const [zoom, lat, lon] = text.split("/").map((part) => (/^-?\d+(\.\d+)?$/.test(part) ? Number(part) : NaN));
  return zoom >= 0 && zoom <= 24 && Math.abs(lat) <= 85 && Math.abs(lon) <= 180 ? { zoom, lat, lon } : null;
}

/** @param {string} text @param {string[]} selectable */
function readSelection(text, selectable) {
  const [layer, id] = text.split(":");
  return selectable.includes(layer) && /^\d{1,15}$/.test(id ?? "") ? { layer, id: Number(id) } : null;
}

/**
 * @param {Place} place
 * @param {string[] | null} on null when the layers are the usual ones
 * @param {Selection | null} selection
 * @param {{fade?: {[layer: string]: number}, look?: Look, beside?: Beside | null}} drawn
 * @returns {string} the hash with its #
 */
export function format(place, on, selection, { fade = {}, look = plainLook(), beside = null } = {}) {
  const parts = [`map=${trim(place.zoom, 2)}/${trim(place.lat, 5)}/${trim(place.lon, 5)}`];
  if (on) parts.push(`on=${on.join(",")}`);
  if (selection) parts.push(`sel=${selection.layer}:${selection.id}`);
  const faded = Object.entries(fade).filter(([, percent]) => percent !== FULL);
  if (faded.length) parts.push(`fade=${faded.map((one) => one.join(":")).join(",")}`);
  parts.push(...formatLook(look, ""));
  if (beside) parts.push(`swipe=${Math.round(beside.at)}`, ...formatLook(beside, "r."));
  return `#${parts.join("&")}`;
}

/** @param {Look} look @param {string} before */
function formatLook({ themes, day, only }, before) {
  const parts = Object.entries(themes).map((one) => one.join(":"));
  return [
    ...(parts.length ? [`${before}theme=${parts.join(",")}`] : []),
    ...(day ? [`${before}day=${day}`] : []),
    ...(only ? [`${before}only=${only}`] : []),
  ];
}

/** @param {number} value @param {number} digits */
function trim(value, digits) {
  return String(Number(value.toFixed(digits)));
}
