/** Images of the style that are drawn here instead of being fetched: `hatch-RRGGBB`. */

const SIDE = 16;

/** Draw a hatching whenever the style asks for one. @param {import("../vendor/maplibre-gl/maplibre-gl.mjs").Map} map */
export function drawHatchings(map) {
  map.setMissingStyleImageResolver(async (id) => {
    const color = /^hatch-([0-9A-Fa-f]{6})$/.exec(id)?.[1];
    if (color && !map.hasImage(id)) map.addImage(id, hatching(color), { pixelRatio: 2 });
  });
}

/** @param {string} color RRGGBB @returns {{width: number, height: number, data: Uint8Array}} diagonal lines that tile without a seam */
function hatching(color) {
  const [red, green, blue] = [0, 2, 4].map((at) => parseInt(color.slice(at, at + 2), 16));
  const data = new Uint8Array(SIDE * SIDE * 4);
  for (let y = 0; y < SIDE; y += 1) {
    for (let x = 0; x < SIDE; x += 1) {
      const inked = (x + y) % 8 < 3;
      data.set(inked ? [red, green, blue, 255] : [red, green, blue, 36], (y * SIDE + x) * 4);
    }
  }
  return { width: SIDE, height: SIDE, data };
}
