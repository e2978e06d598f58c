/** Positions as people type them: WGS 84 as latitude, longitude, or VN-2000 as X north, Y east in metres. */
import { place } from "./drawing.mjs";

const NUMBER = /[-+]?\d+(?:[.]\d+)?/g;

/**
 * PURE: one line. @param {string} line
 * @returns {{lon: number, lat: number} | {x: number, y: number} | null} x east, y north; null when it is neither
 */
export function readPosition(line) {
  const numbers = (line.match(NUMBER) ?? []).map(Number);
  if (numbers.length !== 2) return null;
  const [first, second] = numbers;
  if (Math.abs(first) <= 85 && Math.abs(second) <= 180) return { lat: first, lon: second };
  // In our country northings have more metres than eastings, so the letters X and Y need not be there.
  const [north, east] = first > second ? [first, second] : [second, first];
  return north > 800_000 && north < 3_000_000 && east > 100_000 && east < 900_000 ? { x: east, y: north } : null;
}

/**
 * One position a line, or separated by semicolons. The server is asked about metres.
 * @param {string} text
 * @returns {Promise<number[][]>} rejects with the line that is no position as its message, or "" when nobody answers
 */
export async function readPositions(text) {
  const lines = text.split(/[\n;]/).map((line) => line.trim()).filter(Boolean);
  return Promise.all(lines.map(async (line) => {
    const found = readPosition(line);
    if (!found) throw new Error(line);
    if ("lon" in found) return place(found.lon, found.lat);
    const answer = await fetch(`/coordinates/metres?x=${found.x}&y=${found.y}`).catch(() => { throw new Error(""); });
    if (!answer.ok) throw new Error(line);
    const { lon, lat } = await answer.json();
    return place(lon, lat);
  }));
}

/** @param {number[][]} points @returns {string} one position a line, latitude first */
export function writePositions(points) {
  return points.map(([lon, lat]) => `${lat.toFixed(7)}, ${lon.toFixed(7)}`).join("\n");
}
