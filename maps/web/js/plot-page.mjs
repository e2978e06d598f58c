/** The small map of a plot with its outline. */
import { makeMap } from "./portal-map.mjs";

const data = JSON.parse(document.getElementById("page-data").textContent);
const holder = document.getElementById("plot-map");
const map = await makeMap(holder, data, { center: data.center, zoom: 15.5, cooperativeGestures: true });
map?.on("load", () => {
  map.addSource("plot", { type: "geojson", data: { type: "Feature", geometry: { type: "Polygon", coordinates: data.outline }, properties: {} } });
  map.addLayer({ id: "plot", type: "line", source: "plot", paint: { "line-color": "#d55e00", "line-width": 4 } });
});
