/**
 * A second map on the right of a handle: another day, another theme, or only what stands. The handle is dragged,
 * or moved by the slider below it, which takes arrow keys.
 */
import { drawHatchings } from "./hatch.mjs";
import { LayerLook } from "./layer-look.mjs";
import { writeLegend } from "./theme-legend.mjs";
import { dayText, takeTimeline } from "./timeline.mjs";
import { isDay, plainLook } from "./view-state.mjs";

export class CompareTool {
  /**
   * @param {HTMLElement} panel
   * @param {{maplibre: any, map: any, holder: HTMLElement, data: any, look: LayerLook, themes: import("./themes.mjs").Themes,
   *   styleAddress: () => string, onMap: (map: any) => void, onChange: () => void, onOwn: (look: object) => void,
   *   onLayers: (names: string[]) => void}} page
   *   `onOwn` changes how the map on the left is drawn, `onLayers` which layers both show
   */
  constructor(panel, page) {
    Object.assign(this, { panel, ...page, words: page.data.tools, beside: null, right: null });
    this.form = panel.querySelector("form");
    this.frame = document.getElementById("swipe");
    this.range = this.frame.querySelector("input");
    this.range.addEventListener("input", () => this.moveTo(Number(this.range.value)));
    this.range.addEventListener("change", () => this.onChange());
    this.form.addEventListener("submit", (event) => event.preventDefault());
    this.form.addEventListener("change", (event) => this.readForm(event.target));
    panel.querySelector("[data-do=stop]").addEventListener("click", () => this.stop());
    for (const button of panel.querySelectorAll("[data-preset]")) button.addEventListener("click", () => this.preset(button.dataset.preset));
    this.followPointer(this.frame.querySelector(".swipe-line"));
  }

  opened() {
    if (!this.beside) this.preset("plan");
    this.writeForm();
  }

  /** One map again, with everything: nobody sees any more why a part of it was left out. */
  stop() {
    this.take(null);
    if (this.look.only) this.onOwn({ ...this.look.asLook(), only: null });
    this.onChange();
    this.panel.querySelector("[data-close]").click();
  }

  closed() {} // comparing goes on; the button in the panel ends it

  /** Compare as a view says; null ends it. @param {import("./view-state.mjs").Beside | null} beside */
  async take(beside) {
    this.beside = beside && { ...plainLook(), ...beside };
    this.frame.hidden = !beside;
    this.holder.parentElement.classList.toggle("comparing", Boolean(beside));
    const title = beside ? this.words.left_map : this.data.texts.map_title;
    this.map.getCanvas().setAttribute("aria-label", title);
    if (!beside) {
      this.right?.map.remove();
      this.right?.place.remove();
      this.right = null;
      return;
    }
    if (!this.right) this.open();
    this.moveTo(this.beside.at);
    await this.dress();
  }

  open() {
    const place = document.createElement("div");
    place.className = "beside";
    // Between the drawing and the buttons of the map on the left.
    this.holder.querySelector(".maplibregl-canvas-container").after(place);
    const { map } = this;
    const right = new this.maplibre.Map({
      container: place, style: this.styleAddress(), attributionControl: false, maxZoom: 20, minZoom: 3.5,
      locale: { "Map.Title": this.words.right_map },
      center: map.getCenter(), zoom: map.getZoom(), bearing: map.getBearing(), pitch: map.getPitch(),
    });
    place.maplibre = right;
    this.right = { map: right, place, look: new LayerLook(this.data.layers) };
    drawHatchings(right);
    this.joined ??= this.join(map, () => this.right?.map);
    this.join(right, () => map);
    const { look } = this.right;
    right.on("style.load", () => { look.attach(right); this.follow(); });
    this.onMap(right);
  }

  /** Whatever moves one map moves the other. @param {any} from @param {() => any} other */
  join(from, other) {
    return from.on("move", () => {
      if (this.isMoving || !other()) return;
      this.isMoving = true;
      other().jumpTo({ center: from.getCenter(), zoom: from.getZoom(), bearing: from.getBearing(), pitch: from.getPitch() });
      this.isMoving = false;
    });
  }

  /** The map on the right shows the layers of the left one, as faint. */
  follow() {
    if (!this.right) return;
    const { look } = this.right;
    look.setOn([...this.look.on]);
    for (const { name } of this.data.layers) look.fade(name, this.look.fades[name] ?? 100);
    this.tell();
  }

  async dress() {
    const { right, beside } = this;
    await takeTimeline(right.look, beside.day);
    if (this.right !== right || this.beside !== beside) return;
    right.look.setDay(beside.day);
    right.look.setOnly(beside.only);
    this.follow();
    this.writeForm();
    await this.themes.dress(right.look, this.data.layers, beside.themes, beside.day);
    this.tell();
  }

