/**
 * PURE: the text of a file of a reader -> GeoJSON features in longitude and latitude. Nothing is fetched: links,
 * icons and styles in the file are passed over.
 */
import { placed } from "./vn2000.mjs";

export const MOST_FEATURES = 20_000;
export const MOST_BYTES = 10_000_000;

/** A file that cannot be drawn; `code` is the key of what to say. */
export class Unreadable extends Error {
  /** @param {string} code @param {string} detail of the file, such as a column; shown as text */
  constructor(code, detail = "") {
    super(code);
    Object.assign(this, { code, detail });
  }
}

/**
 * @param {string} name of the file @param {string} text @param {number} meridian of VN-2000 metres, degrees
 * @returns {{features: object[], skipped: number}} `skipped`: rows or shapes without a usable position
 */
export function readFile(name, text, meridian) {
  const ending = /\.([a-z0-9]+)$/i.exec(name)?.[1]?.toLowerCase() ?? "";
  const start = text.trimStart().slice(0, 400);
  const reader = { geojson: readGeoJson, json: readGeoJson, kml: readKml, gpx: readGpx, csv: readCsv, txt: readCsv }[ending]
    ?? (start.startsWith("{") ? readGeoJson : start.includes("<kml") ? readKml : start.includes("<gpx") ? readGpx : null);
  if (!reader) throw new Unreadable("own_unknown", ending);
  const raw = reader(text);
  if (raw.length > MOST_FEATURES) throw new Unreadable("own_many", String(raw.length));
  const features = raw.map((one) => ({ ...one, geometry: moved(one.geometry, meridian) })).filter((one) => one.geometry);
  if (!features.length) throw new Unreadable(raw.length ? "own_nowhere" : "own_empty");
  return { features, skipped: raw.length - features.length };
}

const DEPTH = { Point: 0, MultiPoint: 1, LineString: 1, MultiLineString: 2, Polygon: 2, MultiPolygon: 3 };

/** The same geometry in longitude and latitude; null when a corner lies nowhere. */
function moved(geometry, meridian) {
  if (!geometry || typeof geometry !== "object") return null;
  if (geometry.type === "GeometryCollection") {
    const geometries = (geometry.geometries ?? []).map((one) => moved(one, meridian)).filter(Boolean);
    return geometries.length ? { type: "GeometryCollection", geometries } : null;
  }
  const depth = DEPTH[geometry.type];
  const coordinates = depth === undefined ? null : movedAt(geometry.coordinates, depth, meridian);
  return coordinates ? { type: geometry.type, coordinates } : null;
}

function movedAt(value, depth, meridian) {
  if (!Array.isArray(value)) return null;
  if (depth === 0) return placed(Number(value[0]), Number(value[1]), meridian);
  const parts = value.map((one) => movedAt(one, depth - 1, meridian));
  return parts.length && parts.every(Boolean) ? parts : null;
}

function readGeoJson(text) {
  let found;
  try {
    found = JSON.parse(text);
  } catch {
    throw new Unreadable("own_broken", "JSON");
  }
  if (found?.type === "FeatureCollection" && Array.isArray(found.features)) {
    return found.features.map((one) => feature(one?.geometry, one?.properties));
  }
  if (found?.type === "Feature") return [feature(found.geometry, found.properties)];
  if (found?.type in DEPTH || found?.type === "GeometryCollection") return [feature(found, {})];
  throw new Unreadable("own_broken", "GeoJSON");
}

/** Properties as words, so that nothing nested reaches the card. */
function feature(geometry, properties) {
  const plain = Object.entries(properties ?? {}).filter(([, value]) => value !== null && value !== "")
    .map(([name, value]) => [name, typeof value === "object" ? JSON.stringify(value) : String(value)]);
  return { type: "Feature", properties: Object.fromEntries(plain.slice(0, 60)), geometry };
}

function readXml(text, root) {
  // No entity and no outside definition is ever needed; they are how such files attack a reader.
  if (/<!(DOCTYPE|ENTITY)/i.test(text)) throw new Unreadable("own_broken", "DOCTYPE");
  const made = new DOMParser().parseFromString(text, "application/xml");
  if (made.querySelector("parsererror") || made.documentElement.localName !== root) throw new Unreadable("own_broken", root.toUpperCase());
  return made;
}

const all = (node, name) => [...node.getElementsByTagNameNS("*", name)];
const child = (node, name) => [...node.children].find((one) => one.localName === name);
const wordsOf = (node, ...names) => Object.fromEntries(names.map((name) => [name, child(node, name)?.textContent.trim()]).filter(([, text]) => text));

