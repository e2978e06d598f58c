/** The tool bar of the map: which tool is open, and who gets a click. */
import { AttributeTable } from "./attribute-table.mjs";
import { DrawTool } from "./draw-tool.mjs";
import { MeasureTool } from "./measure-tool.mjs";
import { GoToTool } from "./position-tool.mjs";
import { ShareTool } from "./share-tool.mjs";
import { SketchLayer } from "./sketch-layer.mjs";

/**
 * @param {{map: any, data: any, choose: (wanted: {layer: string, id: number}, how: {fly: boolean}) => void,
 *   more: [string, {opened: () => void, closed: () => void}][]}} page what the map page shares; `more`: tools by the id of their panel
 * @returns {{click: (at: {lng: number, lat: number}, point: {x: number, y: number}) => boolean, readonly busy: boolean}} `click` says whether a tool took it
 */
export function installTools({ map, data, choose, more }) {
  const words = { lang: data.lang, texts: data.tools };
  const sketch = new SketchLayer(map);
  const area = document.querySelector(".map-area");
  const measure = new MeasureTool(document.getElementById("tool-measure"), map, sketch, words);
  const draw = new DrawTool(document.getElementById("tool-draw"), map, words);
  const tools = new Map([["tool-measure", measure], ["tool-draw", draw],
    ["tool-share", new ShareTool(document.getElementById("tool-share"), draw, words)],
    ["tool-go-to", new GoToTool(document.getElementById("tool-go-to"), map, sketch, words.texts)],
    ["tool-table", new AttributeTable(document.getElementById("tool-table"), map, { ...words, tables: data.tables }, choose)],
    ...more]);
  const buttons = [...document.querySelectorAll(".tools [aria-controls]")];

  const set = (button, isOpen) => {
    const panel = document.getElementById(button.getAttribute("aria-controls"));
    if (panel.hidden !== isOpen) return;
    button.setAttribute("aria-expanded", String(isOpen));
    panel.hidden = !isOpen;
    tools.get(panel.id)?.[isOpen ? "opened" : "closed"]();
    area.classList.toggle("measuring", measure.takesClicks);
  };
  for (const button of buttons) {
    const panel = document.getElementById(button.getAttribute("aria-controls"));
    const close = () => { set(button, false); button.focus(); };
    button.addEventListener("click", () => {
      const isOpen = button.getAttribute("aria-expanded") !== "true";
      // Panels over the map are shown one at a time; the table below it may stay.
      if (isOpen && panel.matches(".tool-panel")) {
        for (const other of buttons) if (other !== button && document.getElementById(other.getAttribute("aria-controls")).matches(".tool-panel")) set(other, false);
      }
      set(button, isOpen);
    });
    panel.querySelector("[data-close]")?.addEventListener("click", close);
    panel.addEventListener("keydown", (event) => {
      if (event.key !== "Escape") return;
      event.stopPropagation();
      close();
    });
  }
  document.querySelector(".tools").hidden = false;
  return {
    click: ({ lng, lat }, point) => {
      if (measure.takesClicks) measure.add([lng, lat]);
      else if (!draw.panel.hidden) return draw.click({ lng, lat }, point);
      return measure.takesClicks;
    },
    get busy() { return measure.takesClicks || draw.takesClicks; },
  };
}
