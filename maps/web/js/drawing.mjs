/**
 * PURE: what a reader drew, what it measures, how it was a moment ago, and how it is written as GeoJSON.
 * Positions are `[lon, lat]` in degrees of WGS 84; a shape is never changed, only replaced.
 *
 * @typedef {"point" | "line" | "polygon" | "rectangle" | "circle" | "text"} Kind
 * @typedef {{id: number, kind: Kind, colour: string, label: string, points: number[][], radius_m?: number}} Shape
 *   A rectangle keeps two opposite corners, a circle its middle.
 */
import { areaOf, destination, distance, lengthOf } from "./geodesy.mjs";

export const KINDS = ["point", "line", "polygon", "rectangle", "circle", "text"];
/** Okabe and Ito's, which people who see few colours tell apart; the first is the usual one. */
export const COLOURS = ["#d55e00", "#0072b2", "#009e73", "#cc79a7", "#e69f00", "#16242e"];
export const MOST_SHAPES = 500, MOST_POINTS = 2000, LONGEST_LABEL = 200;
/** Corners of a circle as GeoJSON, which has no circles. */
const CIRCLE = 180;
const LARGEST_RADIUS_M = 1_000_000;
const EARTH_M = 6371008;

/** The least and the most corners of a shape as it is kept. @param {string} kind @returns {[number, number]} */
export function corners(kind) {
  if (kind === "line") return [2, MOST_POINTS];
  if (kind === "polygon") return [3, MOST_POINTS];
  return kind === "rectangle" ? [2, 2] : [1, 1];
}

export class Drawing {
  /** @param {Shape[]} shapes */
  constructor(shapes = []) {
    /** @type {Shape[]} */
    this.shapes = shapes;
    /** @type {Shape[][]} */
    this.past = [];
    /** @type {Shape[][]} */
    this.future = [];
  }

  /** @param {number | null} id */
  find(id) {
    return this.shapes.find((one) => one.id === id) ?? null;
  }

  /** @param {Shape[]} shapes */
  become(shapes) {
    this.past = [...this.past.slice(-99), this.shapes];
    this.future = [];
    this.shapes = shapes;
  }

  /** @param {Omit<Shape, "id">} shape @returns {Shape | null} null when the drawing is full */
  add(shape) {
    if (this.shapes.length >= MOST_SHAPES) return null;
    const made = { ...shape, id: 1 + Math.max(0, ...this.shapes.map((one) => one.id)) };
    this.become([...this.shapes, made]);
    return made;
  }

  /** @param {number} id @param {Partial<Shape>} more */
  change(id, more) {
    this.become(this.shapes.map((one) => (one.id === id ? { ...one, ...more } : one)));
  }

  /** @param {number} id */
  remove(id) {
    this.become(this.shapes.filter((one) => one.id !== id));
  }

  undo() {
    if (!this.past.length) return;
    this.future = [this.shapes, ...this.future];
    this.shapes = this.past.pop();
  }

  redo() {
    if (!this.future.length) return;
    this.past = [...this.past, this.shapes];
    this.shapes = this.future.shift();
  }
}

/** The corners of the outline, not closed; null for what has none. @param {Shape} shape */
export function ring({ kind, points, radius_m: radius = 0 }) {
  if (kind === "polygon") return points;
  if (kind === "rectangle") {
    const [[a, b], [c, d]] = points;
    return [[a, b], [c, b], [c, d], [a, d]];
  }
  if (kind !== "circle") return null;
  return Array.from({ length: CIRCLE }, (_, at) => destination(points[0], 360 - (at * 360) / CIRCLE, radius));
}

/** Metres and square metres on the ellipsoid; what a shape has not is absent. @param {Shape} shape */
export function measured(shape) {
  if (shape.kind === "line") return { length_m: lengthOf(shape.points) };
  if (shape.kind === "circle") {
    const r = shape.radius_m;
    // On a sphere of that size; the ellipsoid differs by less than a millionth of what is drawn here.
    return { radius_m: r, area_m2: Math.PI * r * r * (1 - (r * r) / (12 * EARTH_M * EARTH_M)) };
  }
  const outline = ring(shape);
  if (!outline) return {};
  return { area_m2: areaOf(outline), perimeter_m: lengthOf([...outline, outline[0]]) };
}

