/** The coverage page: table and map in step, the address as state. The page is whole without this script. */
import * as maplibre from "../vendor/maplibre-gl/maplibre-gl.mjs";
import { drawHatchings } from "./hatch.mjs";
import { fill, percent, say, WHITE_LAYERS } from "./coverage-words.mjs";
import { startWhatIf } from "./coverage-what-if.mjs";

const data = JSON.parse(document.getElementById("page-data").textContent);
const { texts } = data;
const holder = document.getElementById("map");
const message = document.getElementById("map-message");
const table = document.getElementById("zone-table");
const dark = matchMedia("(prefers-color-scheme: dark)");
const calm = matchMedia("(prefers-reduced-motion: reduce)");
const zones = new Map(data.zones.features.map((one) => [one.id, one]));

/** @type {any} */
let map = null;
/** @type {number | null} */
let chosen = data.chosen;
/** @type {number | null} */
let pointed = null;
/** @type {((id: number | null) => void)[]} */
const onChoice = [];

watchForm();
watchTable();
start();

async function start() {
  await Promise.allSettled([400, 600].map((weight) => document.fonts.load(`${weight} 16px "Be Vietnam Pro"`, "AaĐđơưẤệ")));
  try {
    map = new maplibre.Map({
      container: holder, style: styleAddress(), attributionControl: false, maxZoom: 18, minZoom: 3.5,
      locale: {
        "Map.Title": texts.map_title, "NavigationControl.ZoomIn": texts.zoom_in,
        "NavigationControl.ZoomOut": texts.zoom_out, "NavigationControl.ResetBearing": texts.reset_north,
        "AttributionControl.ToggleAttribution": texts.attribution,
      },
      bounds: chosen === null ? data.bounds : data.boxes[chosen],
      fitBoundsOptions: { padding: 36, maxZoom: 14 },
      cooperativeGestures: false,
    });
  } catch {
    message.textContent = texts.no_map;
    message.hidden = false;
    holder.dataset.ready = "failed";
    return;
  }
  holder.maplibre = map; // for whoever wants to ask this map: tests, later modules
  map.addControl(new maplibre.NavigationControl({ visualizePitch: false }), "top-right");
  map.addControl(new maplibre.ScaleControl({ maxWidth: 120, unit: "metric" }), "bottom-left");
  map.addControl(new maplibre.AttributionControl({ compact: true }), "bottom-right");
  drawHatchings(map);
  map.on("style.load", draw);
  map.on("idle", () => { holder.dataset.ready = "true"; });
  for (const begun of ["dataloading", "movestart"]) map.on(begun, () => { holder.dataset.ready = "false"; });
  map.on("mousemove", (event) => point(zoneAt(event.point)));
  map.on("mouseout", () => point(null));
  dark.addEventListener("change", () => map.setStyle(styleAddress(), { diff: false }));
  const whatIf = data.can_try ? startWhatIf(map, maplibre, data, { recolour, onChoice, choice: () => chosen }) : null;
  map.on("click", (event) => {
    if (whatIf?.click(event.lngLat)) return;
    const id = zoneAt(event.point);
    if (id !== null) choose(id, { fly: false });
  });
}

function styleAddress() {
  const address = new URL("/styles/map.json", location.href);
  address.search = new URLSearchParams({ lang: data.lang, theme: dark.matches ? "dark" : "light" }).toString();
  return address.href;
}

/** Our zones over the quiet part of the usual style; what else it has is switched off and not fetched. */
function draw() {
  const layers = map.getStyle().layers;
  for (const layer of layers) {
    const of = layer.metadata?.layer;
    if (of && !WHITE_LAYERS.includes(of)) map.setLayoutProperty(layer.id, "visibility", "none");
  }
  const firstLabel = layers.find((layer) => layer.type === "symbol")?.id;
  const line = dark.matches ? "#e8eef2" : "#16242e";
  const state = (name) => ["boolean", ["feature-state", name], false];
  map.addSource("ratios", { type: "geojson", data: data.zones });
  map.addLayer({
    id: "ratio-fill", type: "fill", source: "ratios",
    paint: { "fill-color": ["coalesce", ["feature-state", "color"], ["get", "color"]], "fill-opacity": ["interpolate", ["linear"], ["zoom"], 11.5, 0.85, 13.5, 0.4] },
  }, firstLabel);
  drawReach(firstLabel);
  map.addLayer({
    id: "ratio-edge", type: "line", source: "ratios",
    paint: { "line-color": line, "line-width": ["case", state("chosen"), 4, state("pointed"), 3, 1] },
  }, firstLabel);
  map.addLayer({
    id: "ratio-halo", type: "line", source: "ratios",
    paint: { "line-color": "#d55e00", "line-width": ["case", state("chosen"), 2, 0] },
  }, firstLabel);
  map.addLayer({
    id: "ratio-name", type: "symbol", source: "ratios", minzoom: 9.5,
    layout: {
      "text-field": ["get", "name"], "text-font": ["Be Vietnam Pro SemiBold", "Be Vietnam Pro"], "text-size": 12,
      "text-max-width": 9,
    },
    paint: { "text-color": line, "text-halo-color": dark.matches ? "#0d1820" : "#ffffff", "text-halo-width": 1.6 },
  });
  if (chosen !== null) map.setFeatureState({ source: "ratios", id: chosen }, { chosen: true });
  map.fire("coverage.drawn");
}

