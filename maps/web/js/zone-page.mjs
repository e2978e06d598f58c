/** The map of a zone on its page; the tables beside it hold the same plots. */
import { makeMap } from "./portal-map.mjs";

const data = JSON.parse(document.getElementById("page-data").textContent);
await makeMap(document.getElementById("zone-map"), data, { bounds: data.bounds, fitBoundsOptions: { padding: 24 }, cooperativeGestures: true });
