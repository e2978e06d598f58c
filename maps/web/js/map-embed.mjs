/** The map in a frame of another page: the view of the address, to be moved and zoomed, and nothing more. */
import * as maplibre from "../vendor/maplibre-gl/maplibre-gl.mjs";
import { fromGeoJson } from "./drawing.mjs";
import { DrawingLayer } from "./drawing-layer.mjs";
import { askView, viewQuery } from "./drawing-store.mjs";
import { drawHatchings } from "./hatch.mjs";
import { LayerLook } from "./layer-look.mjs";
import { Themes } from "./themes.mjs";
import { takeTimeline } from "./timeline.mjs";
import { showLegends, tellLook, writeLegends } from "./view-legend.mjs";
import { format, parse } from "./view-state.mjs";

const OVERVIEW = "_overview";
const data = JSON.parse(document.getElementById("page-data").textContent);
const { texts } = data;
const holder = document.getElementById("map");
const message = document.getElementById("map-message");
const full = document.querySelector("[data-full]");
const names = data.layers.map((layer) => layer.name);
const themesOf = Object.fromEntries(data.layers.map((layer) => [layer.name, layer.themes]));
const view = parse(location.hash, names, [...names, ...names.map((name) => name + OVERVIEW)], themesOf);
const on = view.on ?? data.layers.filter((layer) => layer.visible).map((layer) => layer.name);
const rows = document.querySelectorAll("[data-layer]");
const look = Object.assign(new LayerLook(data.layers), { on: new Set(on), fades: { ...view.fade }, day: view.look.day, only: view.look.only });
const dark = matchMedia("(prefers-color-scheme: dark)");

await Promise.allSettled([400, 600].map((weight) => document.fonts.load(`${weight} 16px "Be Vietnam Pro"`, "AaĐđơưẤệ ế")));
try {
  start();
} catch {
  tell(texts.no_map);
  holder.dataset.ready = "failed";
}

function start() {
  const map = new maplibre.Map({
    container: holder, attributionControl: false, maxZoom: 20, minZoom: 3.5, dragRotate: false, pitchWithRotate: false,
    style: `/styles/map.json?${new URLSearchParams({ lang: data.lang, theme: dark.matches ? "dark" : "light" })}`,
    // A page that is scrolled must not get stuck in the map: the wheel zooms with Ctrl, fingers move it in twos.
    cooperativeGestures: true,
    locale: {
      "Map.Title": texts.map_title, "NavigationControl.ZoomIn": texts.zoom_in, "NavigationControl.ZoomOut": texts.zoom_out,
      "AttributionControl.ToggleAttribution": texts.attribution, "CooperativeGesturesHandler.WindowsHelpText": texts.embed_wheel,
      "CooperativeGesturesHandler.MacHelpText": texts.embed_wheel, "CooperativeGesturesHandler.MobileHelpText": texts.embed_touch,
    },
    ...(view.place ? { center: [view.place.lon, view.place.lat], zoom: view.place.zoom } : { bounds: data.bounds, fitBoundsOptions: { padding: 16, maxZoom: 14 } }),
  });
  holder.maplibre = map;
  map.touchZoomRotate.disableRotation();
  map.keyboard.disableRotation();
  map.addControl(new maplibre.NavigationControl({ showCompass: false }), "top-right");
  map.addControl(new maplibre.ScaleControl({ maxWidth: 100, unit: "metric" }), "bottom-left");
  map.addControl(new maplibre.AttributionControl({ compact: true }), "bottom-right");
  drawHatchings(map);
  map.on("style.load", () => { look.attach(map); markSelected(map); });
  takeTimeline(look, view.look.day).then(() => look.setDay(view.look.day));
  tellLook(document.querySelector("[data-look]"), view.look, data);
  dress();
  for (const begun of ["dataloading", "movestart"]) map.on(begun, () => { holder.dataset.ready = "false"; });
  map.on("idle", () => { holder.dataset.ready = "true"; });
  for (const done of ["load", "moveend"]) map.on(done, () => { leadOn(map); showLegends(rows, data.layers, look, map.getZoom()); });
  dark.addEventListener("change", () => map.setStyle(`/styles/map.json?${new URLSearchParams({ lang: data.lang, theme: dark.matches ? "dark" : "light" })}`, { diff: false }));
  if (!view.sound) tell(texts.bad_view);
  drawShared(map);
}

/** Colours that the view asks for, and the legend that says what they mean. */
async function dress() {
  const themes = new Themes(data.lang, data.tools.theme_failed, tell);
  await themes.dress(look, data.layers, view.look.themes, view.look.day);
  await writeLegends(rows, { look, themes, themesOf, words: data.tools, fades: view.fade });
}

function markSelected(map) {
  const source = view.selection?.layer.replace(OVERVIEW, "");
  if (!source || !map.getSource(source)) return;
  for (const part of [view.selection.layer, `${view.selection.layer}_labels`]) {
    map.setFeatureState({ source, sourceLayer: part, id: view.selection.id }, { selected: true });
  }
}

/** The drawing of a shared view; a link that has ended says so. */
async function drawShared(map) {
  const layer = new DrawingLayer(map); // before anything is waited for: the style announces itself once
  const { view: shared, problem } = await askView(new URLSearchParams(location.search));
  if (problem) tell((data.lang === "vi" && problem.detail_vi) || problem.detail || texts.offline);
  if (shared) layer.show(fromGeoJson(shared.drawing));
}

/** The whole map opens where this one is. */
function leadOn(map) {
  const { lat, lng: lon } = map.getCenter();
  full.search = viewQuery(location.search);
  full.hash = format({ zoom: map.getZoom(), lat, lon }, view.on, view.selection, view);
}

function tell(text) {
  message.textContent = text;
  message.hidden = false;
}
