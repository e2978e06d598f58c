/**
 * How one map draws the layers of the catalogue: which are on, how faint, by which theme, as of which day.
 * The map page, the map beside it and the sheet of paper each have one, so they draw alike.
 *
 * @typedef {{key: string, label: string, color: string, pattern: string, count: number, ids?: number[]}} ThemeClass
 * @typedef {{layer: string, name: string, usual: boolean, ratio: boolean, title: string, definition: string, dated: string,
 *   classes: ThemeClass[], rest: {label: string, color: string, count: number} | null}} Theme
 */

const OPACITIES = {
  fill: ["fill-opacity"], line: ["line-opacity"], circle: ["circle-opacity", "circle-stroke-opacity"],
  symbol: ["text-opacity"],
};
/** Where the colour of the class stands, by style layer. */
const COLOURED = {
  "zones-fill": "fill-color", "zones-hatched": "fill-pattern", "zones-edge": "line-color", "zones-dashed": "line-color",
  "plots-fill": "fill-color", "plots-hatched": "fill-pattern", "enterprises-circle": "circle-color",
};
/** A class is told by its colour, so it must not be as faint as a mere tint of a zone. */
const STRONGER = { "zones-fill": { "fill-opacity": selected(0.92, 0.7) }, "zones-hatched": { "fill-opacity": 1 } };
/** What counts cells by another class than the theme is drawn in grey. */
const GREY = "#8A939B";
/** What tells a planned feature from one that stands; a firm that is only registered has not come yet. */
const PLANNED = {
  zones: ["==", ["get", "status"], "planned"], plots: ["==", ["get", "status"], "planned"],
  coverage: ["!=", ["get", "state"], "on_air"], enterprises: ["==", ["get", "status"], "registered"],
  house_numbers: ["==", ["get", "status"], "reserved"],
};
/** Layers that know nothing of plans: what they draw stands. Streets and borders are where one is, and stay. */
const STANDING = ["sites", "entrances"];

export class LayerLook {
  /** @param {{name: string, visible: boolean, dated: boolean}[]} layers */
  constructor(layers) {
    this.layers = layers;
    this.map = null;
    /** @type {Set<string>} */
    this.on = new Set(layers.filter((layer) => layer.visible).map((layer) => layer.name));
    /** @type {{[layer: string]: number}} per cent, 100 left out */
    this.fades = {};
    /** @type {Map<string, Theme>} */
    this.themes = new Map();
    /** @type {string | null} */
    this.day = null;
    /** @type {string | null} */
    this.only = null;
    /** First day for which units have borders; before it the land is that of today. @type {string | null} */
    this.bordersFrom = null;
    /** @type {Map<string, any>} style layers as the style wrote them */
    this.usual = new Map();
  }

  /** Take over a map whose style is loaded, also after the style was changed. @param {any} map */
  attach(map) {
    this.map = map;
    this.usual = new Map(map.getStyle().layers.map((style) => [style.id, style]));
    this.tiles = new Map(this.layers.map(({ name }) => [name, map.getStyle().sources[name].tiles]));
    if (this.day) this.setDay(this.day);
    for (const { name } of this.layers) { this.show(name); this.paint(name); }
    this.setOnly(this.only);
  }

  /** @param {string[]} names */
  setOn(names) {
    this.on = new Set(names);
    for (const { name } of this.layers) this.show(name);
  }

  /** @param {string} name */
  show(name) {
    for (const style of this.of(name)) {
      const isOn = this.on.has(name) && !this.isMisleading(style) && !this.isAnswerToAll(style);
      this.map.setLayoutProperty(style.id, "visibility", isOn ? "visible" : "none");
    }
  }

  /** Of a day before the first known borders the land is drawn, but no border of today. */
  isMisleading(style) {
    return this.isBeforeBorders && style.metadata.layer === "administrative_units" && style.type !== "fill";
  }

  /** Where only what stands or only what is planned is asked for, nothing that counts both, and no other layer. */
  isAnswerToAll({ metadata: { layer, overview } }) {
    return Boolean(this.only) && (this.only === "planned" && STANDING.includes(layer) || Boolean(overview) && layer in PLANNED);
  }

  get isBeforeBorders() {
    return Boolean(this.day && this.bordersFrom && this.day < this.bordersFrom);
  }

  /** @param {string} name @param {number} percent */
  fade(name, percent) {
    if (percent === 100) delete this.fades[name];
    else this.fades[name] = percent;
    this.paint(name);
  }

