/** Tiles that did not come because the server could not be reached: asked for again when it answers. */

/**
 * Watch a map. A lost line is told to the page (`connection:away`); on `connection:back` the map gets what it missed.
 * @param {any} map @param {() => any} style the style or its address, for a map that has not got even that
 */
export function watchTiles(map, style) {
  /** @type {Map<string, Map<string, {z: number, x: number, y: number}>>} tiles by source */
  const missed = new Map();
  map.on("error", ({ error, sourceId, tile }) => {
    if (!isUnreachable(error)) return;
    if (sourceId && tile) {
      const { z, x, y } = tile.tileID.canonical;
      if (!missed.has(sourceId)) missed.set(sourceId, new Map());
      missed.get(sourceId).set(`${z}/${x}/${y}`, { z, x, y });
    }
    dispatchEvent(new Event("connection:away"));
  });
  const again = () => {
    if (!map.getStyle()) map.setStyle(style(), { diff: false });
    // One by one, by name: asked for all tiles of a source, MapLibre 6.17 takes those that failed for tiles that are
    // on their way (`reload` sets `loading`, `loadTile` then waits for an end that nobody brings) and asks for none.
    for (const [source, tiles] of missed) if (map.getSource(source)) map.refreshTiles(source, [...tiles.values()]);
    missed.clear();
    map.triggerRepaint();
  };
  addEventListener("connection:back", again);
  map.once("remove", () => removeEventListener("connection:back", again));
}

function isUnreachable(error) {
  return error instanceof TypeError || /Failed to fetch|NetworkError|AJAXError.*\(0\)/.test(String(error?.message));
}
