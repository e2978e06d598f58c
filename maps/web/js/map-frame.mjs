/** PURE but for the nodes it makes: the grid, the scale bar and the round numbers of a printed map. */

const SVG = "http://www.w3.org/2000/svg";

/** @param {string} tag @param {{[name: string]: string | number}} attributes @param {string} text */
function draw(tag, attributes, text = "") {
  const made = document.createElementNS(SVG, tag);
  for (const [name, value] of Object.entries(attributes)) made.setAttribute(name, String(value));
  if (text) made.textContent = text;
  return made;
}

/** The largest of 1, 2, 5, 10, 20 … that is not above `value`. @param {number} value */
export function roundDown(value) {
  const power = 10 ** Math.floor(Math.log10(value));
  return [5, 2, 1].find((step) => step * power <= value * (1 + 1e-12)) * power;
}

/**
 * Where round values stand along an edge, by the parabola through its ends and its middle: over the
 * width of a province a projection bends so little that it is met to a centimetre.
 * @param {[number, number, number]} values at the beginning, in the middle, at the end
 * @param {number} step
 * @returns {{value: number, share: number}[]} share of the edge, 0 to 1
 */
export function ticks([begin, middle, end], step) {
  const bend = 2 * (begin + end - 2 * middle), slope = end - begin - bend;
  const found = [];
  const [low, high] = [Math.min(begin, end), Math.max(begin, end)];
  for (let value = Math.ceil(low / step) * step; value <= high; value += step) {
    let share = (value - begin) / (end - begin);
    for (let turn = 0; turn < 6; turn += 1) share -= (begin + slope * share + bend * share * share - value) / (slope + 2 * bend * share);
    found.push({ value, share });
  }
  return found;
}

/**
 * Draw ticks with their values on all four edges of the frame.
 * @param {SVGElement} svg @param {number} width @param {number} height pixels
 * @param {{top: number[], bottom: number[], left: number[], right: number[]}} edges values at the beginning, middle and end:
 *   eastings from left to right, northings from top to bottom
 * @param {number} step @param {(value: number, isNorth: boolean) => string} write
 */
export function drawGrid(svg, width, height, edges, step, write) {
  const k = Number(getComputedStyle(svg).getPropertyValue("--k")) || 1; // letters of larger sheets are larger
  const long = 7 * k;
  const parts = [];
  for (const [name, y, way] of [["top", 0, 1], ["bottom", height, -1]]) {
    for (const { value, share } of ticks(edges[name], step)) {
      const x = share * width;
      parts.push(draw("line", { x1: x, x2: x, y1: y, y2: y + way * long }));
      if (x > 40 * k && x < width - 40 * k) parts.push(draw("text", { x, y: way > 0 ? y + long + 9 * k : y - long - 3 * k, "text-anchor": "middle" }, write(value, false)));
    }
  }
  for (const [name, x, way] of [["left", 0, 1], ["right", width, -1]]) {
    for (const { value, share } of ticks(edges[name], step)) {
      const y = share * height;
      parts.push(draw("line", { x1: x, x2: x + way * long, y1: y, y2: y }));
      const at = way > 0 ? x + long + 9 * k : x - long - 3 * k; // the foot of the letters stands on it
      if (y > 40 * k && y < height - 40 * k) parts.push(draw("text", { x: at, y, "text-anchor": "middle", transform: `rotate(-90 ${at} ${y})` }, write(value, true)));
    }
  }
  svg.replaceChildren(...parts);
}

/**
 * @param {SVGElement} svg @param {number} metresPerPixel @param {number} room pixels @param {string} lang
 */
export function drawScaleBar(svg, metresPerPixel, room, lang) {
  const length = roundDown(room * metresPerPixel);
  const inKilometres = length >= 2000;
  const wide = length / metresPerPixel;
  const parts = [0, 1, 2, 3].map((part) => draw("rect", {
    x: (part * wide) / 4, y: 1, width: wide / 4, height: 5, fill: part % 2 ? "#fff" : "#16242e", stroke: "#16242e", "stroke-width": 1,
  }));
  for (const share of [0, 0.5, 1]) {
    const value = ((share * length) / (inKilometres ? 1000 : 1)).toLocaleString(lang);
    const unit = share === 1 ? (inKilometres ? " km" : " m") : "";
    parts.push(draw("text", { x: share * wide, y: "2.1em", "text-anchor": share ? "middle" : "start" }, value + unit));
  }
  svg.replaceChildren(...parts);
}
