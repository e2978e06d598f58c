/** The map page: one map, its panel, its answer card, its address. */
import { drawHatchings } from "./hatch.mjs";
import { LayerLook } from "./layer-look.mjs";
import { LayerSwitch } from "./layer-switch.mjs";
import { dressed, letters, shown, style, styleAddress, takeOver, workerAddress } from "./map-early.mjs";
import { installTools, once } from "./map-tools.mjs";
import { watchTiles } from "./missed-tiles.mjs";
import { OwnFiles } from "./own-files.mjs";
import { sheet } from "./style-sheets.mjs";
import { Themes } from "./themes.mjs";
import { format, parse } from "./view-state.mjs";

const OVERVIEW = "_overview";
/** Pixels around a click. */
const REACH = 4;
const data = JSON.parse(document.getElementById("page-data").textContent);
const { texts } = data;
const holder = document.getElementById("map");
const card = document.getElementById("card");
const readout = document.getElementById("readout");
const message = document.getElementById("map-message");
const dark = matchMedia("(prefers-color-scheme: dark)");
const calm = matchMedia("(prefers-reduced-motion: reduce)");
const names = data.layers.map((layer) => layer.name);
/** What a selection may name: layers, and the cells in which the map counts when it is zoomed out. */
const selectable = [...names, ...data.layers.filter((layer) => layer.overview).map((layer) => `${layer.name}${OVERVIEW}`)];

/** @type {import("./view-state.mjs").Selection | null} */
let selection = null;
/** @type {any} */
let map = null;
/** @type {ReturnType<typeof installTools> | null} */
let tools = null;
/** @type {any} the library, when it has come */
let maplibre = null;
/** @type {import("./compare-tool.mjs").CompareTool | null} null until it is wanted */
let compare = null;
/** @type {import("./time-tool.mjs").TimeTool | null} null until it is wanted */
let time = null;
/** What the address wants beside the map while the tool for it is on its way. */
let besideWanted = null;
const own = new OwnFiles(document.getElementById("own-data"), document.querySelector(".map-area"), {
  words: data.tools, lang: data.lang, fit: (bounds) => map?.fitBounds(bounds, { padding: 60, maxZoom: 17, animate: !calm.matches }), until,
});
let turn = 0;
/** What is still to come that will be drawn: files that are read, a map beside this one. */
let coming = 0;
let writing = 0;

const themesOf = Object.fromEntries(data.layers.map((layer) => [layer.name, layer.themes]));
const read = () => parse(location.hash, names, selectable, themesOf);
const look = new LayerLook(data.layers);
const themes = new Themes(data.lang, data.tools.theme_failed, tell);
const answers = once(() => Promise.all([import("./answer-card.mjs"), import("./card-related.mjs")]).then(([card, more]) => ({ ...card, ...more })));
const timeTool = once(async () => {
  const [{ TimeTool }] = await Promise.all([import("./time-tool.mjs"), sheet("map-time")]);
  time = new TimeTool(document.getElementById("tool-time"), document.getElementById("day-chip"), {
    look, data, calm, onDay: dayChanged, isIdle: () => holder.dataset.ready === "true",
  });
  return time;
});
const compareTool = once(async () => {
  const [{ CompareTool }] = await Promise.all([import("./compare-tool.mjs"), sheet("map-time")]);
  compare = new CompareTool(document.getElementById("tool-compare"), {
    maplibre, map, holder, data, look, themes, styleAddress, onChange: changed, onOwn: wear,
    onLayers: (names) => { layerSwitch.set(names); layerSwitch.countUsual(); },
    onMap: (beside) => { tellReady(beside); watchTiles(beside, styleAddress); beside.on("style.load", () => { own.attach(beside); mark(true); }); beside.on("click", (event) => clicked(event, beside)); },
  });
  return compare;
});
const layerSwitch = new LayerSwitch(document.querySelector(".panel"), data.layers, look, themes, data.tools, changed);

// On a phone the map comes first and the list second; the switches open when they are wanted.
if (matchMedia("(max-width: 46rem)").matches) document.getElementById("layers").open = false;
document.getElementById("layers").classList.add("set");
start();

