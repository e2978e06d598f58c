/** Draw and annotate: what the panel, the map and the keyboard do to a drawing. */
import { make } from "./answer-card.mjs";
import { COLOURS, corners, crossesItself, Drawing, fromGeoJson, isRadius, KINDS, LONGEST_LABEL, measured, moved, place, radiusTo, toGeoJson } from "./drawing.mjs";
import { installDragging } from "./drawing-drag.mjs";
import { DrawingLayer, SHAPE_LAYERS } from "./drawing-layer.mjs";
import { askView, draftOf, keepDraft, readDraft, viewQuery } from "./drawing-store.mjs";
import { areaText, metresText } from "./quantities.mjs";
import { readPositions, writePositions } from "./typed-positions.mjs";

const NEAR_PX = 7;

export class DrawTool {
  /** @param {HTMLElement} panel @param {any} map @param {{lang: string, texts: {[key: string]: string}}} words */
  constructor(panel, map, { lang, texts }) {
    Object.assign(this, { panel, map, lang, texts });
    this.drawing = new Drawing();
    this.layer = new DrawingLayer(map);
    /** @type {string | null} kind that the next points make */
    this.kind = null;
    /** @type {number[][]} */
    this.points = [];
    /** @type {number | null} */
    this.chosen = null;
    this.belongTo(location.search);
    this.part = (name) => panel.querySelector(`[data-part=${name}]`);
    this.listen();
    installDragging(map, {
      chosen: () => (panel.hidden || this.kind ? null : this.drawing.find(this.chosen)),
      preview: (shape) => this.layer.show(this.drawing.shapes.map((one) => (one.id === shape.id ? shape : one)), shape),
      settle: (shape) => { this.drawing.change(shape.id, shape); this.changed(); },
    });
    this.began = this.begin();
  }

  /** From now on this is the drawing of the view that a query names. @param {string} query */
  belongTo(query) {
    this.draft = draftOf(new URLSearchParams(query));
    // The printed sheet draws the same: it must know of which view.
    for (const link of document.querySelectorAll("[data-view-link]")) link.search = viewQuery(query);
  }

  /** What was drawn before, here or in the view that the address names. */
  async begin() {
    const kept = readDraft(this.draft);
    const { view, problem } = await askView(new URLSearchParams(location.search));
    this.view = view;
    this.drawing = new Drawing(kept ?? fromGeoJson(view?.drawing));
    this.show();
    this.panel.dispatchEvent(new CustomEvent("drawing:view", { detail: { view, problem, hasDraft: kept !== null } }));
  }

  listen() {
    const { panel } = this;
    for (const button of panel.querySelectorAll("[data-kind]")) {
      button.addEventListener("click", () => this.startOrStop(button.dataset.kind));
    }
    const acts = {
      "add-middle": () => this.addMiddle(), finish: () => this.finish(), cancel: () => this.stop(), typed: () => this.addTyped(),
      undo: () => this.undo(), redo: () => this.redo(), clear: () => this.clear(), export: () => this.export(),
      remove: () => this.remove(), "go-to": () => this.goTo(), positions: () => this.applyPositions(), done: () => this.choose(null, true),
    };
    panel.addEventListener("click", (event) => {
      const button = event.target.closest("[data-do]");
      if (button?.dataset.do.startsWith("move-")) this.moveBy(button.dataset.do.slice(5));
      else if (button) acts[button.dataset.do]?.();
    });
    panel.addEventListener("submit", (event) => { event.preventDefault(); this.addTyped(); });
    for (const colour of panel.querySelectorAll("[name=draw-colour]")) {
      colour.addEventListener("change", () => this.edit({ colour: colour.value }));
    }
    this.part("label").addEventListener("change", (event) => this.edit({ label: event.target.value.slice(0, LONGEST_LABEL) }));
    this.part("edit-radius").addEventListener("change", (event) => {
      const metres = Number(event.target.value);
      if (isRadius(metres)) this.edit({ radius_m: metres });
      else this.say(this.texts.draw_bad_radius);
    });
    this.map.getCanvas().addEventListener("keydown", (event) => {
      if (event.key === "Enter" && this.kind && !panel.hidden) this.addMiddle();
    });
    document.addEventListener("keydown", (event) => this.key(event));
  }

  /** Undo and redo by their usual keys, Delete for what is chosen; never while somebody types. */
  key(event) {
    const isTyping = event.target.matches?.("input[type=text], input[type=number], input[type=search], textarea, select");
    if (this.panel.hidden || isTyping) return;
    const letter = event.key.toLowerCase();
    if ((event.ctrlKey || event.metaKey) && (letter === "z" || letter === "y")) {
      event.preventDefault();
      if (letter === "y" || event.shiftKey) this.redo();
      else this.undo();
    } else if (event.key === "Delete" && this.chosen !== null) this.remove();
  }

  // --- drawing something new ---

  /** @param {string} kind */
  startOrStop(kind) {
    const isOn = this.kind === kind;
    this.stop();
    if (isOn || !KINDS.includes(kind)) return;
    this.chosen = null;
    this.kind = kind;
    this.show();
    this.say(this.texts[`draw_how_${kind}`]);
  }

