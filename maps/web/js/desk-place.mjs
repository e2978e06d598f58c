/** The small map of one place. */
import { Marker, openMap, pageData, tell } from "./desk-map.mjs";

const data = pageData();

try {
  const map = await openMap(data, { center: [data.lon, data.lat], zoom: 16.5 });
  if (map) {
    const pin = document.createElement("div");
    pin.className = "place-pin";
    const words = document.createElement("span");
    words.textContent = data.label;
    pin.append(words);
    new Marker({ element: pin, anchor: "bottom" }).setLngLat([data.lon, data.lat]).addTo(map);
  }
} catch {
  tell(data.texts.offline);
}