function readKml(text) {
  const numbers = (node) => (child(node, "coordinates")?.textContent ?? "").trim().split(/\s+/).filter(Boolean).map((one) => one.split(",").map(Number));
  const geometry = (node) => ({
    Point: () => ({ type: "Point", coordinates: numbers(node)[0] }),
    LineString: () => ({ type: "LineString", coordinates: numbers(node) }),
    LinearRing: () => ({ type: "LineString", coordinates: numbers(node) }),
    Polygon: () => ({ type: "Polygon", coordinates: all(node, "LinearRing").map(numbers) }),
    MultiGeometry: () => ({ type: "GeometryCollection", geometries: [...node.children].map(geometry).filter(Boolean) }),
  })[node.localName]?.() ?? null;
  return all(readXml(text, "kml"), "Placemark").map((place) => {
    const data = all(place, "Data").concat(all(place, "SimpleData")).map((one) => [one.getAttribute("name"), one.textContent.trim()]);
    const shape = [...place.children].map(geometry).find(Boolean);
    return feature(shape, { ...wordsOf(place, "name", "description"), ...Object.fromEntries(data) });
  });
}

function readGpx(text) {
  const gpx = readXml(text, "gpx");
  const position = (node) => [Number(node.getAttribute("lon")), Number(node.getAttribute("lat"))];
  const words = (node) => wordsOf(node, "name", "desc", "time", "ele");
  return [
    ...all(gpx, "wpt").map((one) => feature({ type: "Point", coordinates: position(one) }, words(one))),
    ...all(gpx, "rte").map((one) => feature({ type: "LineString", coordinates: all(one, "rtept").map(position) }, words(one))),
    ...all(gpx, "trk").map((one) => feature({ type: "MultiLineString", coordinates: all(one, "trkseg").map((part) => all(part, "trkpt").map(position)) }, words(one))),
  ];
}

/** Names of columns without marks, such as `kinh_do` for Kinh độ. */
const bare = (name) => name.normalize("NFD").replace(/\p{M}/gu, "").replace(/đ/gi, "d").toLowerCase().replace(/[^a-z0-9]+/g, "_").replace(/^_|_$/g, "");
const PAIRS = [
  [["lon", "lng", "long", "longitude", "kinh_do"], ["lat", "latitude", "vi_do"]],
  [["x", "x_m", "toa_do_x", "vn2000_x", "x_vn2000", "northing", "bac"], ["y", "y_m", "toa_do_y", "vn2000_y", "y_vn2000", "easting", "dong"]],
];

function readCsv(text) {
  const rows = splitRows(text);
  const heads = (rows[0] ?? []).map((head) => head.trim());
  const names = heads.map(bare);
  const columns = PAIRS.map((pair) => pair.map((known) => names.findIndex((name) => known.includes(name)))).find((pair) => pair.every((at) => at >= 0));
  if (!columns) throw new Unreadable("own_columns", heads.slice(0, 8).join(", "));
  return rows.slice(1).filter((row) => row.some((cell) => cell.trim())).map((row) => {
    const [first, second] = columns.map((at) => number(row[at]));
    const words = Object.fromEntries(heads.map((head, at) => [head, row[at] ?? ""]).filter((_, at) => !columns.includes(at)));
    return feature({ type: "Point", coordinates: [first, second] }, words);
  });
}

/** 106,3312 and 106.3312 alike; 2.316.789,12 as Vietnamese programs write it. @param {string | undefined} cell */
function number(cell) {
  const text = (cell ?? "").trim().replace(/\s/g, "");
  if (/^-?\d{1,3}(\.\d{3})+(,\d+)?$/.test(text) && (text.match(/\./g).length > 1 || text.includes(","))) return Number(text.replace(/\./g, "").replace(",", "."));
  return text ? Number(text.replace(",", ".")) : NaN;
}

/** Rows of cells; the separator is the one of comma, semicolon and tab that the first line has most of. */
function splitRows(text) {
  const first = text.slice(0, text.indexOf("\n") + 1 || undefined);
  const separator = [",", ";", "\t"].sort((a, b) => first.split(b).length - first.split(a).length)[0];
  const rows = [[""]];
  let quoted = false;
  for (let at = 0; at < text.length; at += 1) {
    const letter = text[at];
    const row = rows[rows.length - 1];
    if (quoted) {
      if (letter === '"' && text[at + 1] === '"') { row[row.length - 1] += '"'; at += 1; }
      else if (letter === '"') quoted = false;
      else row[row.length - 1] += letter;
    } else if (letter === '"' && !row[row.length - 1]) quoted = true;
    else if (letter === separator) row.push("");
    else if (letter === "\n") rows.push([""]);
    else if (letter !== "\r") row[row.length - 1] += letter;
  }
  return rows;
}