  stop() {
    this.kind = null;
    this.points = [];
    this.say("");
    this.show();
  }

  get colour() {
    return this.panel.querySelector("[name=draw-colour]:checked").value;
  }

  addMiddle() {
    const { lng, lat } = this.map.getCenter();
    this.add([lng, lat]);
  }

  /** Set the next point; the same place again ends a line or a polygon. @param {number[]} at */
  add(at) {
    if (!this.kind) return;
    const point = place(...at);
    const [least] = corners(this.kind);
    const isAgain = this.points.length >= least && [this.points.at(-1), ...(this.kind === "polygon" ? [this.points[0]] : [])].some((one) => this.isNear(one, point));
    if (isAgain && (this.kind === "line" || this.kind === "polygon")) { this.finish(); return; }
    if (this.points.length && this.isNear(this.points.at(-1), point)) return;
    this.points = [...this.points, point];
    this.completeByCount();
  }

  isNear(one, other) {
    const [p, q] = [this.map.project(one), this.map.project(other)];
    return Math.hypot(p.x - q.x, p.y - q.y) <= NEAR_PX;
  }

  completeByCount() {
    const { kind, points } = this;
    const typed = Number(this.part("radius").value);
    if (kind === "point" || kind === "text") this.finish();
    else if (kind === "rectangle" && points.length === 2) this.finish();
    else if (kind === "circle" && isRadius(typed)) this.finish(typed);
    else if (kind === "circle" && points.length === 2) this.finish(radiusTo(points[0], points[1]));
    else this.show();
  }

  /** @param {number} [radius] of a circle */
  finish(radius) {
    const { kind, points } = this;
    const isCircle = kind === "circle";
    if (!kind || points.length < corners(kind)[0] || (isCircle && !isRadius(radius))) { this.say(this.texts[isCircle ? "draw_bad_radius" : "draw_more_points"]); return; }
    const label = this.part("label-new").value.trim() || (kind === "text" ? this.texts.draw_text_usual : "");
    const made = this.drawing.add({ kind, colour: this.colour, label, points: isCircle ? [points[0]] : points, ...(isCircle ? { radius_m: radius } : {}) });
    this.points = [];
    if (!made) { this.say(this.texts.draw_full); return; }
    if (kind === "text") this.part("label-new").value = "";
    this.changed();
    this.say(`${this.nameOf(made)}. ${this.quantities(made)}`);
  }

  async addTyped() {
    const field = this.part("typed");
    if (!this.kind) { this.say(this.texts.draw_choose_kind); return; }
    try {
      const found = await readPositions(field.value);
      if (!found.length) throw new Error(field.value);
      for (const point of found) this.add(point);
      field.value = "";
    } catch (error) {
      this.say(error.message ? this.texts.draw_bad_position.replace("%line", error.message.slice(0, 60)) : this.texts.away);
    }
    field.focus();
  }

  // --- changing what is there ---

  /** A click on the map while the panel is open. @returns {boolean} whether it was for the drawing */
  click(lngLat, point) {
    if (this.kind) { this.add([lngLat.lng, lngLat.lat]); return true; }
    const box = [[point.x - NEAR_PX, point.y - NEAR_PX], [point.x + NEAR_PX, point.y + NEAR_PX]];
    const [met] = this.map.queryRenderedFeatures(box, { layers: SHAPE_LAYERS.filter((name) => this.map.getLayer(name)) });
    if (met) this.choose(met.properties.id);
    else if (this.chosen !== null) this.choose(null);
    else return false;
    return true;
  }

  /** @param {number | null} id @param {boolean} [comesBack] focus returns to the row that was chosen */
  choose(id, comesBack = false) {
    const before = this.chosen;
    this.kind = null;
    this.points = [];
    this.chosen = id;
    this.say("");
    this.show();
    if (comesBack) this.part("list").querySelector(`[data-id="${before}"]`)?.focus();
  }

  /** @param {Partial<import("./drawing.mjs").Shape>} more */
  edit(more) {
    if (this.chosen === null) return;
    this.drawing.change(this.chosen, more);
    this.changed();
  }

  moveBy(side) {
    const step = Number(this.part("step").value);
    const [east, north] = { north: [0, step], south: [0, -step], east: [step, 0], west: [-step, 0] }[side];
    const shape = this.drawing.find(this.chosen);
    if (shape) this.edit(moved(shape, east, north));
  }

  async applyPositions() {
    const shape = this.drawing.find(this.chosen);
    if (!shape) return;
    const [least, most] = corners(shape.kind);
    try {
      const found = await readPositions(this.part("positions").value);
      if (found.length < least || found.length > most) { this.say(this.texts.draw_count.replace("%least", least).replace("%most", most)); return; }
      this.edit({ points: found });
      this.say(this.quantities(this.drawing.find(shape.id)));
    } catch (error) {
      this.say(error.message ? this.texts.draw_bad_position.replace("%line", error.message.slice(0, 60)) : this.texts.away);
    }
  }

