/**
 * What the first map needs and no import names, asked for while the map library is still on its way:
 * the style, the program of the worker that reads tiles, the letters of the labels.
 */
import { link } from "./style-sheets.mjs";

const dark = matchMedia("(prefers-color-scheme: dark)");
const { lang } = JSON.parse(document.getElementById("page-data").textContent);

/** Where the worker's program is; without a question mark, so that it is fetched once. */
export const workerAddress = new URL("../vendor/maplibre-gl/maplibre-gl-worker.mjs", import.meta.url).href;

/** The rules of the map library, before ours: the page is shown without waiting for them, the map is not. */
export const dressed = link(new URL("../vendor/maplibre-gl/maplibre-gl.css", import.meta.url).href, (made) => document.head.prepend(made)).catch(() => {});

/** Labels are drawn with the fonts of the page; MapLibre does not wait for those of another script. */
export const letters = Promise.allSettled([400, 600].map((weight) => document.fonts.load(`${weight} 16px "Be Vietnam Pro"`, "AaĐđơưẤệ ế")));

/** @returns {string} address of the style that fits the reader's system now */
export function styleAddress() {
  const address = new URL("/styles/map.json", location.href);
  address.search = new URLSearchParams({ lang, theme: dark.matches ? "dark" : "light" }).toString();
  return address.href;
}

/** The style itself, or its address where it could not be had: then the map asks again and says what is wrong. */
export const style = fetch(styleAddress(), { headers: { Accept: "application/json" } })
  .then((answer) => (answer.ok ? answer.json() : styleAddress()))
  .catch(styleAddress);

fetch(workerAddress, { priority: "low" }).then((answer) => answer.arrayBuffer()).catch(() => {}); // the worker finds it in the cache

/** When the page has been shown: the map library is half a second of work for a phone, which the list need not wait for. */
export const shown = new Promise((resolve) => {
  requestAnimationFrame(() => setTimeout(resolve));
  setTimeout(resolve, 1000); // a tab in the background shows no frames
});

/** The drawing that stood in for the map. */
export const picture = document.querySelector(".first-map");
if (location.hash.includes("map=")) picture?.remove(); // it shows another place than the one asked for

/** Take the drawing away when the map stands, or when somebody moves the map. @param {any} map */
export function takeOver(map) {
  map.once("idle", () => picture?.remove());
  map.on("movestart", (event) => { if (event.originalEvent) picture?.remove(); });
}
