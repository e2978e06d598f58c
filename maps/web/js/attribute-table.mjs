/**
 * The attribute table below the map: the features of one layer, those in view, or all that a filter takes.
 *
 * @typedef {{name: string, label: string, kind: string, words?: {[code: string]: string}}} Column
 * @typedef {{name: string, layer: string, title: string, columns: Column[]}} Table
 */
import { make } from "./answer-card.mjs";
import { RowChoice } from "./row-choice.mjs";

const ROWS = 500;
const WAIT_MS = 250;
/** What /ogc hands out in one file. */
const FILES = { csv: 50_000, xlsx: 20_000, json: 10_000 };

export class AttributeTable {
  /** @param {HTMLElement} drawer @param {any} map @param {{lang: string, texts: any, tables: Table[]}} words @param {(wanted: {layer: string, id: number}, how: {fly: boolean}) => void} choose */
  constructor(drawer, map, words, choose) {
    Object.assign(this, { drawer, map, choose, ...words });
    this.form = drawer.querySelector("form");
    this.count = drawer.querySelector("[data-count]");
    this.problem = drawer.querySelector("[data-problem]");
    this.grid = drawer.querySelector("table");
    this.choice = new RowChoice(drawer, this.texts);
    this.collator = new Intl.Collator(this.lang, { numeric: true });
    /** @type {{id: number, properties: any}[]} */
    this.rows = [];
    this.sort = { name: "", down: false };
    this.chosen = null;
    this.filter = "";
    this.form.addEventListener("submit", (event) => { event.preventDefault(); this.filter = this.form.filter.value.trim(); this.ask(); });
    this.form.layer.addEventListener("change", () => this.begin());
    this.form.within.addEventListener("change", () => this.ask());
    drawer.querySelector("[data-do=reset]").addEventListener("click", () => { this.form.filter.value = this.filter = ""; this.ask(); });
    this.grid.tBodies[0].addEventListener("click", (event) => this.pick(event.target.closest("tr"), event));
    map.on("moveend", () => {
      clearTimeout(this.timer);
      if (!drawer.hidden && this.form.within.checked) this.timer = setTimeout(() => this.ask(), WAIT_MS);
    });
    map.getContainer().addEventListener("map:selection", (event) => { this.chosen = event.detail; this.mark(); });
  }

  /** @returns {Table} */
  get table() {
    return this.tables.find((one) => one.name === this.form.layer.value);
  }

  opened() {
    this.begin();
  }

  closed() {
    this.asking?.abort();
  }

  /** Another layer: other columns, and the filter of the former one means nothing here. */
  begin() {
    this.form.filter.value = this.filter = "";
    this.sort = { name: this.table.title, down: false };
    this.drawer.querySelector("[data-columns]").replaceChildren(...this.table.columns.map((column) => make("li", {},
      make("code", {}, column.name), ` ${column.label}`,
      ...(column.words ? [`: ${Object.entries(column.words).map(([code, word]) => `'${code}' (${word})`).join(", ")}`] : []))));
    this.ask();
  }

  /** The question of table and files, as /ogc reads it. @param {{[name: string]: string}} more */
  address(more) {
    const asked = new URLSearchParams(more);
    if (this.form.within.checked) {
      const { _sw: from, _ne: to } = this.map.getBounds();
      const inside = (value, end) => Math.max(-end, Math.min(end, value)).toFixed(6);
      asked.set("bbox", [inside(from.lng, 180), inside(from.lat, 90), inside(to.lng, 180), inside(to.lat, 90)].join(","));
    }
    if (this.filter) asked.set("filter", this.filter);
    return `/ogc/collections/${this.table.name}/items?${asked}`;
  }

  async ask() {
    this.asking?.abort();
    const mine = (this.asking = new AbortController());
    this.count.textContent = this.texts.loading_rows;
    for (const [kind, limit] of Object.entries(FILES)) {
      this.drawer.querySelector(`[data-file=${kind}]`).href = this.address({ f: kind, limit: String(limit), lang: this.lang });
    }
    try {
      const answer = await fetch(this.address({ f: "json", limit: String(ROWS), lang: this.lang }), { signal: mine.signal });
      const said = await answer.json();
      if (mine !== this.asking) return;
      this.tell(answer.ok ? "" : (this.lang === "vi" && said.detail_vi) || said.detail || this.texts.away);
      this.rows = answer.ok ? said.features : [];
      this.tellCount(said.numberMatched);
    } catch (error) {
      if (error.name === "AbortError") return;
      this.tell(this.texts.away);
      this.rows = [];
      this.count.textContent = "";
    }
    this.draw();
  }

