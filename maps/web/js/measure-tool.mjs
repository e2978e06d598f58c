/** Measure a way or an area: points by click, by Enter on the map, or by the button for its middle. */
import { areaOf, distance, lengthOf, planarArea } from "./geodesy.mjs";
import { areaText, metresText } from "./quantities.mjs";

export class MeasureTool {
  /** @param {HTMLElement} panel @param {any} map @param {import("./sketch-layer.mjs").SketchLayer} sketch @param {{lang: string, texts: {[key: string]: string}}} words */
  constructor(panel, map, sketch, words) {
    Object.assign(this, { panel, map, sketch, words });
    /** @type {number[][]} longitude, latitude */
    this.points = [];
    /** @type {Map<string, Promise<{x: number, y: number, srid: number} | null>>} */
    this.metres = new Map();
    this.result = panel.querySelector("output");
    panel.querySelector("[data-do=add]").addEventListener("click", () => this.addMiddle());
    panel.querySelector("[data-do=undo]").addEventListener("click", () => { this.points.pop(); this.draw(); });
    panel.querySelector("[data-do=clear]").addEventListener("click", () => { this.points = []; this.draw(); });
    panel.addEventListener("change", () => this.draw());
    map.getCanvas().addEventListener("keydown", (event) => {
      if (event.key === "Enter" && !panel.hidden) this.addMiddle();
    });
    this.draw();
  }

  get isArea() {
    return this.panel.querySelector("[name=measure]:checked").value === "area";
  }

  addMiddle() {
    const { lng, lat } = this.map.getCenter();
    this.add([lng, lat]);
  }

  /** @param {number[]} point */
  add(point) {
    this.points.push(point);
    this.draw();
  }

  draw() {
    const { points } = this;
    const way = points.length > 1 ? [{ type: "LineString", coordinates: points }] : [];
    const field = this.isArea && points.length > 2 ? [{ type: "Polygon", coordinates: [[...points, points[0]]] }] : [];
    this.sketch.put("measure", [...(field.length ? field : way), ...points.map((at) => ({ type: "Point", coordinates: at }))]);
    for (const name of ["undo", "clear"]) this.panel.querySelector(`[data-do=${name}]`).disabled = !points.length;
    this.tell();
  }

  tell() {
    const { texts } = this.words;
    const enough = this.points.length > (this.isArea ? 2 : 1);
    if (!enough) this.say([this.isArea ? texts.area_start : texts.distance_start]);
    else if (this.isArea) this.tellArea();
    else {
      const [from, to] = this.points.slice(-2);
      this.say([`${texts.length}: ${this.metresText(lengthOf(this.points))}`, `${texts.last_part}: ${this.metresText(distance(from, to))}`]);
    }
  }

  async tellArea() {
    const { texts } = this.words;
    const corners = [...this.points];
    const ring = [...corners, corners[0]];
    const lines = [`${texts.area_geodesic}: ${this.areaText(areaOf(corners))}`, `${texts.perimeter}: ${this.metresText(lengthOf(ring))}`];
    this.say(lines);
    const plane = await Promise.all(corners.map((corner) => this.inMetres(corner)));
    // Another point may have been set meanwhile; its own answer is on the way then.
    if (corners.length !== this.points.length || corners.some((corner, at) => corner !== this.points[at]) || !this.isArea) return;
    if (plane.every(Boolean)) {
      const area = planarArea(plane.map(({ x, y }) => [x, y]));
      lines.splice(1, 0, `${texts.area_planar} (EPSG:${plane[0].srid}): ${this.areaText(area)}`);
    } else lines.push(texts.no_plane);
    this.say(lines);
  }

  /** A corner in metres of the storage CRS; null where it has none. @param {number[]} corner */
  inMetres([lon, lat]) {
    const asked = `/coordinates?lon=${lon.toFixed(9)}&lat=${lat.toFixed(9)}`;
    if (!this.metres.has(asked)) {
      this.metres.set(asked, fetch(asked).then((answer) => (answer.ok ? answer.json() : null)).catch(() => null));
    }
    return this.metres.get(asked);
  }

  /** @param {string[]} lines */
  say(lines) {
    this.result.replaceChildren(...lines.map((line) => {
      const row = document.createElement("span");
      row.textContent = line;
      return row;
    }));
  }

  metresText(value) {
    return metresText(this.words.lang, value);
  }

  areaText(value) {
    return areaText(this.words.lang, value);
  }

  /** Whether a click sets a point now. */
  get takesClicks() {
    return !this.panel.hidden;
  }

  opened() {
    this.draw();
  }

  closed() {
    this.sketch.put("measure", []);
  }
}