/** Close by, the declared footprints that the ratios are made of. */
function drawReach(before) {
  const filter = ["all", ["==", ["get", "technology"], data.question.technology], ["==", ["get", "state"], "on_air"],
    ["in", ["get", "operator"], ["literal", data.counted]]];
  const layer = { source: "coverage", "source-layer": "coverage", minzoom: 12, filter };
  const color = dark.matches ? "#7cc0ee" : "#0b62a0";
  map.addLayer({ id: "reach-fill", type: "fill", ...layer, paint: { "fill-color": color, "fill-opacity": 0.1 } }, before);
  map.addLayer({ id: "reach-edge", type: "line", ...layer, paint: { "line-color": color, "line-width": 1, "line-opacity": 0.8 } }, before);
}

function zoneAt(place) {
  if (!map.getLayer("ratio-fill")) return null;
  return map.queryRenderedFeatures(place, { layers: ["ratio-fill"] })[0]?.id ?? null;
}

/** Hover or focus, on the map or in the table: the same zone is marked in both. */
function point(id) {
  if (id === pointed) return;
  for (const [one, on] of [[pointed, false], [id, true]]) {
    if (one === null) continue;
    if (map?.getSource("ratios")) map.setFeatureState({ source: "ratios", id: one }, { pointed: on });
    rowOf(one)?.classList.toggle("is-pointed", on);
  }
  pointed = id;
  if (map) map.getCanvas().style.cursor = id === null ? "" : "pointer";
}

function choose(id, { fly = true } = {}) {
  for (const [one, on] of [[chosen, false], [id, true]]) {
    if (one === null) continue;
    if (map?.getSource("ratios")) map.setFeatureState({ source: "ratios", id: one }, { chosen: on });
    const row = rowOf(one);
    row?.classList.toggle("is-chosen", on);
    const link = row?.querySelector(".zone-pick");
    if (on) link?.setAttribute("aria-current", "true");
    else link?.removeAttribute("aria-current");
  }
  chosen = id;
  const zone = zones.get(id);
  const address = new URL(location.href);
  address.searchParams.set("zone", zone.properties.code);
  history.replaceState(null, "", address);
  keepInForm("zone", zone.properties.code);
  if (fly && map) map.fitBounds(data.boxes[id], { padding: 60, maxZoom: 14.5, animate: !calm.matches, duration: 700 });
  if (!fly) rowOf(id)?.scrollIntoView({ block: "nearest" });
  say("cov-said", fill(texts.chosen, { zone: zone.properties.name, ratio: percent(zone.properties.ratio, data.lang) }));
  for (const told of onChoice) told(id);
  refresh(address);
}

let turn = 0;

/** What else of the page speaks of the chosen zone comes from the server, as it would on loading. */
async function refresh(address) {
  const mine = (turn += 1);
  try {
    const answer = await fetch(address, { headers: { Accept: "text/html" }, credentials: "same-origin" });
    const fresh = new DOMParser().parseFromString(await answer.text(), "text/html");
    if (!answer.ok || mine !== turn) return;
    for (const part of ["#cov-chosen", "#cov-gaps", "#zone-table thead"]) {
      const now = fresh.querySelector(part);
      if (now) document.querySelector(part)?.replaceWith(document.importNode(now, true));
    }
  } catch {
    // Without an answer the rest keeps speaking of the zone before, which its heading names.
  }
}

function rowOf(id) {
  return table?.querySelector(`tr[data-zone="${id}"]`) ?? null;
}

function idOf(element) {
  const row = element?.closest?.("tr[data-zone]");
  return row ? Number(row.dataset.zone) : null;
}

/** Colour zones by ratios tried; null gives every zone its own again. @param {Map<number, string> | null} colours */
function recolour(colours) {
  if (!map?.getSource("ratios")) return;
  for (const id of zones.keys()) {
    const color = colours?.get(id);
    if (color) map.setFeatureState({ source: "ratios", id }, { color });
    else map.removeFeatureState({ source: "ratios", id }, "color");
  }
}

function watchTable() {
  if (!table) return;
  table.addEventListener("mouseover", (event) => point(idOf(event.target)));
  table.addEventListener("mouseleave", () => point(null));
  table.addEventListener("focusin", (event) => point(idOf(event.target)));
  table.addEventListener("focusout", () => point(null));
  table.addEventListener("click", (event) => {
    const link = event.target.closest("tbody a.zone-pick");
    if (event.ctrlKey || event.metaKey || event.shiftKey || !map) return;
    const id = idOf(event.target);
    if (id === null || (event.target.closest("a") && !link)) return;
    event.preventDefault();
    choose(id);
  });
}

/** The switches answer at once; without this script the button sends them. */
function watchForm() {
  const form = document.querySelector(".cov-question");
  form?.addEventListener("change", (event) => {
    const boxes = [...form.querySelectorAll("[name=operator]")];
    // Nobody counted is no question: the last operator stays.
    if (boxes.length && !boxes.some((box) => box.checked)) event.target.checked = true;
    form.requestSubmit();
  });
  form?.addEventListener("formdata", ({ formData }) => {
    // What is usual stays out of the address.
    const boxes = [...form.querySelectorAll("[name=operator]")];
    if (boxes.every((box) => box.checked)) formData.delete("operator");
    if (formData.get("technology") === "5G") formData.delete("technology");
    if (formData.get("min_operators") === "1") formData.delete("min_operators");
  });
}

function keepInForm(name, value) {
  const form = document.querySelector(".cov-question");
  if (!form) return;
  let field = form.querySelector(`input[type=hidden][name="${name}"]`);
  if (!field) {
    field = document.createElement("input");
    field.type = "hidden";
    field.name = name;
    form.append(field);
  }
  field.value = value;
}