async function start() {
  const view = read();
  if (!view.sound) tell(texts.bad_view);
  layerSwitch.set(view.on ?? usualLayers());
  layerSwitch.setFades(view.fade);
  await shown;
  const [library, styled] = await Promise.all([import("../vendor/maplibre-gl/maplibre-gl.mjs"), style, letters, dressed]);
  maplibre = library;
  try {
    maplibre.setWorkerUrl(workerAddress);
    map = new maplibre.Map({
      container: holder,
      style: styled,
      attributionControl: false,
      locale: {
        "Map.Title": texts.map_title, "NavigationControl.ZoomIn": texts.zoom_in,
        "NavigationControl.ZoomOut": texts.zoom_out, "NavigationControl.ResetBearing": texts.reset_north,
        "AttributionControl.ToggleAttribution": texts.attribution,
      },
      maxZoom: 20,
      minZoom: 3.5,
      ...begin(view),
    });
  } catch {
    tell(texts.no_map);
    holder.dataset.ready = "failed";
    return;
  }
  holder.maplibre = map; // for whoever wants to ask this map: tests, later modules
  takeOver(map);
  map.addControl(new maplibre.NavigationControl({ visualizePitch: false }), "top-right");
  map.addControl(new maplibre.ScaleControl({ maxWidth: 120, unit: "metric" }), "bottom-left");
  map.addControl(new maplibre.AttributionControl({ compact: true }), "bottom-right");
  drawHatchings(map);
  map.on("style.load", () => { look.attach(map); layerSwitch.tellZoom(map.getZoom()); own.attach(map); mark(true); });
  map.once("idle", () => layerSwitch.countUsual());
  tellReady(map);
  map.once("load", writeAddress);
  map.on("moveend", () => { layerSwitch.tellZoom(map.getZoom()); soon(); });
  tools = installTools({ map, data, choose, chosen: () => selection, tell, more: { "tool-time": timeTool, "tool-compare": compareTool } });
  map.on("click", (event) => { if (!tools.click(event.lngLat, event.point)) clicked(event, map); });
  map.on("mousemove", (event) => { map.getCanvas().style.cursor = cursorAt(event.point); });
  watchTiles(map, styleAddress);
  dark.addEventListener("change", () => {
    map.setStyle(styleAddress(), { diff: false });
    compare?.setStyle(styleAddress());
  });
  take(view);
  if (view.selection) select(view.selection, { fly: !view.place });
}

/** Draw the layers as a view says. @param {import("./view-state.mjs").View} view */
async function take(view) {
  layerSwitch.set(view.on ?? usualLayers());
  layerSwitch.setFades(view.fade);
  besideWanted = view.beside;
  await wear(view.look);
  if (!compare && !view.beside) return;
  await until(compareTool().then((tool) => tool.take(view.beside)));
  changed();
}

/** Draw the map itself by other themes, as of another day. @param {import("./view-state.mjs").Look} wanted */
async function wear({ themes: chosen, day, only }) {
  look.setOnly(only);
  if (time || day) await (await timeTool()).set(day, { quiet: true });
  await layerSwitch.setThemes(chosen);
  layerSwitch.tellZoom(map.getZoom());
  changed();
}

/** Another day was chosen with the slider: a theme that knows days is asked for again. */
function dayChanged() {
  layerSwitch.tellZoom(map.getZoom());
  layerSwitch.setThemes(look.asLook().themes);
  changed();
}

function usualLayers() {
  return data.layers.filter((layer) => layer.visible).map((layer) => layer.name);
}

/** Say when everything is drawn, on both sides of a comparison. @param {any} one */
function tellReady(one) {
  const both = () => [map, compare?.right?.map].filter(Boolean);
  one.on("idle", () => { if (!coming && both().every((each) => each.loaded())) holder.dataset.ready = "true"; });
  for (const begun of ["dataloading", "movestart"]) one.on(begun, () => { holder.dataset.ready = "false"; });
}