  /** @param {string} layer @param {Theme | null} theme */
  setTheme(layer, theme) {
    if (theme && !theme.usual) this.themes.set(layer, theme);
    else this.themes.delete(layer);
    this.paint(layer);
  }

  /** Colours, then how faint they are. @param {string} name */
  paint(name) {
    const share = (this.fades[name] ?? 100) / 100;
    for (const style of this.of(name)) {
      const paint = { ...style.paint, ...this.themed(style) };
      for (const key of OPACITIES[style.type]) paint[key] = faded(paint[key], share); // undefined: as MapLibre has it
      for (const [key, value] of Object.entries(paint)) this.map.setPaintProperty(style.id, key, value);
    }
  }

  /** What a theme changes of the paint of a style layer. */
  themed(style) {
    const theme = this.themes.get(style.metadata.layer);
    if (!theme) return {};
    const isDark = this.map.getStyle().metadata?.theme === "dark";
    if (style.metadata.overview) {
      return { fill: { "fill-color": GREY }, circle: { "circle-color": GREY } }[style.type] ?? {};
    }
    const key = COLOURED[style.id];
    if (!key) return {};
    const color = colorOf(theme);
    const ink = isDark ? "#e8eef2" : "#1d2b36";
    const changed = { ...STRONGER[style.id] };
    if (key === "fill-pattern") changed[key] = ["concat", "hatch-", ["slice", color, 1]];
    else changed[key] = key === "line-color" && theme.ratio ? ink : color;
    if (key === "circle-color") changed["circle-stroke-color"] = selected(ink, isDark ? "#0d1820" : "#ffffff");
    return changed;
  }

  /** Draw the layers that know of days as of another one; null for today. @param {string | null} day */
  setDay(day) {
    this.day = day;
    if (!this.map) return;
    for (const { name, dated } of this.layers) {
      if (!dated) continue;
      const asked = day && !(name === "administrative_units" && this.isBeforeBorders) ? `?as_of=${day}` : "";
      const wanted = this.tiles.get(name).map((address) => address.split("?")[0] + asked);
      const source = this.map.getSource(name);
      if (source && String(source.tiles) !== String(wanted)) source.setTiles(wanted);
    }
    this.show("administrative_units");
  }

  /** @param {string | null} only null for everything, else `standing` or `planned` */
  setOnly(only) {
    this.only = only;
    if (!this.map) return;
    for (const name of [...Object.keys(PLANNED), ...STANDING]) this.show(name);
    for (const [name, planned] of Object.entries(PLANNED)) {
      for (const style of this.of(name)) {
        if (style.metadata.overview) continue;
        const wanted = only === "planned" ? planned : ["!", planned];
        this.map.setFilter(style.id, only ? ["all", ...(style.filter ? [style.filter] : []), wanted] : style.filter ?? null);
      }
    }
  }

  /** The same as values, for the address. @returns {import("./view-state.mjs").Look} */
  asLook() {
    return { themes: Object.fromEntries([...this.themes].map(([layer, theme]) => [layer, theme.name])), day: this.day, only: this.only };
  }

  /** Style layers of a layer of the catalogue, as the style wrote them. @param {string} name */
  of(name) {
    return this.map ? [...this.usual.values()].filter((style) => style.metadata?.layer === name) : [];
  }
}

function selected(chosen, usual) {
  return ["case", ["boolean", ["feature-state", "selected"], false], chosen, usual];
}

/** First zoom at which a layer shows anything: what counts has no past, and counts the planned with the rest. @param {any} layer @param {LayerLook} look */
export function firstZoom(layer, look) {
  const isCounted = !(look.day && layer.dated) && !(look.only && layer.name in PLANNED);
  return layer.overview && !isCounted ? layer.detailzoom : layer.minzoom;
}

/** Colour of a feature by its id; of what no class names, that of the rest. @param {Theme} theme */
function colorOf(theme) {
  const pairs = theme.classes.filter((one) => one.ids?.length).flatMap((one) => [one.ids, one.color]);
  const rest = theme.rest?.color ?? GREY;
  return pairs.length ? ["match", ["id"], ...pairs, rest] : rest;
}

/** @param {any} usual a number, a `case` with two numbers, an expression, or nothing @param {number} share 0 to 1 */
function faded(usual, share) {
  if (share === 1) return usual;
  if (usual === undefined || usual === null) return share;
  if (typeof usual === "number") return usual * share;
  return usual.map((part, at) => {
    if (at > 1 && typeof part === "number") return part * share;
    return at > 1 && Array.isArray(part) ? ["*", part, share] : part;
  });
}
