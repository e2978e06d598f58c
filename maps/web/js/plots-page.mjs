/**
 * The list of plots and its map are one set. A changed filter fetches the page again and takes its list;
 * the map asks for the same filter as points. Without this script the form and its links do the same.
 */
import { makeMap } from "./portal-map.mjs";

const WAIT_MS = 250;
const data = JSON.parse(document.getElementById("page-data").textContent);
const form = document.getElementById("plot-filter");
const holder = document.getElementById("plots-map");
const message = document.getElementById("plots-message");
const here = document.getElementById("search-here");
const EMPTY = { type: "FeatureCollection", features: [] };
let map = null;
let timer = 0;
let turn = 0;

form.addEventListener("input", (event) => { if (event.target.name !== "box") later(); });
form.addEventListener("submit", (event) => { event.preventDefault(); update(); });
addEventListener("popstate", () => location.reload());
here.addEventListener("click", () => {
  const bounds = map.getBounds();
  form.elements.box.value = [bounds.getWest(), bounds.getSouth(), bounds.getEast(), bounds.getNorth()].map((value) => value.toFixed(5)).join(",");
  here.hidden = true;
  update();
});
document.addEventListener("pointerover", (event) => point(event.target.closest?.(".plot-card")));
document.addEventListener("focusin", (event) => point(event.target.closest?.(".plot-card")));
start();

async function start() {
  map = await makeMap(holder, data, data.bounds ? { bounds: data.bounds, fitBoundsOptions: { padding: 24 } } : {});
  if (!map) return;
  map.on("load", () => {
    map.addSource("found", { type: "geojson", data: EMPTY, cluster: true, clusterRadius: 36, clusterMaxZoom: 13, clusterProperties: { many: ["+", ["coalesce", ["get", "count"], 1]] } });
    map.addSource("pointed", { type: "geojson", data: EMPTY });
    map.addLayer({ id: "found-many", type: "circle", source: "found", filter: ["any", ["has", "point_count"], ["has", "count"]], paint: { "circle-color": "#0b3d5c", "circle-opacity": 0.85, "circle-stroke-color": "#fff", "circle-stroke-width": 1.5, "circle-radius": ["interpolate", ["linear"], ["log10", ["coalesce", ["get", "many"], ["get", "count"]]], 0, 11, 4, 30] } });
    map.addLayer({ id: "found-count", type: "symbol", source: "found", filter: ["any", ["has", "point_count"], ["has", "count"]], layout: { "text-field": ["to-string", ["coalesce", ["get", "many"], ["get", "count"]]], "text-size": 12, "text-font": ["Be Vietnam Pro"], "text-allow-overlap": true }, paint: { "text-color": "#fff" } });
    map.addLayer({ id: "found-one", type: "circle", source: "found", filter: ["all", ["!", ["has", "point_count"]], ["!", ["has", "count"]]], paint: { "circle-color": ["match", ["get", "status"], ...Object.entries(data.colors).flat(), "#8a939b"], "circle-radius": 6, "circle-stroke-color": "#fff", "circle-stroke-width": 1.5 } });
    map.addLayer({ id: "pointed", type: "circle", source: "pointed", paint: { "circle-radius": 11, "circle-color": "transparent", "circle-stroke-color": "#d55e00", "circle-stroke-width": 3 } });
    points();
  });
  map.on("moveend", (event) => { here.hidden = !event.originalEvent; });
  map.on("click", "found-one", (event) => open(event.features[0].properties.id));
  map.on("click", "found-many", (event) => map.easeTo({ center: event.lngLat, zoom: map.getZoom() + 2 }));
}

/** The filter as the form has it, without what is empty. */
function query() {
  const given = [...new FormData(form)].filter(([, value]) => value !== "");
  const asked = new URLSearchParams(given.filter(([name]) => name !== "status"));
  const statuses = given.filter(([name]) => name === "status").map(([, value]) => value);
  if (statuses.join() !== "available") asked.set("status", statuses.join());
  if (asked.get("sort") === "area") asked.delete("sort");
  const lang = new URLSearchParams(location.search).get("lang");
  if (lang) asked.set("lang", lang);
  return asked.toString();
}

function later() {
  clearTimeout(timer);
  timer = setTimeout(update, WAIT_MS);
}

/** Fetch list and points for the form; only the newest answer counts, and a failed one loses nothing. */
async function update() {
  const mine = (turn += 1);
  const asked = query();
  document.getElementById("found").setAttribute("aria-busy", "true");
  try {
    const answer = await fetch(`/plots?${asked}`, { headers: { Accept: "text/html" } });
    if (!answer.ok) throw new Error(String(answer.status));
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    if (mine !== turn) return;
    document.getElementById("found").replaceWith(page.getElementById("found"));
    history.replaceState(null, "", asked ? `/plots?${asked}` : "/plots");
    message.hidden = true;
    await points();
  } catch {
    if (mine === turn) tell(message.dataset.offline);
    document.getElementById("found").setAttribute("aria-busy", "false");
  }
}

async function points() {
  const source = map?.getSource("found");
  if (!source) return;
  const answer = await fetch(`/plots/points?${query()}`);
  if (!answer.ok) throw new Error(String(answer.status));
  const { points: single, squares } = await answer.json();
  const feature = (lon, lat, properties) => ({ type: "Feature", geometry: { type: "Point", coordinates: [lon, lat] }, properties });
  source.setData({
    type: "FeatureCollection",
    features: [...single.map(([lon, lat, id, status]) => feature(lon, lat, { id, status })), ...squares.map(([lon, lat, count]) => feature(lon, lat, { count }))],
  });
  holder.dataset.points = String(single.length + squares.length);
}

/** Show on the map which card is meant. */
function point(card) {
  const at = card?.dataset.center?.split(",").map(Number);
  map?.getSource("pointed")?.setData(at ? { type: "Feature", geometry: { type: "Point", coordinates: at }, properties: {} } : EMPTY);
}

/** A point of the map: its card when it is on this page, else its page. */
async function open(id) {
  const card = document.querySelector(`.plot-card[data-id="${id}"]`);
  if (card) {
    card.scrollIntoView({ block: "center" });
    card.querySelector("a").focus();
    return;
  }
  const answer = await fetch(`/features/plots/${id}?lang=${data.lang}`);
  if (!answer.ok) return;
  const link = (await answer.json()).links.find((one) => one.href.startsWith("/plots/"));
  if (link) location.assign(link.href);
}

function tell(text) {
  message.textContent = text;
  message.hidden = false;
}
