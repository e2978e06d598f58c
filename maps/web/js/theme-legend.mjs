/** The legend of a theme: swatches as the map draws them, with the number of features in each class. */

const SVG = "http://www.w3.org/2000/svg";
const SHAPES = { enterprises: "point" };
/** Layers in which what is planned is hatched whatever its colour. */
const HATCHED = ["zones", "plots"];

/** @param {Element} list @param {import("./layer-look.mjs").Theme} theme @param {{[key: string]: string}} words */
export function writeLegend(list, theme, words) {
  const classes = [...theme.classes, ...(theme.rest ? [theme.rest] : [])];
  const rows = classes.map((one) => row(swatch(SHAPES[theme.layer], one.color, one.pattern), one.label, one.count, words));
  if (HATCHED.includes(theme.layer) && theme.name !== "status") rows.push(row(swatch("", "#8A939B", "hatched"), words.planned, null, words));
  list.replaceChildren(...rows);
}

/** Numbers behind the classes of the legend that the server wrote. */
export function writeUsual(list, theme, words) {
  for (const one of theme.classes) {
    const item = [...list.children].find((item) => item.dataset.class === one.key);
    item?.querySelector(".legend-count")?.remove();
    item?.append(count(one.count, words));
  }
}

function row(mark, label, number, words) {
  const made = document.createElement("li");
  const name = document.createElement("span");
  name.textContent = label;
  made.append(mark, name);
  if (number !== null) made.append(count(number, words));
  return made;
}

function count(number, words) {
  const made = document.createElement("span");
  made.className = "legend-count";
  made.textContent = number.toLocaleString(document.documentElement.lang);
  made.title = words.features.replace("%count", made.textContent);
  return made;
}

/** @param {string} tag @param {{[name: string]: string | number}} attributes */
function draw(tag, attributes) {
  const made = document.createElementNS(SVG, tag);
  for (const [name, value] of Object.entries(attributes)) made.setAttribute(name, String(value));
  return made;
}

/** As `parts/legend.html` draws it. */
function swatch(shape, color, pattern) {
  const made = draw("svg", { class: "swatch", width: 26, height: 18, viewBox: "0 0 26 18", "aria-hidden": "true", focusable: "false" });
  if (shape === "point") made.append(draw("circle", { cx: 13, cy: 9, r: 5.5, fill: color, stroke: color, "stroke-width": 2 }));
  else if (pattern === "hatched") {
    made.append(draw("rect", { x: 2, y: 2, width: 22, height: 14, rx: 2, fill: color, "fill-opacity": 0.14, stroke: color, "stroke-width": 1.4 }));
    for (const x of [4, 9, 14, 19]) made.append(draw("line", { x1: x, y1: 15, x2: x + 5, y2: 3, stroke: color, "stroke-width": 2 }));
  } else made.append(draw("rect", { x: 2, y: 2, width: 22, height: 14, rx: 2, fill: color, "fill-opacity": 0.8, stroke: color, "stroke-width": 1.4 }));
  return made;
}
