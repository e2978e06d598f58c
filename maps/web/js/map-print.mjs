/** The print page: the view of the address on a sheet of paper, its scale, its grid, its legend. */
import * as maplibre from "../vendor/maplibre-gl/maplibre-gl.mjs";
import { fromGeoJson } from "./drawing.mjs";
import { DrawingLayer } from "./drawing-layer.mjs";
import { askView, draftOf, readDraft, viewQuery } from "./drawing-store.mjs";
import { distance } from "./geodesy.mjs";
import { drawHatchings } from "./hatch.mjs";
import { LayerLook } from "./layer-look.mjs";
import { drawGrid, drawScaleBar, roundDown } from "./map-frame.mjs";
import { showLegends, tellLook, writeLegends } from "./view-legend.mjs";
import { Themes } from "./themes.mjs";
import { takeTimeline } from "./timeline.mjs";
import { format, parse } from "./view-state.mjs";

const OVERVIEW = "_overview";
const PIXEL_M = 0.0254 / 96;
/** Dots per CSS pixel: as fine as a canvas of 8192 may be. */
const FINENESS = { a4: 3, a3: 2.5, a2: 2, a1: 1.5 };
/** Beyond this the plane is no good grid any more, and degrees stand instead. */
const WIDEST_PLANE_DEG = 2;

const data = JSON.parse(document.getElementById("page-data").textContent);
const form = document.getElementById("print-form");
const holder = document.getElementById("map");
const paper = document.querySelector(".paper");
const state = form.querySelector("[data-state]");
const names = data.layers.map((layer) => layer.name);
const themesOf = Object.fromEntries(data.layers.map((layer) => [layer.name, layer.themes]));
const view = parse(location.hash, names, [...names, ...names.map((name) => name + OVERVIEW)], themesOf);
const on = view.on ?? data.layers.filter((layer) => layer.visible).map((layer) => layer.name);
const words = data.tools;
let turn = 0;
let isDressed = false;
const look = new LayerLook(data.layers);
const themes = new Themes(data.lang, words.theme_failed, (text) => { state.textContent = text; });

/** @param {number} value @param {number} digits */
const number = (value, digits = 0) => value.toLocaleString(data.lang, { maximumFractionDigits: digits, minimumFractionDigits: digits });

await Promise.allSettled([400, 600].map((weight) => document.fonts.load(`${weight} 16px "Be Vietnam Pro"`, "AaĐđơưẤệ ế")));
const map = new maplibre.Map({
  container: holder,
  style: `/styles/map.json?${new URLSearchParams({ lang: data.lang, theme: "light" })}`,
  attributionControl: false, maxZoom: 20, minZoom: 3.5, fadeDuration: 0, dragRotate: false, pitchWithRotate: false,
  canvasContextAttributes: { preserveDrawingBuffer: true, antialias: true },
  maxCanvasSize: [8192, 8192], pixelRatio: FINENESS.a4,
  locale: { "Map.Title": data.texts.map_title },
  ...(view.place ? { center: [view.place.lon, view.place.lat], zoom: view.place.zoom } : { bounds: data.bounds, fitBoundsOptions: { padding: 32, maxZoom: 14 } }),
});
holder.maplibre = map;
map.touchZoomRotate.disableRotation();
map.keyboard.disableRotation();
drawHatchings(map);
map.once("style.load", dress);
const drawn = drawDrawing();
for (const begun of ["dataloading", "movestart"]) map.on(begun, () => { holder.dataset.ready = "false"; state.textContent = words.drawing; });
map.on("idle", finish);
map.on("movestart", (event) => { if (event.originalEvent) form.scale.value = ""; });

form.addEventListener("submit", (event) => { event.preventDefault(); print(); });
form.addEventListener("input", () => {
  paper.querySelector("[data-heading]").textContent = form.heading.value;
  const note = paper.querySelector("[data-note]");
  note.textContent = form.note.value;
  note.hidden = !form.note.value;
});
for (const name of ["paper", "way"]) form[name].addEventListener("change", takePaper);
form.scale.addEventListener("change", setScale);
addEventListener("resize", fit);
fit();

/** Another sheet: the middle stays, and so does a chosen scale. */
function takePaper() {
  paper.className = `paper ${form.paper.value} ${form.way.value}`;
  fit();
  map.setPixelRatio(FINENESS[form.paper.value]);
  map.resize();
  setScale();
}

/** Make the sheet as wide as the screen lets it be. */
function fit() {
  const around = paper.parentElement;
  const share = Math.min(1, around.clientWidth / paper.offsetWidth);
  paper.style.transform = `scale(${share})`;
  paper.style.marginLeft = `${Math.max(0, (around.clientWidth - paper.offsetWidth * share) / 2)}px`;
  around.style.height = `${paper.offsetHeight * share}px`;
}

/** Draw the layers as the view says, and write the legend that belongs to them. */
async function dress() {
  await takeTimeline(look, view.look.day);
  Object.assign(look, { on: new Set(on), fades: { ...view.fade }, day: view.look.day, only: view.look.only });
  look.attach(map);
  markSelected();
  await themes.dress(look, data.layers, view.look.themes, view.look.day);
  await writeLegends(paper.querySelectorAll("[data-layer]"), { look, themes, themesOf, words, fades: view.fade });
  tellLook(paper.querySelector("[data-look]"), view.look, data);
  isDressed = true;
  map.triggerRepaint(); // then it is idle again, and this time with everything
}

