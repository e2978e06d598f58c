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

// What is typed is asked for when the typing pauses, what is chosen at once.
form.addEventListener("input", (event) => { if (event.target.name !== "box") later(event.target.matches("[type=text]") ? WAIT_MS : 0); });
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
    const mine = turn;
    fetchPoints(query()).then((found) => { if (mine === turn) draw(found); }, () => tell(message.dataset.offline));
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

function later(wait) {
  clearTimeout(timer);
  if (wait) timer = setTimeout(update, wait);
  else update();
}

/** Fetch list and points for the form; only the newest answer counts, and a failed one loses nothing. */
async function update() {
  const mine = (turn += 1);
  const asked = query();
  document.getElementById("found").setAttribute("aria-busy", "true");
  try {
    const [list, points] = await Promise.all([fetchList(asked), fetchPoints(asked)]);
    if (mine !== turn) return;
    document.getElementById("found").replaceWith(list);
    draw(points);
    history.replaceState(null, "", asked ? `/plots?${asked}` : "/plots");
    message.hidden = true;
  } catch {
    if (mine === turn) tell(message.dataset.offline);
    document.getElementById("found").setAttribute("aria-busy", "false");
  }
}

/** The list alone, as the server writes it into the page. @param {string} asked @returns {Promise<Element>} */
async function fetchList(asked) {
  const answer = await fetch(`/plots?${asked}`, { headers: { Accept: "text/html", "HX-Request": "true" } });
  if (!answer.ok) throw new Error(String(answer.status));
  return document.adoptNode(new DOMParser().parseFromString(await answer.text(), "text/html").getElementById("found"));
}

/** The same set for the map; nothing where there is none. @param {string} asked */
async function fetchPoints(asked) {
  const answer = map && (await fetch(`/plots/points?${asked}`));
  if (answer && !answer.ok) throw new Error(String(answer.status));
  return answer ? answer.json() : null;
}

function draw(found) {
  const source = map?.getSource("found");
  if (!source || !found) return;
  const { points: single, squares } = found;
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