  remove() {
    if (this.chosen === null) return;
    this.drawing.remove(this.chosen);
    this.chosen = null;
    this.changed();
    this.say(this.texts.draw_removed);
    this.panel.querySelector("[data-do=undo]").focus();
  }

  clear() {
    this.chosen = null;
    this.drawing.become([]);
    this.changed();
    this.say(this.texts.draw_removed);
  }

  undo() {
    if (this.points.length) { this.points = this.points.slice(0, -1); this.show(); return; }
    this.drawing.undo();
    this.changed();
  }

  redo() {
    this.drawing.redo();
    this.changed();
  }

  goTo() {
    const shape = this.drawing.find(this.chosen);
    if (shape) this.map.easeTo({ center: shape.points[0], animate: false });
  }

  export() {
    const file = new Blob([JSON.stringify(toGeoJson(this.drawing.shapes), null, 1)], { type: "application/geo+json" });
    const link = make("a", { href: URL.createObjectURL(file), download: "drawing.geojson" });
    link.click();
    setTimeout(() => URL.revokeObjectURL(link.href), 10_000);
  }

  // --- telling ---

  changed() {
    if (!this.drawing.find(this.chosen)) this.chosen = null;
    if (!keepDraft(this.draft, this.drawing.shapes)) this.say(this.texts.draw_not_kept);
    this.show();
  }

  /** Another drawing in place of this one, as after saving or leaving a draft. @param {any} geojson */
  replace(geojson) {
    this.drawing = new Drawing(fromGeoJson(geojson));
    this.chosen = null;
    this.show();
  }

  say(text) {
    this.part("said").textContent = text;
  }

  show() {
    const { kind, points } = this;
    const chosen = this.drawing.find(this.chosen);
    const isOpen = !this.panel.hidden;
    this.layer.show(this.drawing.shapes, isOpen ? chosen : null, kind && points.length ? this.growing() : null);
    for (const button of this.panel.querySelectorAll("[data-kind]")) button.setAttribute("aria-pressed", String(button.dataset.kind === kind));
    this.part("new").hidden = !kind;
    this.part("new-radius").hidden = kind !== "circle";
    this.panel.querySelector("[data-do=finish]").hidden = kind !== "line" && kind !== "polygon";
    this.panel.querySelector("[data-do=undo]").disabled = !points.length && !this.drawing.past.length;
    this.panel.querySelector("[data-do=redo]").disabled = !this.drawing.future.length;
    for (const name of ["clear", "export"]) this.panel.querySelector(`[data-do=${name}]`).disabled = !this.drawing.shapes.length;
    this.showList();
    this.showEditor(chosen);
    this.panel.closest(".map-area").classList.toggle("drawing", isOpen && Boolean(kind));
  }

  /** What the points make so far. */
  growing() {
    const { kind, points, colour } = this;
    if (points.length >= corners(kind)[0] && kind !== "circle") return { id: 0, kind, points, colour, label: "" };
    return { id: 0, kind: points.length > 1 ? "line" : "point", points, colour, label: "" };
  }

  showList() {
    this.part("list").replaceChildren(...this.drawing.shapes.map((shape) => {
      const button = make("button", { type: "button", "data-id": String(shape.id), "aria-pressed": String(shape.id === this.chosen) },
        make("span", { class: "draw-swatch", "data-colour": String(COLOURS.indexOf(shape.colour)), "aria-hidden": "true" }),
        make("span", { class: "draw-name" }, this.nameOf(shape)), make("small", {}, this.quantities(shape)));
      button.addEventListener("click", () => {
        this.choose(shape.id);
        this.part("list").querySelector(`[data-id="${shape.id}"]`)?.focus();
      });
      return make("li", {}, button);
    }));
    this.part("none").hidden = this.drawing.shapes.length > 0;
  }

  showEditor(shape) {
    this.part("editor").hidden = !shape;
    if (!shape) return;
    this.part("label").value = shape.label;
    this.part("positions").value = writePositions(shape.points);
    this.part("edit-circle").hidden = shape.kind !== "circle";
    if (shape.kind === "circle") this.part("edit-radius").value = String(shape.radius_m);
    this.panel.querySelector(`[name=draw-colour][value="${shape.colour}"]`).checked = true;
  }

  nameOf(shape) {
    const kind = this.texts[`draw_kind_${shape.kind}`];
    return shape.label ? `${kind}: ${shape.label}` : kind;
  }

  quantities(shape) {
    const { length_m: length, area_m2: area, perimeter_m: perimeter, radius_m: radius } = measured(shape);
    const told = [
      radius !== undefined && `${this.texts.draw_radius} ${metresText(this.lang, radius)}`,
      length !== undefined && metresText(this.lang, length),
      area !== undefined && areaText(this.lang, area),
      perimeter !== undefined && `${this.texts.perimeter} ${metresText(this.lang, perimeter)}`,
      crossesItself(shape) && this.texts.draw_crosses,
    ];
    return told.filter(Boolean).join(" · ");
  }

  /** Whether a click sets a point now. */
  get takesClicks() {
    return !this.panel.hidden && this.kind !== null;
  }

  opened() {
    this.show();
  }

  closed() {
    this.stop();
  }
}
