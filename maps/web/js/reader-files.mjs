/**
 * Files of the reader on the map, once there are some (own-files.mjs waits for them): read in this browser, drawn, listed with the layers, gone with the page.
 * Nothing of them is ever sent; no part of them is in the address.
 */
import { make } from "./answer-card.mjs";
import { MOST_BYTES, readFile, Unreadable } from "./reader-formats.mjs";

/** Strong and different from those of the catalogue's classes. */
const COLORS = ["#6a1b9a", "#b3261e", "#00695c", "#283593", "#8d4b00"];
const MOST_FILES = 8;
const TYPE = ["geometry-type"];
const LAYERS = [
  { part: "fill", type: "fill", filter: ["in", "Polygon", TYPE], paint: (color) => ({ "fill-color": color, "fill-opacity": 0.25 }) },
  { part: "line", type: "line", filter: ["!", ["in", "Point", TYPE]], paint: (color) => ({ "line-color": color, "line-width": 2.5 }) },
  { part: "point", type: "circle", filter: ["in", "Point", TYPE],
    paint: (color) => ({ "circle-color": color, "circle-radius": 5, "circle-stroke-color": "#ffffff", "circle-stroke-width": 1.5 }) },
];
const USUAL = { fill: ["fill-opacity", 0.25], line: ["line-opacity", 1], point: ["circle-opacity", 1] };

export class OwnData {
  /**
   * @param {HTMLElement} block of the panel
   * @param {{words: {[key: string]: string}, lang: string, fit: (bounds: number[]) => void}} page
   */
  constructor(block, { words, lang, fit }) {
    Object.assign(this, { block, words, lang, fit, number: 0 });
    /** @type {Map<string, {name: string, features: object[], color: string, isOn: boolean, percent: number}>} */
    this.files = new Map();
    /** @type {Set<any>} */
    this.maps = new Set();
    this.list = block.querySelector("[data-own-list]");
    this.said = block.querySelector("[data-own-said]");
  }

  /** @param {File[]} files */
  async take(files) {
    const said = [];
    for (const file of files) said.push(await this.add(file).catch((problem) => this.word(file.name, problem)));
    this.said.replaceChildren(...said.map((text) => make("p", {}, text)));
    this.said.hidden = !said.length;
    this.block.open = true;
  }

  /** @param {File} file @returns {Promise<string>} what to say about it */
  async add(file) {
    if (this.files.size >= MOST_FILES) throw new Unreadable("own_files", String(MOST_FILES));
    if (file.size > MOST_BYTES) throw new Unreadable("own_large", String(MOST_BYTES / 1_000_000));
    if (/\.(zip|shp|dbf|kmz|gpkg|xlsx?|dwg|dxf)$/i.test(file.name)) throw new Unreadable("own_convert", file.name.split(".").pop().toUpperCase());
    const meridian = Number(this.block.querySelector("[name=own_zone]").value);
    const { features, skipped } = readFile(file.name, lettersOf(await file.arrayBuffer()), meridian);
    this.number += 1;
    const id = `own-${this.number}`;
    this.files.set(id, { name: file.name, features, color: COLORS[(this.number - 1) % COLORS.length], isOn: true, percent: 100 });
    for (const map of this.maps) this.draw(map, id);
    this.list.append(this.row(id));
    this.fit(boundsOf(features));
    const count = features.length.toLocaleString(this.lang);
    const done = this.words.own_read.replace("%file", file.name).replace("%n", count);
    return skipped ? `${done} ${this.words.own_skipped.replace("%n", skipped.toLocaleString(this.lang))}` : done;
  }

  /** @param {string} name @param {Error} problem */
  word(name, problem) {
    const text = problem instanceof Unreadable ? this.words[problem.code].replace("%detail", problem.detail) : this.words.own_broken.replace("%detail", "");
    return `${name}: ${text}`;
  }

  /** @param {any} map whose style is loaded */
  attach(map) {
    this.maps.add(map);
    map.once("remove", () => this.maps.delete(map));
    for (const id of this.files.keys()) this.draw(map, id);
  }

  draw(map, id) {
    const file = this.files.get(id);
    if (map.getSource(id)) return;
    map.addSource(id, { type: "geojson", data: { type: "FeatureCollection", features: file.features }, generateId: true });
    for (const { part, type, filter, paint } of LAYERS) {
      map.addLayer({ id: `${id}-${part}`, source: id, type, filter, paint: paint(file.color), metadata: { own: id } });
    }
    this.paint(id);
  }