/** Whether the outline crosses itself, so that its area means nothing. @param {Shape} shape */
export function crossesItself({ kind, points }) {
  if (kind !== "polygon") return false;
  const side = ([a, b], [c, d], [e, f]) => Math.sign((c - a) * (f - b) - (d - b) * (e - a));
  const edges = points.map((from, at) => [from, points[(at + 1) % points.length]]);
  return edges.some(([a, b], one) => edges.some(([c, d], two) => {
    if (two <= one + 1 || (one === 0 && two === edges.length - 1)) return false;
    return side(a, b, c) * side(a, b, d) < 0 && side(c, d, a) * side(c, d, b) < 0;
  }));
}

/** The same shape so many metres farther east and north. @param {Shape} shape */
export function moved(shape, east_m, north_m) {
  const [lon, lat] = shape.points[0];
  const north = destination([lon, lat], north_m < 0 ? 180 : 0, Math.abs(north_m))[1] - lat;
  const east = destination([lon, lat], east_m < 0 ? 270 : 90, Math.abs(east_m))[0] - lon;
  return shifted(shape, east, north);
}

/** The same shape so many degrees farther. @param {Shape} shape */
export function shifted(shape, lon, lat) {
  return { ...shape, points: shape.points.map(([x, y]) => place(x + lon, y + lat)) };
}

/** A position with the digits that are worth keeping: a tenth of a millimetre. */
export function place(lon, lat) {
  return [Number(lon.toFixed(9)), Number(lat.toFixed(9))];
}

/** A radius from the middle to a point, in whole centimetres. @param {number[]} middle @param {number[]} point */
export function radiusTo(middle, point) {
  return Math.round(distance(middle, point) * 100) / 100;
}

/** RFC 7946. @param {Shape[]} shapes */
export function toGeoJson(shapes) {
  return { type: "FeatureCollection", features: shapes.map(feature) };
}

/** @param {Shape} shape */
export function feature(shape) {
  const { id, kind, colour, label, points } = shape;
  const outline = ring(shape);
  const properties = { kind, colour, label, ...(kind === "circle" ? { radius_m: shape.radius_m, middle: points[0] } : {}) };
  return { type: "Feature", id, properties, geometry: geometry(kind, points, outline) };
}

function geometry(kind, points, outline) {
  if (outline) return { type: "Polygon", coordinates: [counterClockwise([...outline, outline[0]])] };
  return kind === "line" ? { type: "LineString", coordinates: points } : { type: "Point", coordinates: points[0] };
}

function counterClockwise(closed) {
  const twice = closed.slice(1).reduce((sum, [x, y], at) => sum + closed[at][0] * y - x * closed[at][1], 0);
  return twice < 0 ? closed.reverse() : closed;
}

/** Read what `toGeoJson` wrote; what is no shape of ours is left out, whoever wrote it. @param {any} value @returns {Shape[]} */
export function fromGeoJson(value) {
  const features = Array.isArray(value?.features) ? value.features.slice(0, MOST_SHAPES) : [];
  return features.map(readShape).filter(Boolean).map((shape, at) => ({ ...shape, id: at + 1 }));
}

function readShape(value) {
  const { kind, colour, label, radius_m: radius, middle } = value?.properties ?? {};
  if (!KINDS.includes(kind)) return null;
  const points = pointsOf(kind, value.geometry, middle);
  const [least, most] = corners(kind);
  if (!Array.isArray(points) || points.length < least || points.length > most || !points.every(isPlace)) return null;
  const shape = { kind, points: points.map(([lon, lat]) => place(lon, lat)), colour: COLOURS.includes(colour) ? colour : COLOURS[0], label: String(label ?? "").slice(0, LONGEST_LABEL) };
  if (kind !== "circle") return shape;
  return isRadius(radius) ? { ...shape, radius_m: radius } : null;
}

function pointsOf(kind, drawn, middle) {
  if (kind === "circle") return [middle];
  if (kind === "line") return drawn?.coordinates;
  if (kind === "polygon") return drawn?.coordinates?.[0]?.slice?.(0, -1);
  if (kind === "rectangle") return [drawn?.coordinates?.[0]?.[0], drawn?.coordinates?.[0]?.[2]];
  return [drawn?.coordinates];
}

function isPlace(point) {
  return Array.isArray(point) && Number.isFinite(point[0]) && Number.isFinite(point[1]) && Math.abs(point[0]) <= 180 && Math.abs(point[1]) <= 85;
}

/** @param {unknown} metres */
export function isRadius(metres) {
  return Number.isFinite(metres) && metres >= 0.1 && metres <= LARGEST_RADIUS_M;
}