/** What was drawn on the map page: the draft of this browser, else the drawing of the view in the address. */
async function drawDrawing() {
  const layer = new DrawingLayer(map); // before anything is waited for: the style announces itself once
  const asked = new URLSearchParams(location.search);
  const kept = readDraft(draftOf(asked));
  const shapes = kept ?? fromGeoJson((await askView(asked)).view?.drawing);
  const wanted = form.drawing;
  wanted.closest("label").hidden = !shapes.length;
  const show = () => {
    layer.show(wanted.checked ? shapes : []);
    paper.querySelector(".paper-drawing").hidden = !shapes.length || !wanted.checked;
  };
  wanted.addEventListener("change", show);
  for (const link of paper.ownerDocument.querySelectorAll("[data-back]")) link.search = viewQuery(location.search);
  show();
}

function markSelected() {
  if (!view.selection) return;
  const source = view.selection.layer.replace(OVERVIEW, "");
  if (!map.getSource(source)) return;
  for (const part of [view.selection.layer, `${view.selection.layer}_labels`]) {
    map.setFeatureState({ source, sourceLayer: part, id: view.selection.id }, { selected: true });
  }
}

/** Metres on the ground for one pixel in the middle of the sheet. */
function metresPerPixel() {
  const { clientWidth: width, clientHeight: height } = holder;
  const [from, to] = [-50, 50].map((dx) => map.unproject([width / 2 + dx, height / 2]).toArray());
  return distance(from, to) / 100;
}

function setScale() {
  if (!form.scale.value) return;
  map.setZoom(map.getZoom() + Math.log2(metresPerPixel() / (Number(form.scale.value) * PIXEL_M)));
}

/** The map is drawn: write what belongs to exactly this piece of it. */
async function finish() {
  if (!isDressed) return;
  const mine = (turn += 1);
  const ground = metresPerPixel();
  const scale = ground / PIXEL_M;
  // What was asked for is met but for the last digits of the zoom.
  const shown = Number(form.scale.value) || Number(scale.toPrecision(3));
  paper.querySelector("[data-scale]").textContent = words.scale.replace("%scale", number(shown));
  const side = paper.querySelector(".paper-facts").clientWidth;
  drawScaleBar(paper.querySelector(".paper-scale"), ground, side * 0.8, data.lang);
  showLegends(paper.querySelectorAll("[data-layer]"), data.layers, look, map.getZoom());
  const center = map.getCenter();
  const hash = format({ zoom: map.getZoom(), lat: center.lat, lon: center.lng }, view.on, view.selection, view);
  history.replaceState(null, "", hash);
  for (const link of document.querySelectorAll("[data-back], [data-lang]")) link.hash = hash;
  const code = paper.querySelector(".paper-qr");
  code.src = `/map/qr.svg?${new URLSearchParams({ view: hash.slice(1) })}`;
  code.hidden = false;
  await Promise.all([drawTicks(), code.decode().catch(() => {}), drawn]);
  if (mine !== turn || !map.loaded()) return; // the drawing came meanwhile: once more when it is drawn
  state.textContent = words.ready;
  holder.dataset.ready = "true";
}

/** The grid of the storage CRS, or degrees where that is no good. */
async function drawTicks() {
  const { clientWidth: width, clientHeight: height } = holder;
  const svg = paper.querySelector(".paper-grid");
  const said = paper.querySelector("[data-grid]");
  said.dataset.plane ??= said.textContent;
  const place = (x, y) => map.unproject([x * width, y * height]);
  const around = [[0, 0], [0.5, 0], [1, 0], [0, 0.5], [1, 0.5], [0, 1], [0.5, 1], [1, 1]].map(([x, y]) => place(x, y));
  const isWide = map.getBounds().getEast() - map.getBounds().getWest() > WIDEST_PLANE_DEG;
  const plane = isWide ? null : await Promise.all(around.map(inMetres)).catch(() => null);
  said.textContent = plane ? said.dataset.plane : words.grid_degrees;
  const values = plane ?? around.map(({ lng, lat }) => ({ x: lng, y: lat }));
  const [nw, n, ne, w, e, sw, s, se] = values;
  const edges = { top: [nw.x, n.x, ne.x], bottom: [sw.x, s.x, se.x], left: [nw.y, w.y, sw.y], right: [ne.y, e.y, se.y] };
  const step = roundDown((ne.x - nw.x) / Math.max(3, Math.min(8, width / 220)));
  const digits = plane || step >= 1 ? 0 : Math.ceil(-Math.log10(step));
  drawGrid(svg, width, height, edges, step, (value, isNorth) => {
    if (plane) return number(value);
    return `${number(Math.abs(value), digits)}°${isNorth ? words.north_letter : words.east_letter}`;
  });
}

async function inMetres({ lng, lat }) {
  const answer = await fetch(`/coordinates?lon=${lng.toFixed(9)}&lat=${lat.toFixed(9)}`);
  if (!answer.ok) throw new Error(`${answer.status}`);
  return answer.json();
}