  /** Show or hide a file, as faint as its slider says. */
  paint(id) {
    const { isOn, percent } = this.files.get(id);
    for (const map of this.maps) {
      for (const { part } of LAYERS) {
        if (!map.getLayer(`${id}-${part}`)) continue;
        map.setLayoutProperty(`${id}-${part}`, "visibility", isOn ? "visible" : "none");
        const [key, usual] = USUAL[part];
        map.setPaintProperty(`${id}-${part}`, key, (usual * percent) / 100);
      }
    }
  }

  remove(id) {
    this.files.delete(id);
    for (const map of this.maps) {
      for (const { part } of LAYERS) if (map.getLayer(`${id}-${part}`)) map.removeLayer(`${id}-${part}`);
      if (map.getSource(id)) map.removeSource(id);
    }
  }

  /** One line of the list. @param {string} id */
  row(id) {
    const file = this.files.get(id);
    const box = make("input", { type: "checkbox", checked: "", autocomplete: "off" });
    const mark = make("span", { class: "own-mark", "aria-hidden": "true" });
    mark.style.background = file.color;
    const fade = make("input", { type: "range", min: "10", max: "100", step: "10", value: "100", "aria-label": this.words.own_opacity.replace("%file", file.name) });
    const see = make("button", { type: "button" }, this.words.own_see);
    const drop = make("button", { type: "button", "aria-label": `${this.words.own_remove}: ${file.name}` }, this.words.own_remove);
    see.setAttribute("aria-label", `${this.words.own_see}: ${file.name}`);
    const made = make("li", { "data-own": id },
      make("label", { class: "layer-name" }, box, mark, make("span", {}, `${file.name} (${file.features.length.toLocaleString(this.lang)})`)),
      make("div", { class: "own-row" }, fade, see, drop));
    box.addEventListener("change", () => { file.isOn = box.checked; this.paint(id); });
    fade.addEventListener("input", () => { file.percent = Number(fade.value); this.paint(id); });
    see.addEventListener("click", () => this.fit(boundsOf(file.features)));
    drop.addEventListener("click", () => {
      this.remove(id);
      made.remove();
      this.said.replaceChildren(make("p", {}, this.words.own_removed.replace("%file", file.name)));
      this.block.querySelector("input[type=file]").focus();
    });
    return made;
  }

  /**
   * What of the files lies at a point, as an answer for the card; null for nothing.
   * @param {any} map @param {[number, number][]} box
   */
  at(map, box) {
    const layers = map.getStyle().layers.filter((style) => style.metadata?.own).map((style) => style.id);
    const [found] = layers.length ? map.queryRenderedFeatures(box, { layers }) : [];
    if (!found) return null;
    const file = this.files.get(found.layer.metadata.own);
    const { name, ten, Name } = found.properties;
    return {
      title: String(name ?? ten ?? Name ?? file.name), layer_title: this.words.own_of.replace("%file", file.name), is_demo: false, links: [],
      facts: Object.entries(found.properties).map(([label, text]) => ({ name: label, label, text: String(text) })),
    };
  }
}

/** Text of a file: UTF-8, or UTF-16 when it says so, else as old Vietnamese Windows wrote it. @param {ArrayBuffer} bytes */
function lettersOf(bytes) {
  const head = new Uint8Array(bytes.slice(0, 2));
  if ((head[0] === 0xff && head[1] === 0xfe) || (head[0] === 0xfe && head[1] === 0xff)) {
    return new TextDecoder(head[0] === 0xff ? "utf-16le" : "utf-16be").decode(bytes);
  }
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch {
    return new TextDecoder("windows-1258").decode(bytes).normalize("NFC");
  }
}

/** @param {any[]} features @returns {[number, number, number, number]} west, south, east, north */
function boundsOf(features) {
  const box = [180, 90, -180, -90];
  const walk = (value) => {
    if (typeof value[0] !== "number") return value.forEach(walk);
    const [lon, lat] = value;
    box[0] = Math.min(box[0], lon); box[1] = Math.min(box[1], lat); box[2] = Math.max(box[2], lon); box[3] = Math.max(box[3], lat);
  };
  const each = (geometry) => (geometry.geometries ? geometry.geometries.forEach(each) : walk(geometry.coordinates));
  features.forEach(({ geometry }) => each(geometry));
  return box;
}
