/** What a reader draws on the map: above all layers, kept when the style changes, never sent anywhere. */

const SOURCE = "sketch";
const INK = "#d55e00";
const LAYERS = [
  { id: "sketch-fill", type: "fill", filter: ["==", ["geometry-type"], "Polygon"], paint: { "fill-color": INK, "fill-opacity": 0.18 } },
  { id: "sketch-halo", type: "line", layout: { "line-join": "round" }, paint: { "line-color": "#ffffff", "line-width": 6, "line-opacity": 0.85 } },
  { id: "sketch-line", type: "line", layout: { "line-join": "round" }, paint: { "line-color": INK, "line-width": 2.5 } },
  { id: "sketch-point", type: "circle", filter: ["==", ["geometry-type"], "Point"],
    paint: { "circle-radius": 5.5, "circle-color": INK, "circle-stroke-color": "#ffffff", "circle-stroke-width": 2 } },
];

export class SketchLayer {
  /** @param {any} map */
  constructor(map) {
    this.map = map;
    /** @type {Map<string, object[]>} GeoJSON geometries by the tool that drew them */
    this.drawn = new Map();
    map.on("style.load", () => this.attach());
    if (map.getStyle()) this.attach(); // not isStyleLoaded: that is false while tiles are on their way
  }

  attach() {
    if (this.map.getSource(SOURCE)) return;
    this.map.addSource(SOURCE, { type: "geojson", data: this.collection() });
    for (const layer of LAYERS) this.map.addLayer({ source: SOURCE, ...layer });
  }

  /** Draw the geometries of one tool in place of its former ones. @param {string} tool @param {object[]} geometries */
  put(tool, geometries) {
    this.drawn.set(tool, geometries);
    this.map.getSource(SOURCE)?.setData(this.collection());
  }

  collection() {
    const features = [...this.drawn.values()].flat().map((geometry) => ({ type: "Feature", properties: {}, geometry }));
    return { type: "FeatureCollection", features };
  }
}