/** The map is not ready before this is done. @template T @param {Promise<T>} work @returns {Promise<T>} */
async function until(work) {
  coming += 1;
  holder.dataset.ready = "false";
  try {
    return await work;
  } finally {
    coming -= 1;
    map?.triggerRepaint(); // draws, is idle, says so
  }
}

/** @param {any} event @param {any} from the map that was clicked */
function clicked(event, from) {
  import("./position-tool.mjs").then(({ tellPosition }) => tellPosition(readout, event.lngLat, { ...texts, ...data.tools }), () => {});
  ask(event.point, from);
}

/** Where the map begins: as the address says, else all zones. */
function begin(view) {
  if (view.place) return { center: [view.place.lon, view.place.lat], zoom: view.place.zoom };
  return { bounds: data.bounds, fitBoundsOptions: { padding: 32, maxZoom: 14 } };
}

function featuresAt(point, from = map) {
  const box = [[point.x - REACH, point.y - REACH], [point.x + REACH, point.y + REACH]];
  const seen = new Set();
  // Squares lie side by side: only the one under the point is meant, not those within reach.
  const under = new Set(from.queryRenderedFeatures(point).filter(isSquare).map((feature) => feature.id));
  return from.queryRenderedFeatures(box).filter((feature) => {
    if (isSquare(feature) && !under.has(feature.id)) return false;
    const layer = nameOf(feature);
    const key = `${layer}:${feature.id}`;
    if (!layer || feature.id === undefined || seen.has(key)) return false;
    return seen.add(key);
  });
}

function cursorAt(point) {
  if (tools.busy) return "crosshair";
  return featuresAt(point).length ? "pointer" : "";
}

function isSquare(feature) {
  return Boolean(feature.layer.metadata?.overview) && ["fill", "line"].includes(feature.layer.type);
}

/** What to ask the server for: the layer, or the layer of its cells. */
function nameOf(feature) {
  const { layer, overview } = feature.layer.metadata ?? {};
  return layer && overview ? `${layer}${OVERVIEW}` : layer;
}

function titleOf(feature) {
  const { title } = data.layers.find((one) => one.name === feature.layer.metadata.layer);
  const { label, name, plate_text: plate, count } = feature.properties;
  return String(label ?? name ?? plate ?? (count === undefined ? title : `${title}: ${count.toLocaleString(data.lang)}`));
}

/** Answer a click: the topmost feature, and what else lies there. */
function ask(point, from) {
  const mine = own.at(from, [[point.x - REACH, point.y - REACH], [point.x + REACH, point.y + REACH]]);
  if (mine) {
    unselect();
    const below = featuresAt(point, from).slice(0, 6).map((feature) => ({ layer: nameOf(feature), id: feature.id, title: titleOf(feature) }));
    answers().then(({ show }) => show(card, mine, { others: below, texts, onClose: unselect, onOther: (other) => select(other) }), () => tell(texts.failed));
    return;
  }
  const found = featuresAt(point, from).map((feature) => ({
    layer: nameOf(feature),
    id: feature.id,
    title: titleOf(feature),
  }));
  if (found.length) select(found[0], { others: found.slice(1, 7) });
  else unselect();
}

/**
 * @param {{layer: string, id: number}} wanted
 * @param {{fly?: boolean, others?: import("./answer-card.mjs").Other[]}} how
 */
async function select(wanted, { fly = false, others = [] } = {}) {
  const mine = (turn += 1);
  mark(false);
  selection = { layer: wanted.layer, id: wanted.id };
  mark(true);
  markRow();
  if (card.hidden) sayOnCard(texts.loading);
  try {
    const [answer, { show, showRelated }] = await Promise.all([fetchJson(`/features/${wanted.layer}/${wanted.id}?lang=${data.lang}`), answers()]);
    if (mine !== turn) return;
    show(card, answer, {
      others, texts, onClose: unselect,
      onOther: (other) => select(other, { others: [wanted, ...others].filter((one) => one !== other) }),
    });
    if (fly) flyTo(answer.bounds);
    if (!wanted.layer.endsWith(OVERVIEW)) showRelated(card, wanted, { lang: data.lang, texts, isMine: () => mine === turn, choose });
  } catch {
    if (mine === turn) sayOnCard(texts.failed);
  }
  writeAddress();
}

