/** Rows of the attribute table that are marked, and what is done with them: a printed page for each plot. */
import { make } from "./answer-card.mjs";

const MOST = 500;

export class RowChoice {
  /** @param {HTMLElement} drawer @param {{[key: string]: string}} texts */
  constructor(drawer, texts) {
    Object.assign(this, { texts });
    this.grid = drawer.querySelector("table");
    this.link = drawer.querySelector("[data-series]");
    /** @type {Set<string>} ids of plots, kept while filter and view change */
    this.ids = new Set();
    this.grid.addEventListener("change", (event) => { if (event.target.matches(".row-choice")) this.mark(event.target); });
  }

  /** Whether an event belongs to a box and not to its row. @param {Event} event */
  isMine(event) {
    return event.target.closest(".row-choice-cell") !== null;
  }

  /** Give each row its box; only plots are printed one by one. @param {string} table */
  show(table) {
    this.link.hidden = table !== "plots";
    if (table !== "plots") return;
    const head = this.box(this.texts.choose_all, "");
    this.grid.tHead.rows[0].prepend(make("th", { scope: "col", class: "row-choice-cell" }, head));
    for (const row of this.grid.tBodies[0].rows) {
      const box = this.box(`${this.texts.choose_row}: ${row.cells[0].textContent}`, row.dataset.id);
      box.checked = this.ids.has(row.dataset.id);
      row.prepend(make("td", { class: "row-choice-cell" }, box));
    }
    this.tell();
  }

  box(name, id) {
    return make("input", { type: "checkbox", class: "row-choice", "aria-label": name, "data-id": id, autocomplete: "off" });
  }

  mark({ checked, dataset }) {
    const boxes = dataset.id ? [dataset.id] : [...this.grid.tBodies[0].rows].map((row) => row.dataset.id);
    for (const id of boxes) {
      if (checked && this.ids.size < MOST) this.ids.add(id);
      else if (!checked) this.ids.delete(id);
    }
    for (const box of this.grid.querySelectorAll("tbody .row-choice")) box.checked = this.ids.has(box.dataset.id);
    this.tell();
  }

  tell() {
    const { size } = this.ids;
    this.link.textContent = size ? this.texts.series_count.replace("%count", String(size)) : this.texts.series;
    this.link.search = size ? new URLSearchParams({ plots: [...this.ids].join(",") }).toString() : "";
  }
}