  tell(problem) {
    this.problem.textContent = problem;
    this.problem.hidden = !problem;
    this.form.filter.setAttribute("aria-invalid", String(Boolean(problem)));
    for (const link of this.drawer.querySelectorAll("[data-file]")) link.hidden = Boolean(problem);
  }

  tellCount(matched) {
    const shown = this.rows.length.toLocaleString(this.lang);
    const whole = matched === undefined ? this.texts.many : matched.toLocaleString(this.lang);
    const isPart = matched === undefined || matched > this.rows.length;
    this.count.textContent = this.problem.textContent ? "" : (isPart ? this.texts.rows_of : this.texts.rows_all).replace("%shown", shown).replace("%all", whole);
  }

  draw() {
    const { columns } = this.table;
    this.grid.tHead.rows[0].replaceChildren(...columns.map((column) => this.head(column)));
    this.order();
    this.grid.tBodies[0].replaceChildren(...this.rows.map((row) => make("tr", { "data-id": String(row.id) },
      ...columns.map((column, at) => {
        const text = this.write(column, row.properties[column.name]);
        if (at === 0) return make("th", { scope: "row" }, make("button", { type: "button" }, text));
        return make("td", isNumber(column) ? { class: "num" } : {}, text);
      }))));
    this.choice.show(this.table.name);
    this.mark();
  }

  head(column) {
    const isSorted = this.sort.name === column.name;
    const button = make("button", { type: "button" }, column.label, make("span", { class: "arrow", "aria-hidden": "true" }, isSorted ? (this.sort.down ? "↓" : "↑") : ""));
    button.addEventListener("click", () => {
      this.sort = { name: column.name, down: isSorted && !this.sort.down };
      this.draw();
      this.grid.tHead.querySelector("[aria-sort=ascending] button, [aria-sort=descending] button").focus();
    });
    const sorted = this.sort.down ? "descending" : "ascending";
    return make("th", { scope: "col", "aria-sort": isSorted ? sorted : "none", ...(isNumber(column) ? { class: "num" } : {}) }, button);
  }

  /** Sort what is loaded; what is not known stands last either way. */
  order() {
    const column = this.table.columns.find((one) => one.name === this.sort.name);
    const key = (row) => row.properties[column.name] ?? null;
    const side = this.sort.down ? -1 : 1;
    this.rows.sort((one, other) => {
      const [a, b] = [key(one), key(other)];
      if (a === null || b === null) return (a === null ? 1 : 0) - (b === null ? 1 : 0);
      return side * (typeof a === "number" ? a - b : this.collator.compare(this.write(column, a), this.write(column, b)));
    });
  }

  /** A value as people read it. @param {Column} column */
  write(column, value) {
    if (value === null || value === undefined || value.length === 0) return "–";
    if (column.words?.[value]) return column.words[value];
    if (column.kind === "boolean") return value ? this.texts.yes : this.texts.no;
    if (column.kind === "number") return value.toLocaleString(this.lang, { maximumFractionDigits: 3 });
    if (column.kind === "date") return new Date(`${value}T00:00:00`).toLocaleDateString(this.lang === "en" ? "en-GB" : this.lang);
    if (column.kind === "timestamp") return new Date(value).toLocaleDateString(this.lang === "en" ? "en-GB" : this.lang);
    return Array.isArray(value) ? value.join("; ") : String(value);
  }

  pick(row, event) {
    if (row && !this.choice.isMine(event)) this.choose({ layer: this.table.layer, id: Number(row.dataset.id) }, { fly: !this.form.within.checked });
  }

  mark() {
    for (const row of this.grid.tBodies[0].rows) {
      const isChosen = this.chosen?.layer === this.table.layer && Number(row.dataset.id) === this.chosen.id;
      if (isChosen) row.setAttribute("aria-current", "true");
      else row.removeAttribute("aria-current");
      if (isChosen) row.scrollIntoView({ block: "nearest" });
    }
  }
}

/** @param {Column} column */
function isNumber(column) {
  return column.kind === "number" || column.kind === "integer";
}
