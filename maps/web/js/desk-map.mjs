/** A map for the desk: the common style with only what an address officer needs below the doors. */
import * as maplibre from "../vendor/maplibre-gl/maplibre-gl.mjs";
import { drawHatchings } from "./hatch.mjs";

const GROUND = ["administrative_units", "zones", "plots", "streets"];
const FONT = ["Be Vietnam Pro SemiBold", "Be Vietnam Pro"];
export const COLOURS = {
  new: "#0072b2", kept: "#009e73", spare: "#cc79a7", elsewhere: "#8a939b", asked: "#d55e00",
  in_force: "#0b3d8c", reserved: "#cc79a7", none: "#8a939b",
};

export const { Marker } = maplibre;

/** What the page handed over. */
export function pageData() {
  return JSON.parse(document.getElementById("page-data").textContent);
}

/** Say something above the map. @param {string} text */
export function tell(text) {
  const message = document.getElementById("map-message");
  message.textContent = text;
  message.hidden = false;
}

/**
 * Open the map in #map. Gives null where it cannot be drawn; the page works without it.
 * @param {any} data of the page @param {object} begin bounds or centre, as MapLibre takes them
 * @param {string[]} ground layers of the common style that stay
 */
export async function openMap(data, begin, ground = GROUND) {
  const holder = document.getElementById("map");
  await Promise.allSettled([400, 600].map((weight) => document.fonts.load(`${weight} 16px "Be Vietnam Pro"`, "AaĐđơưẤệ ế")));
  let map;
  try {
    map = new maplibre.Map({
      container: holder,
      style: await groundStyle(data.lang, ground),
      attributionControl: false,
      cooperativeGestures: false,
      locale: {
        "Map.Title": data.texts.map_title, "NavigationControl.ZoomIn": data.texts.zoom_in,
        "NavigationControl.ZoomOut": data.texts.zoom_out, "NavigationControl.ResetBearing": data.texts.reset_north,
        "AttributionControl.ToggleAttribution": data.texts.attribution,
      },
      maxZoom: 21,
      minZoom: 3.5,
      ...begin,
    });
  } catch {
    tell(data.texts.no_map);
    holder.dataset.ready = "failed";
    return null;
  }
  holder.maplibre = map; // for whoever wants to ask this map
  map.addControl(new maplibre.NavigationControl({ visualizePitch: false }), "top-right");
  map.addControl(new maplibre.ScaleControl({ maxWidth: 100, unit: "metric" }), "bottom-left");
  map.addControl(new maplibre.AttributionControl({ compact: true }), "bottom-right");
  drawHatchings(map);
  map.on("idle", () => { holder.dataset.ready = "true"; });
  for (const begun of ["dataloading", "movestart"]) map.on(begun, () => { holder.dataset.ready = "false"; });
  return new Promise((resolve) => { map.once("load", () => resolve(map)); });
}

async function groundStyle(lang, ground) {
  const theme = matchMedia("(prefers-color-scheme: dark)").matches ? "dark" : "light";
  const answer = await fetch(`/styles/map.json?lang=${lang}&theme=${theme}`, { credentials: "same-origin" });
  if (!answer.ok) throw new Error(`${answer.status}`);
  const style = await answer.json();
  style.layers = style.layers.filter((layer) => !layer.metadata?.layer || ground.includes(layer.metadata.layer));
  for (const layer of style.layers) {
    if (layer.metadata?.layer) layer.layout = { ...layer.layout, visibility: "visible" };
  }
  const used = new Set(style.layers.map((layer) => layer.source));
  style.sources = Object.fromEntries(Object.entries(style.sources).filter(([name]) => used.has(name)));
  return style;
}

/** Doors as points. @param {any[]} doors @param {"before" | "after"} shown */
export function doorPoints(doors, shown) {
  return {
    type: "FeatureCollection",
    features: doors.map((door) => ({
      type: "Feature", id: door.id,
      geometry: { type: "Point", coordinates: [door.lon, door.lat] },
      properties: { id: door.id, kind: door.kind, number: (shown === "after" ? door.after : door.before) || "", empty: door.empty },
    })),
  };
}

/** The street and its doors, above the ground. */
export function drawStreet(map, data, shown) {
  const dark = matchMedia("(prefers-color-scheme: dark)").matches;
  const names = map.getStyle().layers.find((layer) => layer.type === "symbol")?.id; // the line goes below all names
  const colour = ["match", ["get", "kind"], ...Object.entries(COLOURS).flat(), "#8a939b"];
  if (data.line) {
    map.addSource("street", { type: "geojson", data: data.line });
    map.addLayer({ id: "street-line", type: "line", source: "street", paint: { "line-color": "#e69f00", "line-width": 4, "line-opacity": 0.75 } }, names);
  }
  map.addSource("doors", { type: "geojson", data: doorPoints(data.doors, shown) });
  map.addLayer({
    id: "doors-point", type: "circle", source: "doors",
    paint: {
      "circle-radius": ["case", ["boolean", ["feature-state", "selected"], false], 11, 7],
      "circle-color": ["case", ["get", "empty"], dark ? "#17232c" : "#ffffff", colour],
      "circle-stroke-color": ["case", ["boolean", ["feature-state", "selected"], false], "#d55e00", ["case", ["get", "empty"], colour, "#ffffff"]],
      "circle-stroke-width": ["case", ["boolean", ["feature-state", "selected"], false], 4, 2],
    },
  });
  map.addLayer({
    id: "doors-number", type: "symbol", source: "doors",
    layout: { "text-field": ["get", "number"], "text-font": FONT, "text-size": 13, "text-offset": [0, -1.15], "text-allow-overlap": true },
    paint: { "text-color": dark ? "#e8eef2" : "#16242e", "text-halo-color": dark ? "#0d1820" : "#ffffff", "text-halo-width": 1.6 },
  });
}