  setStyle(address) {
    this.right?.map.setStyle(address, { diff: false });
  }

  /** @param {number} at per cent of the width */
  moveTo(at) {
    this.beside.at = Math.min(100, Math.max(0, at));
    this.range.value = String(Math.round(this.beside.at));
    this.range.setAttribute("aria-valuetext", this.words.divided.replace("%left", String(Math.round(this.beside.at))));
    this.right.place.style.clipPath = `inset(0 0 0 ${this.beside.at}%)`;
    this.frame.querySelector(".swipe-line").style.left = `${this.beside.at}%`;
    this.frame.querySelector("[data-side=left]").style.right = `${100 - this.beside.at}%`;
    this.frame.querySelector("[data-side=right]").style.left = `${this.beside.at}%`;
  }

  /** @param {HTMLElement} line */
  followPointer(line) {
    line.addEventListener("pointerdown", (event) => {
      event.preventDefault();
      line.setPointerCapture(event.pointerId);
      const drag = ({ clientX }) => {
        const { left, width } = this.frame.getBoundingClientRect();
        this.moveTo(((clientX - left) / width) * 100);
      };
      line.addEventListener("pointermove", drag);
      for (const end of ["pointerup", "pointercancel"]) {
        line.addEventListener(end, () => { line.removeEventListener("pointermove", drag); this.onChange(); }, { once: true });
      }
    });
  }

  /** Two looks that are worth being compared. @param {string} name */
  preset(name) {
    const at = this.beside?.at ?? 50;
    const yearAgo = new Date(Date.now() - 365.25 * 86_400_000).toISOString().slice(0, 10);
    const { themes, day } = this.look.asLook();
    const [left, right] = {
      plan: [{ only: "standing" }, { themes, day }],
      year: [{ day: yearAgo }, { themes }],
      share: [{ themes: { ...themes, zones: "occupancy" } }, { day, themes: { ...themes, zones: "coverage" } }],
    }[name];
    if (name === "share") this.onLayers(["administrative_units", "zones", "streets"]); // plots would cover the zones
    this.onOwn({ ...plainLook(), themes, ...left });
    this.take({ ...plainLook(), at, ...right }).then(() => this.onChange());
  }

  /** @param {HTMLInputElement | HTMLSelectElement} changed */
  readForm(changed) {
    const { form } = this;
    const dayIn = (name) => (isDay(form[name].value) ? form[name].value : null);
    if (changed.name.startsWith("left")) {
      this.onOwn({ ...this.look.asLook(), day: dayIn("left_day"), only: form.left_only.value || null });
    } else {
      const themes = Object.fromEntries([...form.querySelectorAll("[data-theme-of]")].map((select) => [select.dataset.themeOf, select.value]).filter(([, value]) => value));
      this.take({ at: this.beside?.at ?? 50, themes, day: dayIn("right_day"), only: form.right_only.value || null }).then(() => this.onChange());
    }
  }

  writeForm() {
    const { form, beside } = this;
    const own = this.look.asLook();
    form.left_day.value = own.day ?? "";
    form.left_only.value = own.only ?? "";
    if (!beside) return;
    form.right_day.value = beside.day ?? "";
    form.right_only.value = beside.only ?? "";
    for (const select of form.querySelectorAll("[data-theme-of]")) select.value = beside.themes[select.dataset.themeOf] ?? "";
  }

  /** Write above each half what it shows. */
  tell() {
    if (!this.right) return;
    for (const [side, look] of [["left", this.look], ["right", this.right.look]]) {
      const parts = [
        look.day ? dayText(look.day, this.data.lang) : this.words.today,
        ...(look.only ? [this.words[`only_${look.only}`]] : []),
        ...[...look.themes.values()].filter((theme) => look.on.has(theme.layer)).map((theme) => theme.title),
      ];
      this.frame.querySelector(`[data-side=${side}]`).textContent = parts.join(" · ");
    }
    this.writeForm();
    const dressed = [...this.right.look.themes.values()].filter((theme) => this.look.on.has(theme.layer));
    this.panel.querySelector("[data-right-legend]").replaceChildren(...dressed.flatMap((theme) => {
      const [head, list, note] = ["h3", "ul", "p"].map((tag) => document.createElement(tag));
      head.textContent = theme.title;
      list.className = "legend";
      note.className = "hint";
      note.textContent = `${theme.definition} ${theme.dated}`;
      writeLegend(list, theme, this.words);
      return [head, list, note];
    }));
  }
}
