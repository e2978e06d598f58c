/** Move corners and whole shapes with the mouse or a finger; what the panel does with numbers, by hand. */
import { place, radiusTo, shifted } from "./drawing.mjs";
import { HANDLE_LAYER, SHAPE_LAYERS } from "./drawing-layer.mjs";

/**
 * @param {any} map
 * @param {{chosen: () => import("./drawing.mjs").Shape | null, preview: (shape: any) => void, settle: (shape: any) => void}} drawing
 *   `chosen` is the shape that may be dragged, or null
 */
export function installDragging(map, { chosen, preview, settle }) {
  /** @type {((at: number[]) => any) | null} what the shape becomes when the pointer is there */
  let become = null;
  let latest = null;

  const begin = (event) => {
    const shape = chosen();
    if (!shape || (event.points && event.points.length > 1)) return;
    become = dragged(map, shape, event);
    latest = null;
    if (become) event.preventDefault(); // the map stays where it is
  };
  const go = ({ lngLat }) => {
    if (!become) return;
    latest = become([lngLat.lng, lngLat.lat]);
    preview(latest);
  };
  const end = () => {
    if (become && latest) settle(latest);
    become = latest = null;
  };
  map.on("mousedown", begin);
  map.on("touchstart", begin);
  map.on("mousemove", go);
  map.on("touchmove", go);
  map.on("touchend", end);
  addEventListener("mouseup", end);
  addEventListener("touchcancel", end);
}

function dragged(map, shape, { point, lngLat }) {
  const reach = 8;
  const box = [[point.x - reach, point.y - reach], [point.x + reach, point.y + reach]];
  if (!map.getLayer(HANDLE_LAYER)) return null;
  const [grip] = map.queryRenderedFeatures(box, { layers: [HANDLE_LAYER] }).sort((a, b) => a.properties.between - b.properties.between);
  if (grip) return byHandle(shape, grip.properties);
  const isOnIt = map.queryRenderedFeatures(box, { layers: SHAPE_LAYERS }).some((one) => one.properties.id === shape.id);
  if (!isOnIt) return null;
  return ([lon, lat]) => shifted(shape, lon - lngLat.lng, lat - lngLat.lat);
}

function byHandle(shape, { corner, between }) {
  const { kind, points } = shape;
  if (kind === "circle") return (at) => ({ ...shape, radius_m: Math.max(0.1, radiusTo(points[0], at)) });
  if (kind === "rectangle") return (at) => ({ ...shape, points: stretched(points, corner, place(...at)) });
  const before = points.slice(0, corner), after = points.slice(between ? corner : corner + 1);
  return (at) => ({ ...shape, points: [...before, place(...at), ...after] });
}

/** The opposite corner stays. Corners are counted as `ring` writes them. */
function stretched([[a, b], [c, d]], corner, [x, y]) {
  const opposite = [[c, d], [a, d], [a, b], [c, b]][corner];
  return [opposite, [x, y]];
}
