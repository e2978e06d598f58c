/** PURE: lengths and areas on the ellipsoid of WGS 84, from positions `[lon, lat]` in degrees. */

const A = 6378137, F = 1 / 298.257223563, B = A * (1 - F);
const E2 = F * (2 - F), E = Math.sqrt(E2);
/** Parts into which an edge is cut before areas are added: its bow against the parallel shrinks with the square. */
const STEPS = 128;

const radians = (degrees) => (degrees * Math.PI) / 180;

/** Length of the geodesic in metres (Vincenty 1975, inverse). @param {number[]} from @param {number[]} to */
export function distance(from, to) {
  const length = radians(to[0] - from[0]);
  const u1 = Math.atan((1 - F) * Math.tan(radians(from[1]))), u2 = Math.atan((1 - F) * Math.tan(radians(to[1])));
  const [sin1, cos1, sin2, cos2] = [Math.sin(u1), Math.cos(u1), Math.sin(u2), Math.cos(u2)];
  let lambda = length;
  for (let turn = 0; turn < 200; turn += 1) {
    const [sinL, cosL] = [Math.sin(lambda), Math.cos(lambda)];
    const sinS = Math.hypot(cos2 * sinL, cos1 * sin2 - sin1 * cos2 * cosL);
    if (sinS === 0) return 0;
    const cosS = sin1 * sin2 + cos1 * cos2 * cosL;
    const sigma = Math.atan2(sinS, cosS);
    const sinA = (cos1 * cos2 * sinL) / sinS;
    const cos2A = 1 - sinA * sinA;
    const cosM = cos2A === 0 ? 0 : cosS - (2 * sin1 * sin2) / cos2A;
    const c = (F / 16) * cos2A * (4 + F * (4 - 3 * cos2A));
    const before = lambda;
    lambda = length + (1 - c) * F * sinA * (sigma + c * sinS * (cosM + c * cosS * (2 * cosM * cosM - 1)));
    if (Math.abs(lambda - before) > 1e-12) continue;
    const k = (cos2A * (A * A - B * B)) / (B * B);
    const bigA = 1 + (k / 16384) * (4096 + k * (-768 + k * (320 - 175 * k)));
    const bigB = (k / 1024) * (256 + k * (-128 + k * (74 - 47 * k)));
    const wave = cosM + (bigB / 4) * (cosS * (2 * cosM * cosM - 1)
      - (bigB / 6) * cosM * (4 * sinS * sinS - 3) * (4 * cosM * cosM - 3));
    return B * bigA * (sigma - bigB * sinS * wave);
  }
  return NaN; // nearly opposite points of the globe, which no view of this map holds
}

/** Length of a line in metres. @param {number[][]} points */
export function lengthOf(points) {
  return points.slice(1).reduce((sum, point, at) => sum + distance(points[at], point), 0);
}

/**
 * Area in m² inside a ring of geodesic edges, which need not be closed: each edge is cut into short
 * parts, each part laid into the cylindrical equal-area projection (Snyder 1987, 10-16 and 3-12).
 * @param {number[][]} ring
 */
export function areaOf(ring) {
  let twice = 0;
  ring.forEach((from, at) => {
    let [x, y] = equalArea(from);
    for (const next of cut(from, ring[(at + 1) % ring.length])) {
      const [u, v] = equalArea(next);
      twice += (x - u) * (y + v);
      [x, y] = [u, v];
    }
  });
  return Math.abs(twice) / 2;
}

/** @param {number[]} place @returns {[number, number]} metres */
function equalArea([lon, lat]) {
  const s = Math.sin(radians(lat));
  const q = (1 - E2) * (s / (1 - E2 * s * s) - Math.log((1 - E * s) / (1 + E * s)) / (2 * E));
  return [A * radians(lon), (A * q) / 2];
}

/** Points on the way, the last one included: the great circle of the normals, within
 * micrometres of the geodesic on an edge of 1 km, within 30 cm on one of 100 km. */