/** @param {string} text */
function sayOnCard(text) {
  card.replaceChildren(Object.assign(document.createElement("p"), { textContent: text }));
  card.hidden = false;
}

/** Select something that another part of the page names, on a layer that may still be off. */
function choose(wanted, how = { fly: true }) {
  if (!layerSwitch.box(wanted.layer).checked) layerSwitch.set([...layerSwitch.on, wanted.layer]);
  select(wanted, how);
}

function unselect() {
  turn += 1;
  mark(false);
  selection = null;
  card.hidden = true;
  markRow();
  writeAddress();
}

/** Draw the selected feature stronger, in every tile that holds a part of it. */
function mark(selected) {
  const source = selection?.layer.replace(OVERVIEW, "");
  for (const one of [map, compare?.right?.map]) {
    if (!selection || !one?.getSource(source)) continue;
    for (const part of [selection.layer, `${selection.layer}_labels`]) {
      one.setFeatureState({ source, sourceLayer: part, id: selection.id }, { selected });
    }
  }
}

function markRow() {
  holder.dispatchEvent(new CustomEvent("map:selection", { detail: selection })); // the table marks its row
  for (const row of document.querySelectorAll(".zone-go")) {
    const isChosen = selection?.layer === "zones" && Number(row.dataset.id) === selection.id;
    if (isChosen) row.setAttribute("aria-current", "true");
    else row.removeAttribute("aria-current");
  }
}

function flyTo(bounds) {
  // The card will lie on the right, on a phone in the lower half: what is chosen goes where it is seen.
  const { clientWidth: width, clientHeight: height } = holder;
  const padding = width < 700
    ? { top: 30, left: 30, right: 30, bottom: height * 0.6 }
    : { top: 60, left: 60, right: Math.min(430, width * 0.45), bottom: 60 };
  map.fitBounds(bounds, { padding, maxZoom: 17, animate: !calm.matches, duration: 900 });
}

async function fetchJson(address) {
  const answer = await fetch(address, { headers: { Accept: "application/json" }, credentials: "same-origin" });
  if (!answer.ok) throw new Error(`${answer.status}`);
  return answer.json();
}

function tell(text) {
  message.textContent = text;
  message.hidden = false;
  setTimeout(() => { message.hidden = true; }, 8000);
}

/** What is drawn has changed: the map beside follows, and soon the address. */
function changed() {
  compare?.follow();
  soon();
}

function soon() {
  clearTimeout(writing);
  writing = setTimeout(writeAddress, 120); // browsers refuse addresses that change with every frame
}

/** Keep the view in the address, so that it can be shared, and in the language links. */
function writeAddress() {
  if (!map) return;
  const center = map.getCenter();
  const hash = format({ zoom: map.getZoom(), lat: center.lat, lon: center.lng }, layerSwitch.unusual, selection, { fade: look.fades, look: look.asLook(), beside: compare ? compare.beside : besideWanted });
  history.replaceState(null, "", hash);
  for (const link of document.querySelectorAll("[data-lang], [data-view-link]")) link.hash = hash;
}

document.querySelector(".zone-rows")?.addEventListener("click", (event) => {
  const row = event.target.closest(".zone-go");
  if (!row || !map || event.ctrlKey || event.metaKey || event.shiftKey) return;
  event.preventDefault();
  flyTo(row.dataset.bounds.split(",").map(Number));
  select({ layer: "zones", id: Number(row.dataset.id) });
});
document.addEventListener("keydown", (event) => { if (event.key === "Escape" && !card.hidden) unselect(); });
addEventListener("hashchange", () => {
  const view = read();
  if (!view.sound) tell(texts.bad_view);
  if (!map) return;
  take(view);
  if (view.place) map.jumpTo({ center: [view.place.lon, view.place.lat], zoom: view.place.zoom });
  if (view.selection) select(view.selection, { fly: !view.place });
  else unselect();
});
