/** One street, one proposal or one estate: table and map in step, before and after, and a door that can be moved. */
import { Marker, doorPoints, drawStreet, openMap, pageData, tell } from "./desk-map.mjs";

const STEP_M = 0.5;
const data = pageData();
const doors = new Map(data.doors.map((door) => [door.id, door]));
const calm = matchMedia("(prefers-reduced-motion: reduce)");
const place = document.getElementById("place");
const form = document.getElementById("place-form");
const said = document.getElementById("place-said");
const compare = document.querySelector(".compare-switch");
let shown = compare ? "after" : "before";
let chosen = null;
let marker = null;
let map = null;

for (const row of document.querySelectorAll("tr[data-door]")) {
  row.addEventListener("mouseenter", () => highlight(Number(row.dataset.door)));
  row.addEventListener("focusin", () => highlight(Number(row.dataset.door)));
}
// What has no place of its own shows the one in which it lies.
for (const row of document.querySelectorAll("[data-at]")) {
  for (const begun of ["mouseenter", "focusin"]) row.addEventListener(begun, () => highlight(Number(row.dataset.at)));
}
if (form) {
  document.addEventListener("click", (event) => {
    const link = event.target.closest?.("a.door-go");
    if (!link || event.ctrlKey || event.metaKey || event.shiftKey || !doors.has(Number(link.dataset.door))) return;
    event.preventDefault();
    choose(Number(link.dataset.door), { focus: true });
  });
  form.querySelector(".nudge").hidden = false;
  for (const button of form.querySelectorAll(".nudge button")) {
    button.addEventListener("click", () => moveBy(Number(button.dataset.dx), Number(button.dataset.dy)));
  }
  for (const field of [form.elements.x, form.elements.y]) field.addEventListener("input", followFields);
}
if (compare) {
  compare.hidden = false;
  for (const radio of compare.querySelectorAll("input")) radio.addEventListener("change", () => { shown = radio.value; redraw(); });
}
start();

async function start() {
  try {
    map = await openMap(data, data.bounds ? { bounds: data.bounds, fitBoundsOptions: { padding: 50, maxZoom: 17.5 } } : {}, ["administrative_units", "zones", "plots", "streets"]);
  } catch {
    tell(data.texts.offline);
  }
  if (map) {
    drawStreet(map, data, shown);
    map.on("click", "doors-point", (event) => {
      const id = event.features[0].id;
      if (form) choose(id, { focus: false });
      else highlight(id, { scroll: true });
    });
    map.on("mouseenter", "doors-point", () => { map.getCanvas().style.cursor = "pointer"; });
    map.on("mouseleave", "doors-point", () => { map.getCanvas().style.cursor = ""; });
  }
  if (form && data.chosen) choose(data.chosen, { focus: false, keepFields: true });
  else if (data.chosen !== null) highlight(data.chosen);
}

function redraw() {
  map?.getSource("doors")?.setData(doorPoints([...doors.values()], shown));
}

/** Show which row and which point are the same door. */
function highlight(id, { scroll = false } = {}) {
  if (map?.getSource("doors")) {
    map.removeFeatureState({ source: "doors" });
    map.setFeatureState({ source: "doors", id }, { selected: true });
  }
  for (const row of document.querySelectorAll("tr[data-door]")) {
    const isIt = Number(row.dataset.door) === id;
    row.classList.toggle("chosen", isIt);
    if (isIt && scroll) showRow(row);
  }
}

/** Bring a row into sight inside its own box; the page itself stays where it is. */
function showRow(row) {
  const box = row.closest(".table-wrap");
  const offset = row.getBoundingClientRect().top - box.getBoundingClientRect().top;
  box.scrollTop += offset - (box.clientHeight - row.clientHeight) / 2;
}

/** Take a door in hand: its fields, its marker. */
function choose(id, { focus, keepFields = false }) {
  const door = doors.get(id);
  if (!door) return;
  chosen = { ...door };
  highlight(id, { scroll: !focus });
  place.hidden = false;
  document.getElementById("place-name").textContent = door.label;
  form.action = `/desk/doors/${door.id}/move`;
  if (!keepFields) {
    form.elements.version.value = String(door.version);
    form.elements.x.value = door.x.toFixed(2);
    form.elements.y.value = door.y.toFixed(2);
    form.elements.quality.value = door.quality;
    said.textContent = "";
  }
  if (map) {
    marker?.remove();
    const pin = document.createElement("div");
    pin.className = "door-pin";
    marker = new Marker({ element: pin, draggable: true }).setLngLat([door.lon, door.lat]).addTo(map);
    // MapLibre names a marker itself when it is added; our words come after.
    pin.tabIndex = 0;
    pin.setAttribute("role", "group");
    pin.setAttribute("aria-label", data.texts.marker.replace("{name}", door.label));
    marker.on("dragend", dropped);
    pin.addEventListener("keydown", (event) => {
      const step = event.shiftKey ? STEP_M * 10 : STEP_M;
      const way = { ArrowUp: [0, step], ArrowDown: [0, -step], ArrowLeft: [-step, 0], ArrowRight: [step, 0] }[event.key];
      if (!way) return;
      event.preventDefault();
      event.stopPropagation();
      moveBy(...way);
    });
    followFields();
    map.easeTo({ center: marker.getLngLat(), zoom: Math.max(map.getZoom(), 17), animate: !calm.matches });
  }
  if (focus) form.elements.y.focus();
}

function moveBy(dx, dy) {
  form.elements.x.value = (Number(form.elements.x.value) + dx).toFixed(2);
  form.elements.y.value = (Number(form.elements.y.value) + dy).toFixed(2);
  followFields();
}

/** Move the marker to what the fields say; near the door a metre is a metre in every direction. */
function followFields() {
  if (!chosen) return;
  const dx = Number(form.elements.x.value) - chosen.x;
  const dy = Number(form.elements.y.value) - chosen.y;
  if (!Number.isFinite(dx) || !Number.isFinite(dy)) return;
  const metre = 1 / 111_320;
  marker?.setLngLat([chosen.lon + (dx * metre) / Math.cos((chosen.lat * Math.PI) / 180), chosen.lat + dy * metre]);
  tellMoved(Math.hypot(dx, dy));
}

/** Where the marker was dropped, in the metres that are kept: the server knows them exactly. */
async function dropped() {
  const { lng, lat } = marker.getLngLat();
  try {
    const answer = await fetch(`/coordinates?lon=${lng.toFixed(8)}&lat=${lat.toFixed(8)}`, { headers: { Accept: "application/json" }, credentials: "same-origin" });
    if (!answer.ok) throw new Error(`${answer.status}`);
    const found = await answer.json();
    form.elements.x.value = found.x.toFixed(2);
    form.elements.y.value = found.y.toFixed(2);
    tellMoved(Math.hypot(found.x - chosen.x, found.y - chosen.y));
  } catch {
    said.textContent = data.texts.failed;
  }
}

function tellMoved(distance) {
  said.textContent = distance < 0.005 ? "" : `${data.texts.moved_by.replace("{m}", distance.toFixed(1))} ${data.texts.saved_not_yet}`;
}
