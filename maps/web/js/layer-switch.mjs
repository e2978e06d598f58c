/** Switches, opacity, themes and legends of the layers. The panel is made by the server; this gives it life. */
import { firstZoom } from "./layer-look.mjs";
import { writeLegend, writeUsual } from "./theme-legend.mjs";

export class LayerSwitch {
  /**
   * @param {HTMLElement} panel
   * @param {{name: string, visible: boolean, minzoom: number, detailzoom: number, dated: boolean, overview: boolean}[]} layers
   * @param {import("./layer-look.mjs").LayerLook} look of the map that the panel speaks of
   * @param {import("./themes.mjs").Themes} themes
   * @param {{[key: string]: string}} words
   * @param {() => void} onChange
   */
  constructor(panel, layers, look, themes, words, onChange) {
    Object.assign(this, { layers, look, themes, words, onChange, turn: 0 });
    this.rows = new Map([...panel.querySelectorAll("[data-layer]")].map((row) => [row.dataset.layer, row]));
    for (const [name, row] of this.rows) {
      row.querySelector("[name=layer]").addEventListener("change", () => { this.apply(name); this.countUsual(); onChange(); });
      row.querySelector("[name=opacity]").addEventListener("input", () => { this.fade(name); onChange(); });
      row.querySelector("[name=theme]")?.addEventListener("change", (event) => this.choose(name, event.target.value));
      row.querySelector("[data-legend]").dataset.usual = "true";
      row.usual = [...row.querySelector("[data-legend]").children];
    }
    this.tellGroups();
    this.chip = document.getElementById("only-chip");
    this.chip.querySelector("button").addEventListener("click", () => { look.setOnly(null); this.tellOnly(); onChange(); });
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
      this.unfold(name);
    }
    this.look.setOn(this.on);
    this.tellGroups();
  }

  /** @param {{[layer: string]: number}} fades per cent */
  setFades(fades) {
    for (const { name } of this.layers) {
      this.rows.get(name).querySelector("[name=opacity]").value = String(fades[name] ?? 100);
      this.fade(name);
    }
  }

  /** @param {{[layer: string]: string}} chosen theme by layer; the others get their usual one */
  async setThemes(chosen) {
    const all = this.layers.filter(({ name }) => this.rows.get(name).querySelector("[name=theme]"));
    await Promise.all(all.map(({ name, themes: [usual] }) => this.choose(name, chosen[name] ?? usual, { quiet: true })));
  }

  /** @param {string} name @returns {HTMLInputElement} */
  box(name) {
    return this.rows.get(name).querySelector("[name=layer]");
  }

  /** Draw a layer by a theme, when it has come from the server. */
  async choose(name, wanted, { quiet = false } = {}) {
    const row = this.rows.get(name);
    const select = row.querySelector("[name=theme]");
    const [usual] = this.layers.find((layer) => layer.name === name).themes;
    select.value = wanted;
    const mine = (row.turn = (row.turn ?? 0) + 1);
    if (wanted === usual && quiet && !this.look.themes.has(name)) return;
    try {
      const theme = await this.themes.get(name, wanted, this.look.day);
      if (row.turn !== mine) return;
      this.look.setTheme(name, theme);
      this.write(name, theme);
    } catch {
      if (row.turn !== mine) return;
      select.value = this.look.themes.get(name)?.name ?? usual;
      this.themes.complain(this.themes.failed);
    }
    this.onChange();
  }

  /** The counts of the layers that are on, which the server leaves to be asked for. */
  async countUsual() {
    for (const { name, themes: [usual] } of this.layers) {
      const row = this.rows.get(name);
      if (!usual || row.counted || !this.box(name).checked || this.look.themes.has(name)) continue;
      row.counted = true;
      const theme = await this.themes.get(name, usual).catch(() => null);
      if (theme && !this.look.themes.has(name)) this.write(name, theme);
    }
  }

  /** @param {string} name @param {import("./layer-look.mjs").Theme} theme */
  write(name, theme) {
    const row = this.rows.get(name);
    const legend = row.querySelector("[data-legend]");
    if (theme.usual) {
      legend.replaceChildren(...row.usual);
      writeUsual(legend, theme, this.words);
    } else writeLegend(legend, theme, this.words);
    const note = row.querySelector("[data-theme-note]");
    note.textContent = `${theme.definition} ${theme.dated}`;
    note.hidden = false;
    this.fade(name);
  }

  /** @param {string} name */
  apply(name) {
    this.unfold(name);
    this.look.setOn(this.on);
    this.tellGroups();
  }

  /** Legend and settings of a layer are there while it is on. @param {string} name */
  unfold(name) {
    this.rows.get(name).querySelector(".layer-more").hidden = !this.box(name).checked;
  }

  /** How many layers of a group are on, seen when it is folded. */
  tellGroups() {
    for (const group of new Set([...this.rows.values()].map((row) => row.closest(".group")))) {
      const boxes = [...group.querySelectorAll("[name=layer]")];
      group.querySelector("[data-group-count]").textContent = `${boxes.filter((box) => box.checked).length}/${boxes.length}`;
    }
  }

  /** @param {string} name */
  fade(name) {
    const row = this.rows.get(name);
    const percent = Number(row.querySelector("[name=opacity]").value);
    row.querySelector("[name=opacity]").setAttribute("aria-valuetext", `${percent} %`);
    row.querySelector("[data-percent]").textContent = `${percent} %`;
    for (const swatch of row.querySelectorAll(".swatch")) swatch.style.opacity = percent / 100;
    this.look.fade(name, percent);
  }

  /** Say on the map when it shows a part only. */
  tellOnly() {
    const { only } = this.look;
    this.chip.hidden = !only;
    this.chip.querySelector("span").textContent = only ? this.words[`only_${only}`] : "";
  }

  /** Say which layers begin only at a higher zoom. @param {number} zoom */
  tellZoom(zoom) {
    this.tellOnly();
    for (const layer of this.layers) {
      const row = this.rows.get(layer.name);
      const isTooFar = zoom < firstZoom(layer, this.look);
      row.querySelector(".from-zoom").hidden = !isTooFar;
      row.classList.toggle("too-far", isTooFar);
    }
  }
}
