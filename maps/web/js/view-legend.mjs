/** The legend of a view that stands still: on the sheet of paper and in the frame of another page. */
import { firstZoom } from "./layer-look.mjs";
import { writeLegend, writeUsual } from "./theme-legend.mjs";
import { dayText } from "./timeline.mjs";

/**
 * Write the rows of the server anew where a theme or the numbers of today change them.
 * @param {Iterable<HTMLElement>} rows one for each layer, with data-layer
 * @param {{look: import("./layer-look.mjs").LayerLook, themes: import("./themes.mjs").Themes, themesOf: {[layer: string]: string[]},
 *   words: {[key: string]: string}, fades: {[layer: string]: number}}} drawn
 */
export async function writeLegends(rows, { look, themes, themesOf, words, fades }) {
  for (const row of rows) {
    const { layer: name } = row.dataset;
    const theme = look.themes.get(name);
    const legend = row.querySelector("[data-legend]");
    if (theme) {
      writeLegend(legend, theme, words);
      const note = row.querySelector("[data-theme-note]");
      note.textContent = `${theme.title}. ${theme.definition} ${theme.dated}`;
      note.hidden = false;
    } else if (look.on.has(name)) {
      const [usual] = themesOf[name];
      const counted = usual ? await themes.get(name, usual).catch(() => null) : null;
      if (counted && !look.day) writeUsual(legend, counted, words);
    }
    for (const swatch of row.querySelectorAll(".swatch")) swatch.style.opacity = (fades[name] ?? 100) / 100;
  }
}

/** Show the rows of what is drawn at a zoom. @param {Iterable<HTMLElement>} rows @param {any[]} layers @param {number} zoom */
export function showLegends(rows, layers, look, zoom) {
  for (const row of rows) {
    const layer = layers.find((one) => one.name === row.dataset.layer);
    row.hidden = !look.on.has(layer.name) || zoom < firstZoom(layer, look);
    // Cells that count are drawn only below the zoom at which features are drawn one by one.
    for (const entry of row.querySelectorAll("[data-overview]")) entry.hidden = zoom >= Number(row.dataset.detail);
  }
}

/** Which day the map shows, and whether only a part of it. @param {HTMLElement} said @param {import("./view-state.mjs").Look} look */
export function tellLook(said, { day, only }, { lang, tools: words }) {
  const notes = [day ? words.as_of.replace("%day", dayText(day, lang)) : "", only ? words[`only_${only}`] : ""];
  said.textContent = notes.filter(Boolean).join(" · ");
  said.hidden = !said.textContent;
}
