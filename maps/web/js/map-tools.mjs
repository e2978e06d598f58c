/** The tool bar of the map: which tool is open, and who gets a click. A tool is fetched when it is wanted first. */
import { sheet } from "./style-sheets.mjs";

/**
 * A tool as the bar uses it; `takesClicks` where it may want the next click on the map.
 * @typedef {{opened: () => void, closed: () => void, takesClicks?: boolean}} Tool
 * @typedef {{map: any, data: any, choose: (wanted: {layer: string, id: number}, how: {fly: boolean}) => void,
 *   chosen: () => {layer: string, id: number} | null, more: {[panel: string]: () => Promise<Tool>}, tell: (text: string) => void}} Page
 *   what the map page shares; `more`: tools that it makes itself, by the id of their panel
 */

/** The beginnings of drawings in this browser have this before their names: see drawing-store.mjs. */
const DRAFTS = "gis.drawing";

/** Make something once, when it is asked for first; what failed is tried again. @template T @param {() => Promise<T>} make */
export function once(make) {
  /** @type {Promise<T> | null} */
  let made = null;
  return () => {
    made ??= make();
    made.catch(() => { made = null; });
    return made;
  };
}

/** How each tool is made, by the id of its panel. @param {Page} page @returns {{[panel: string]: () => Promise<any>}} */
function makers({ map, data, choose, chosen, more }) {
  const words = { lang: data.lang, texts: data.tools };
  const panel = (name) => document.getElementById(name);
  const sketch = once(async () => new (await import("./sketch-layer.mjs")).SketchLayer(map));
  const draw = once(async () => {
    const [{ DrawTool }] = await Promise.all([import("./draw-tool.mjs"), sheet("map-draw")]);
    return new DrawTool(panel("tool-draw"), map, words);
  });
  const share = once(async () => {
    const [{ ShareTool }, drawing] = await Promise.all([import("./share-tool.mjs"), draw()]);
    return new ShareTool(panel("tool-share"), drawing, words);
  });
  return {
    "tool-draw": draw,
    "tool-share": share,
    "tool-measure": once(async () => {
      const [{ MeasureTool }, layer] = await Promise.all([import("./measure-tool.mjs"), sketch()]);
      return new MeasureTool(panel("tool-measure"), map, layer, words);
    }),
    "tool-go-to": once(async () => {
      const [{ GoToTool }, layer] = await Promise.all([import("./position-tool.mjs"), sketch()]);
      return new GoToTool(panel("tool-go-to"), map, layer, words.texts);
    }),
    "tool-table": once(async () => {
      const [{ AttributeTable }] = await Promise.all([import("./attribute-table.mjs"), sheet("map-table")]);
      return Object.assign(new AttributeTable(panel("tool-table"), map, { ...words, tables: data.tables }, choose), { chosen: chosen() });
    }),
    ...more,
  };
}

/** Whether there is a drawing to show before anybody opens the tool: of a view, or begun earlier. */
function hasDrawing() {
  const asked = new URLSearchParams(location.search);
  try {
    return asked.has("view") || asked.has("share") || Object.keys(localStorage).some((name) => name.startsWith(DRAFTS));
  } catch {
    return asked.has("view") || asked.has("share"); // no storage, no drafts
  }
}

/** What is done to a tool that is still on its way: kept, and done again when it is there. */
class Waiting {
  /** @param {HTMLElement} panel @param {any} map @param {(at: {lng: number, lat: number}, point: any) => void} click a click on the map */
  constructor(panel, map, click) {
    /** @type {(() => void)[]} */
    this.done = [];
    this.end = new AbortController();
    const keep = (event, act) => { event.preventDefault(); event.stopImmediatePropagation(); this.done.push(act); };
    const how = { capture: true, signal: this.end.signal };
    panel.addEventListener("submit", (event) => keep(event, () => event.target.requestSubmit(event.submitter)), how);
    panel.addEventListener("click", (event) => {
      const button = event.target.closest("[data-do], [data-kind], [data-preset]");
      if (button) keep(event, () => button.click());
    }, how);
    map.getCanvas().addEventListener("keydown", (event) => {
      const middle = map.getCenter();
      if (event.key === "Enter") keep(event, () => click(middle, map.project(middle)));
    }, how);
    panel.setAttribute("aria-busy", "true");
    this.panel = panel;
  }

