/** Switches, opacity and legends of the layers. The panel is made by the server; this gives it life. */

const OPACITIES = {
  fill: ["fill-opacity"], line: ["line-opacity"], circle: ["circle-opacity", "circle-stroke-opacity"],
  symbol: ["text-opacity"],
};

export class LayerSwitch {
  /**
   * @param {HTMLElement} panel
   * @param {{name: string, visible: boolean, minzoom: number}[]} layers
   * @param {() => void} onChange
   */
  constructor(panel, layers, onChange) {
    this.layers = layers;
    this.rows = new Map([...panel.querySelectorAll("[data-layer]")].map((row) => [row.dataset.layer, row]));
    this.map = null;
    /** @type {Map<string, Map<string, unknown>>} paint as the style wrote it, by style layer */
    this.usual = new Map();
    for (const [name, row] of this.rows) {
      row.querySelector("[name=layer]").addEventListener("change", () => { this.apply(name); onChange(); });
      row.querySelector("[name=opacity]").addEventListener("input", () => this.fade(name));
    }
  }

  /** Names of the layers that are switched on, in drawing order. @returns {string[]} */
  get on() {
    return this.layers.map((layer) => layer.name).filter((name) => this.box(name).checked);
  }

  /** The same, or null when it is what the page begins with. @returns {string[] | null} */
  get unusual() {
    return this.layers.every((layer) => this.box(layer.name).checked === layer.visible) ? null : this.on;
  }

  /** @param {string[]} names */
  set(names) {
    for (const { name } of this.layers) {
      this.box(name).checked = names.includes(name);
      this.apply(name);
    }
  }

  /** @param {string} name @returns {HTMLInputElement} */
  box(name) {
    return this.rows.get(name).querySelector("[name=layer]");
  }

  /** Take over a map whose style is loaded, also after the style was changed. @param {any} map */
  attach(map) {
    this.map = map;
    this.usual.clear();
    for (const { name } of this.layers) { this.apply(name); this.fade(name); }
    this.tellZoom(map.getZoom());
  }

  /** @param {string} name */
  apply(name) {
    const isOn = this.box(name).checked;
    this.rows.get(name).querySelector(".layer-more").hidden = !isOn;
    for (const style of this.styleLayers(name)) {
      this.map.setLayoutProperty(style.id, "visibility", isOn ? "visible" : "none");
    }
  }

  /** @param {string} name */
  fade(name) {
    const share = Number(this.rows.get(name).querySelector("[name=opacity]").value) / 100;
    for (const style of this.styleLayers(name)) {
      if (!this.usual.has(style.id)) {
        this.usual.set(style.id, new Map(OPACITIES[style.type].map((key) => [key, this.map.getPaintProperty(style.id, key)])));
      }
      for (const [key, usual] of this.usual.get(style.id)) this.map.setPaintProperty(style.id, key, faded(usual, share));
    }
  }

  /** Say which layers begin only at a higher zoom. @param {number} zoom */
  tellZoom(zoom) {
    for (const layer of this.layers) {
      const row = this.rows.get(layer.name);
      const isTooFar = zoom < layer.minzoom;
      row.querySelector(".from-zoom").hidden = !isTooFar;
      row.classList.toggle("too-far", isTooFar);
    }
  }

  /** @param {string} name */
  styleLayers(name) {
    return this.map ? this.map.getStyle().layers.filter((style) => style.metadata?.layer === name) : [];
  }
}

/** @param {any} usual a number, a `case` with two numbers, or nothing @param {number} share 0 to 1 */
function faded(usual, share) {
  if (share === 1) return usual;
  if (usual === undefined || usual === null) return share;
  if (typeof usual === "number") return usual * share;
  return usual.map((part, at) => {
    if (at > 1 && typeof part === "number") return part * share;
    return at > 1 && Array.isArray(part) ? ["*", part, share] : part;
  });
}
