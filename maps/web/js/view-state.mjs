/**
 * The view in the address: `#map=12.5/20.9412/106.3312&on=zones,plots&sel=zones:12`.
 * PURE: text in, values out. Nonsense is left out and reported, never thrown.
 *
 * @typedef {{zoom: number, lat: number, lon: number}} Place
 * @typedef {{layer: string, id: number}} Selection
 * @typedef {{place: Place | null, on: string[] | null, selection: Selection | null, sound: boolean}} View
 */

/**
 * @param {string} hash with or without its #
 * @param {string[]} known names of the layers
 * @param {string[]} selectable what a selection may name
 * @returns {View} `sound` is false when something had to be left out
 */
export function parse(hash, known, selectable = known) {
  const asked = new URLSearchParams(hash.replace(/^#/, ""));
  let sound = true;
  /** @type {View} */
  const view = { place: null, on: null, selection: null, sound: true };

  const map = asked.get("map");
  if (map !== null) {
    const [zoom, lat, lon] = map.split("/").map((part) => (/^-?\d+(\.\d+)?$/.test(part) ? Number(part) : NaN));
    if (zoom >= 0 && zoom <= 24 && Math.abs(lat) <= 85 && Math.abs(lon) <= 180) view.place = { zoom, lat, lon };
    else sound = false;
  }
  const on = asked.get("on");
  if (on !== null) {
    const names = on.split(",").filter(Boolean);
    view.on = names.filter((name) => known.includes(name));
    sound = sound && view.on.length === names.length;
  }
  const selected = asked.get("sel");
  if (selected !== null) {
    const [layer, id] = selected.split(":");
    if (selectable.includes(layer) && /^\d{1,15}$/.test(id ?? "")) view.selection = { layer, id: Number(id) };
    else sound = false;
  }
  view.sound = sound;
  return view;
}

/**
 * @param {Place} place
 * @param {string[] | null} on null when the layers are the usual ones
 * @param {Selection | null} selection
 * @returns {string} the hash with its #
 */
export function format(place, on, selection) {
  const parts = [`map=${trim(place.zoom, 2)}/${trim(place.lat, 5)}/${trim(place.lon, 5)}`];
  if (on) parts.push(`on=${on.join(",")}`);
  if (selection) parts.push(`sel=${selection.layer}:${selection.id}`);
  return `#${parts.join("&")}`;
}

/** @param {number} value @param {number} digits */
function trim(value, digits) {
  return String(Number(value.toFixed(digits)));
}