  /** @param {boolean} isThere whether the tool came */
  over(isThere) {
    this.end.abort();
    this.panel.removeAttribute("aria-busy");
    if (isThere) for (const act of this.done) act();
  }
}

/**
 * @param {Page} page
 * @returns {{click: (at: {lng: number, lat: number}, point: {x: number, y: number}) => boolean, readonly busy: boolean}} `click` says whether a tool took it
 */
export function installTools(page) {
  const { map, data, tell } = page;
  const make = makers(page);
  /** @type {Map<string, any>} tools that are there already */
  const tools = new Map();
  /** @type {Map<string, Waiting>} panels that are open before their tool is there */
  const late = new Map();
  const area = document.querySelector(".map-area");
  const buttons = [...document.querySelectorAll(".tools [aria-controls]")];
  const panelOf = (button) => document.getElementById(button.getAttribute("aria-controls"));
  const fetched = async (name) => tools.get(name) ?? (tools.set(name, await make[name]()), tools.get(name));
  const measures = () => Boolean(tools.get("tool-measure")?.takesClicks);

  const click = ({ lng, lat }, point) => {
    const [waiting] = ["tool-measure", "tool-draw"].map((name) => late.get(name)).filter(Boolean);
    const draw = tools.get("tool-draw");
    if (waiting) waiting.done.push(() => click({ lng, lat }, point));
    else if (measures()) tools.get("tool-measure").add([lng, lat]);
    else if (draw && !draw.panel.hidden) return draw.click({ lng, lat }, point);
    return Boolean(waiting) || measures();
  };
  const set = (button, isOpen) => {
    const panel = panelOf(button);
    if (panel.hidden !== isOpen) return;
    button.setAttribute("aria-expanded", String(isOpen));
    panel.hidden = !isOpen;
    if (isOpen) {
      panel.querySelector("[data-first]")?.focus();
      if (tools.has(panel.id)) tools.get(panel.id).opened();
      else begin(button, panel);
    } else {
      late.get(panel.id)?.over(false);
      late.delete(panel.id);
      tools.get(panel.id)?.closed();
    }
    area.classList.toggle("measuring", measures());
  };
  /** The panel is open, its tool is on its way. */
  const begin = async (button, panel) => {
    const waiting = new Waiting(panel, map, click);
    late.set(panel.id, waiting);
    const tool = await fetched(panel.id).catch(() => null);
    if (late.get(panel.id) !== waiting) return; // closed meanwhile
    late.delete(panel.id);
    if (tool) tool.opened();
    waiting.over(Boolean(tool));
    area.classList.toggle("measuring", measures());
    if (tool) return;
    set(button, false);
    button.focus();
    tell(data.tools.away);
    dispatchEvent(new Event("connection:away"));
  };
  for (const button of buttons) {
    const panel = panelOf(button);
    const close = () => { set(button, false); button.focus(); };
    // Whoever points at a tool will open it soon.
    for (const sign of ["pointerenter", "focus"]) button.addEventListener(sign, () => fetched(panel.id).catch(() => {}), { once: true });
    button.addEventListener("click", () => {
      const isOpen = button.getAttribute("aria-expanded") !== "true";
      // Panels over the map are shown one at a time; the table below it may stay.
      if (isOpen && panel.matches(".tool-panel")) {
        for (const other of buttons) if (other !== button && panelOf(other).matches(".tool-panel")) set(other, false);
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
  if (hasDrawing()) for (const name of ["tool-draw", "tool-share"]) fetched(name).catch(() => tell(data.tools.away));
  document.querySelector(".tools").hidden = false;
  return { click, get busy() { return measures() || Boolean(tools.get("tool-draw")?.takesClicks); } };
}
