/** The list of streets and its map, in step: a row marks its street, a click on a street leads to it. */
import { openMap, pageData, tell } from "./desk-map.mjs";

const data = pageData();
const picked = document.getElementById("picked");
const calm = matchMedia("(prefers-reduced-motion: reduce)");
const phone = matchMedia("(max-width: 60rem)");
const known = new Map(data.streets.map((street) => [street.id, street]));
let marked = null;

start();

async function start() {
  let map = null;
  try {
    map = await openMap(data, data.bounds ? { bounds: data.bounds, fitBoundsOptions: { padding: 40, maxZoom: 15 } } : {});
  } catch {
    tell(data.texts.offline);
  }
  if (!map) return;
  for (const row of document.querySelectorAll("tr[data-street]")) {
    const id = Number(row.dataset.street);
    row.addEventListener("mouseenter", () => mark(map, id));
    row.addEventListener("focusin", () => { mark(map, id); if (!phone.matches) fit(map, id); });
  }
  map.on("click", (event) => {
    const reach = 6;
    const box = [[event.point.x - reach, event.point.y - reach], [event.point.x + reach, event.point.y + reach]];
    const found = map.queryRenderedFeatures(box).find((feature) => feature.layer.metadata?.layer === "streets");
    if (found) pick(map, found.id, found.properties.name);
  });
}

function mark(map, id) {
  for (const [street, selected] of [[marked, false], [id, true]]) {
    if (street === null || !map.getSource("streets")) continue;
    map.setFeatureState({ source: "streets", sourceLayer: "streets", id: street }, { selected });
  }
  for (const row of document.querySelectorAll("tr[data-street]")) row.classList.toggle("chosen", Number(row.dataset.street) === id);
  marked = id;
}

function fit(map, id) {
  const street = known.get(id);
  if (street) map.fitBounds(street.bounds, { padding: 60, maxZoom: 16.5, animate: !calm.matches });
}

/** Name the street below the map, with the way to it. */
function pick(map, id, name) {
  mark(map, id);
  const link = document.createElement("a");
  link.href = `/desk/streets/${encodeURIComponent(id)}`;
  link.className = "button";
  link.textContent = data.texts.open_street.replace("{name}", String(name ?? known.get(id)?.name ?? id));
  picked.replaceChildren(link);
}
