/** A MapLibre map for the pages of the portal: our own base, the fonts of the page, calm when asked to be. */
import { drawHatchings } from "./hatch.mjs";
import { dressed, letters, shown, style, styleAddress, takeOver, workerAddress } from "./map-early.mjs";
import { watchTiles } from "./missed-tiles.mjs";

/**
 * @param {HTMLElement} holder
 * @param {{bounds: number[] | null}} data
 * @param {object} begin where the map begins
 * @returns {Promise<import("../vendor/maplibre-gl/maplibre-gl.mjs").Map | null>} null where the browser cannot draw
 */
export async function makeMap(holder, data, begin) {
  await shown;
  const [maplibre, styled] = await Promise.all([import("../vendor/maplibre-gl/maplibre-gl.mjs"), style, letters, dressed]);
  try {
    maplibre.setWorkerUrl(workerAddress);
    const map = new maplibre.Map({
      container: holder,
      style: styled,
      attributionControl: { compact: true },
      maxZoom: 20,
      minZoom: 3.5,
      ...begin,
    });
    holder.maplibre = map;
    takeOver(map);
    watchTiles(map, styleAddress);
    map.addControl(new maplibre.NavigationControl({ visualizePitch: false }), "top-right");
    drawHatchings(map);
    map.on("style.load", () => quiet(map));
    map.on("idle", () => { holder.dataset.ready = "true"; });
    map.on("dataloading", () => { holder.dataset.ready = "false"; });
    return map;
  } catch {
    holder.dataset.ready = "failed";
    return null;
  }
}

/** Firms, masts and their counts are not what these maps are about. */
function quiet(map) {
  for (const layer of map.getStyle().layers) {
    const of = layer.metadata?.layer;
    if (["enterprises", "sites", "cells", "coverage", "entrances", "house_numbers"].includes(of) || (of === "plots" && layer.metadata.overview)) {
      map.setLayoutProperty(layer.id, "visibility", "none");
    }
  }
}