function cut(from, to) {
  const [p, q] = [normal(from), normal(to)];
  const angle = Math.atan2(Math.hypot(p[1] * q[2] - p[2] * q[1], p[2] * q[0] - p[0] * q[2], p[0] * q[1] - p[1] * q[0]),
    p[0] * q[0] + p[1] * q[1] + p[2] * q[2]);
  if (angle < 1e-9) return [to];
  const points = [];
  for (let step = 1; step < STEPS; step += 1) {
    const [a, b] = [Math.sin((1 - step / STEPS) * angle), Math.sin((step / STEPS) * angle)];
    const [x, y, z] = p.map((value, axis) => a * value + b * q[axis]);
    points.push([(Math.atan2(y, x) * 180) / Math.PI, (Math.atan2(z, Math.hypot(x, y)) * 180) / Math.PI]);
  }
  return [...points, to];
}

function normal([lon, lat]) {
  const [l, b] = [radians(lon), radians(lat)];
  return [Math.cos(b) * Math.cos(l), Math.cos(b) * Math.sin(l), Math.sin(b)];
}

/** Area in the units of a plane, squared. @param {number[][]} ring pairs of metres */
export function planarArea(ring) {
  const twice = ring.reduce((sum, [x, y], at) => {
    const [u, v] = ring[(at + 1) % ring.length];
    // From the first corner, so that coordinates of millions of metres do not cost digits.
    return sum + (x - ring[0][0]) * (v - ring[0][1]) - (u - ring[0][0]) * (y - ring[0][1]);
  }, 0);
  return Math.abs(twice) / 2;
}

/**
 * Where a geodesic ends that leaves `from` at an azimuth (degrees from north, clockwise) for so many
 * metres (Vincenty 1975, direct). @param {number[]} from @returns {number[]}
 */
export function destination([lon, lat], azimuth, metres) {
  const a1 = radians(azimuth);
  const tanU = (1 - F) * Math.tan(radians(lat));
  const cosU = 1 / Math.sqrt(1 + tanU * tanU), sinU = tanU * cosU;
  const sigma1 = Math.atan2(tanU, Math.cos(a1));
  const sinA = cosU * Math.sin(a1), cos2A = 1 - sinA * sinA;
  const k = (cos2A * (A * A - B * B)) / (B * B);
  const bigA = 1 + (k / 16384) * (4096 + k * (-768 + k * (320 - 175 * k)));
  const bigB = (k / 1024) * (256 + k * (-128 + k * (74 - 47 * k)));
  let sigma = metres / (B * bigA), cosM = 0;
  for (let turn = 0; turn < 100; turn += 1) {
    cosM = Math.cos(2 * sigma1 + sigma);
    const sinS = Math.sin(sigma), cosS = Math.cos(sigma);
    const wave = bigB * sinS * (cosM + (bigB / 4) * (cosS * (2 * cosM * cosM - 1)
      - (bigB / 6) * cosM * (4 * sinS * sinS - 3) * (4 * cosM * cosM - 3)));
    const next = metres / (B * bigA) + wave;
    if (Math.abs(next - sigma) < 1e-13) break;
    sigma = next;
  }
  const sinS = Math.sin(sigma), cosS = Math.cos(sigma);
  const part = sinU * sinS - cosU * cosS * Math.cos(a1);
  const end = Math.atan2(sinU * cosS + cosU * sinS * Math.cos(a1), (1 - F) * Math.hypot(sinA, part));
  const lambda = Math.atan2(sinS * Math.sin(a1), cosU * cosS - sinU * sinS * Math.cos(a1));
  const c = (F / 16) * cos2A * (4 + F * (4 - 3 * cos2A));
  const more = lambda - (1 - c) * F * sinA * (sigma + c * sinS * (cosM + c * cosS * (2 * cosM * cosM - 1)));
  return [lon + (more * 180) / Math.PI, (end * 180) / Math.PI];
}
