/** A drawing on a map: above all layers, kept when the style changes; the page and the printed sheet share it. */
import { feature, ring } from "./drawing.mjs";

const SOURCE = "drawing", HANDLES = "drawing-handles";
const COLOUR = ["get", "colour"];
const IS_TEXT = ["==", ["get", "kind"], "text"];
const CHOSEN = ["get", "chosen"];
/** What a click on a drawing may meet, the topmost first. */
export const SHAPE_LAYERS = ["drawing-text", "drawing-point", "drawing-line", "drawing-fill"];
export const HANDLE_LAYER = "drawing-handle";

const LAYERS = [
  { id: "drawing-fill", type: "fill", source: SOURCE, filter: ["==", ["geometry-type"], "Polygon"], paint: { "fill-color": COLOUR, "fill-opacity": ["case", CHOSEN, 0.34, 0.2] } },
  { id: "drawing-halo", type: "line", source: SOURCE, layout: { "line-join": "round", "line-cap": "round" }, paint: { "line-color": "#ffffff", "line-width": ["case", CHOSEN, 8, 6], "line-opacity": 0.85 } },
  { id: "drawing-line", type: "line", source: SOURCE, layout: { "line-join": "round", "line-cap": "round" }, paint: { "line-color": COLOUR, "line-width": ["case", CHOSEN, 4, 2.5] } },
  { id: "drawing-point", type: "circle", source: SOURCE, filter: ["==", ["get", "kind"], "point"],
    paint: { "circle-radius": ["case", CHOSEN, 8.5, 6.5], "circle-color": COLOUR, "circle-stroke-color": "#ffffff", "circle-stroke-width": 2 } },
  { id: "drawing-text", type: "symbol", source: SOURCE, filter: ["all", ["has", "label"], ["!=", ["get", "label"], ""]],
    layout: {
      "text-field": ["get", "label"], "text-font": ["Be Vietnam Pro SemiBold", "Be Vietnam Pro"], "text-size": ["case", IS_TEXT, 15, 12.5], "text-max-width": 14,
      "text-allow-overlap": true, "text-ignore-placement": true, "text-anchor": ["match", ["get", "kind"], "point", "left", "center"],
      "text-offset": ["match", ["get", "kind"], "point", ["literal", [0.8, 0]], "line", ["literal", [0, -0.9]], ["literal", [0, 0]]],
    },
    paint: { "text-color": ["case", IS_TEXT, COLOUR, "#16242e"], "text-halo-color": "#ffffff", "text-halo-width": ["case", CHOSEN, 3, 1.8] } },
  { id: HANDLE_LAYER, type: "circle", source: HANDLES,
    paint: { "circle-radius": ["case", ["get", "between"], 4, 6.5], "circle-color": "#ffffff", "circle-stroke-color": "#16242e", "circle-stroke-width": ["case", ["get", "between"], 1.2, 2.2] } },
];

export class DrawingLayer {
  /** @param {any} map */
  constructor(map) {
    this.map = map;
    this.shapes = collection([]);
    this.handles = collection([]);
    map.on("style.load", () => this.attach());
    if (map.getStyle()) this.attach(); // not isStyleLoaded: that is false while tiles are on their way
  }

  attach() {
    if (this.map.getSource(SOURCE)) return;
    this.map.addSource(SOURCE, { type: "geojson", data: this.shapes });
    this.map.addSource(HANDLES, { type: "geojson", data: this.handles });
    for (const layer of LAYERS) this.map.addLayer(layer);
  }

  /**
   * @param {import("./drawing.mjs").Shape[]} shapes
   * @param {import("./drawing.mjs").Shape | null} chosen gets handles
   * @param {import("./drawing.mjs").Shape | null} growing is being drawn; its corners get handles too
   */
  show(shapes, chosen = null, growing = null) {
    const all = growing ? [...shapes, growing] : shapes;
    this.shapes = collection(all.map((shape) => {
      const drawn = feature(shape);
      return { ...drawn, properties: { ...drawn.properties, id: shape.id, chosen: shape === chosen || shape === growing } };
    }));
    this.handles = collection(chosen ? handlesOf(chosen) : growing ? growing.points.map((at, corner) => handle(at, corner, false)) : []);
    this.map.getSource(SOURCE)?.setData(this.shapes);
    this.map.getSource(HANDLES)?.setData(this.handles);
  }
}

/** Corners to drag, and middles of edges to drag out to new corners; a circle has one for its radius. */
function handlesOf(shape) {
  const { kind, points } = shape;
  if (kind === "point" || kind === "text") return [];
  if (kind === "circle") return [handle(ring(shape)[135], 0, false)];
  if (kind === "rectangle") return ring(shape).map((at, corner) => handle(at, corner, false));
  const edges = points.slice(kind === "polygon" ? 0 : 1).map((_, at) => [points[at], points[(at + 1) % points.length]]);
  return [
    ...edges.map(([[a, b], [c, d]], at) => handle([(a + c) / 2, (b + d) / 2], at + 1, true)),
    ...points.map((at, corner) => handle(at, corner, false)),
  ];
}

function handle(at, corner, between) {
  return { type: "Feature", properties: { corner, between }, geometry: { type: "Point", coordinates: at } };
}

function collection(features) {
  return { type: "FeatureCollection", features };
}
