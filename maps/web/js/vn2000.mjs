/**
 * PURE: metres of a VN-2000 / TM-3 zone to WGS 84, for files that must not leave the browser.
 * The shift is EPSG:6960 (Quyết định 05/2007/QĐ-BTNMT); it is held to pyproj in a test, to a centimetre.
 */

const A = 6378137, F = 1 / 298.257223563, E2 = F * (2 - F);
const SCALE = 0.9999, FALSE_EASTING = 500000;
const N = F / (2 - F);
const MERIDIAN_RADIUS = (A / (1 + N)) * (1 + N ** 2 / 4 + N ** 4 / 64);
/** Of Krüger's series backwards, to the fourth power of the third flattening: a micrometre. */
const BETA = [
  N / 2 - (2 / 3) * N ** 2 + (37 / 96) * N ** 3 - (1 / 360) * N ** 4,
  (1 / 48) * N ** 2 + (1 / 15) * N ** 3 - (437 / 1440) * N ** 4,
  (17 / 480) * N ** 3 - (37 / 840) * N ** 4,
  (4397 / 161280) * N ** 4,
];
const DELTA = [
  2 * N - (2 / 3) * N ** 2 - 2 * N ** 3 + (116 / 45) * N ** 4,
  (7 / 3) * N ** 2 - (8 / 5) * N ** 3 - (227 / 45) * N ** 4,
  (56 / 15) * N ** 3 - (136 / 35) * N ** 4,
  (4279 / 630) * N ** 4,
];
const ARCSECOND = Math.PI / 180 / 3600;
const SHIFT_M = [-191.90441429, -39.30318279, -111.45032835];
const TURN = [0.00928836, -0.01975479, 0.00427372].map((seconds) => seconds * ARCSECOND);
const STRETCH = 1 + 0.252906278e-6;

/**
 * @param {number} east @param {number} north metres @param {number} meridian central meridian in degrees
 * @returns {[number, number]} longitude and latitude, WGS 84
 */
export function toWgs84(east, north, meridian) {
  const xi = north / (SCALE * MERIDIAN_RADIUS), eta = (east - FALSE_EASTING) / (SCALE * MERIDIAN_RADIUS);
  let xi1 = xi, eta1 = eta;
  BETA.forEach((b, at) => {
    const j = 2 * (at + 1);
    xi1 -= b * Math.sin(j * xi) * Math.cosh(j * eta);
    eta1 -= b * Math.cos(j * xi) * Math.sinh(j * eta);
  });
  const chi = Math.asin(Math.sin(xi1) / Math.cosh(eta1));
  const lat = DELTA.reduce((sum, d, at) => sum + d * Math.sin(2 * (at + 1) * chi), chi);
  const lon = (meridian * Math.PI) / 180 + Math.atan2(Math.sinh(eta1), Math.cos(xi1));
  return shifted(lon, lat);
}

/** From the VN-2000 datum to WGS 84, on the ground. @param {number} lon @param {number} lat radians */
function shifted(lon, lat) {
  const radius = A / Math.sqrt(1 - E2 * Math.sin(lat) ** 2);
  const [x, y, z] = [radius * Math.cos(lat) * Math.cos(lon), radius * Math.cos(lat) * Math.sin(lon), radius * (1 - E2) * Math.sin(lat)];
  const [rx, ry, rz] = TURN;
  const [px, py, pz] = [
    SHIFT_M[0] + STRETCH * (x - rz * y + ry * z),
    SHIFT_M[1] + STRETCH * (rz * x + y - rx * z),
    SHIFT_M[2] + STRETCH * (-ry * x + rx * y + z),
  ];
  const flat = Math.hypot(px, py);
  let found = Math.atan2(pz, flat * (1 - E2));
  for (let turn = 0; turn < 5; turn += 1) {
    const at = A / Math.sqrt(1 - E2 * Math.sin(found) ** 2);
    found = Math.atan2(pz + E2 * at * Math.sin(found), flat);
  }
  return [(Math.atan2(py, px) * 180) / Math.PI, (found * 180) / Math.PI];
}

/**
 * A pair of numbers as longitude and latitude: degrees as they are, metres by their size, whichever stands first:
 * in Viet Nam a northing has a million metres or more, an easting less.
 * @param {number} first @param {number} second @param {number} meridian
 * @returns {[number, number] | null} null for what lies nowhere near the country or on no globe
 */
export function placed(first, second, meridian) {
  if (!Number.isFinite(first) || !Number.isFinite(second)) return null;
  if (Math.abs(first) <= 180 && Math.abs(second) <= 90) return [first, second];
  if (Math.abs(first) <= 90 && Math.abs(second) <= 180) return [second, first];
  const [east, north] = first < second ? [first, second] : [second, first];
  return east > 50_000 && east < 950_000 && north > 600_000 && north < 2_700_000 ? toWgs84(east, north, meridian) : null;
}
