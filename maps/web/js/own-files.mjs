/** Files of the reader, before there are any: whoever chooses or drops one fetches what reads and draws it. */
import { once } from "./map-tools.mjs";
import { sheet } from "./style-sheets.mjs";

export class OwnFiles {
  /**
   * @param {HTMLElement} block of the panel @param {HTMLElement} area where files may be dropped
   * @param {{words: {[key: string]: string}, lang: string, fit: (bounds: number[]) => void, until: <T>(work: Promise<T>) => Promise<T>}} page
   */
  constructor(block, area, page) {
    Object.assign(this, { block, page });
    /** @type {Set<any>} maps whose style is loaded */
    this.maps = new Set();
    /** @type {import("./reader-files.mjs").OwnData | null} */
    this.data = null;
    this.fetched = once(() => this.make());
    const input = block.querySelector("input[type=file]");
    input.addEventListener("change", async () => { await this.take([...input.files]); input.value = ""; });
    block.addEventListener("toggle", () => { if (block.open) this.fetched().catch(() => {}); });
    this.takeDrops(document.body, area); // a file that misses the map must not replace the page
  }

  async make() {
    const [{ OwnData }] = await Promise.all([import("./reader-files.mjs"), sheet("map-own")]);
    this.data = new OwnData(this.block, this.page);
    for (const map of this.maps) this.data.attach(map);
    return this.data;
  }

  /** @param {File[]} files */
  async take(files) {
    try {
      await this.page.until(this.fetched().then((data) => data.take(files)));
    } catch {
      const said = this.block.querySelector("[data-own-said]");
      said.textContent = this.page.words.away;
      said.hidden = false;
      this.block.open = true;
    }
  }

  /** @param {HTMLElement} where @param {HTMLElement} area */
  takeDrops(where, area) {
    const hasFiles = (event) => event.dataTransfer?.types.includes("Files");
    where.addEventListener("dragover", (event) => {
      if (!hasFiles(event)) return;
      event.preventDefault();
      this.fetched().catch(() => {});
      area.classList.add("dropping");
    });
    where.addEventListener("dragleave", () => area.classList.remove("dropping"));
    where.addEventListener("drop", (event) => {
      if (!hasFiles(event)) return;
      event.preventDefault();
      area.classList.remove("dropping");
      this.take([...event.dataTransfer.files]);
    });
  }

  /** @param {any} map whose style is loaded */
  attach(map) {
    this.maps.add(map);
    map.once("remove", () => this.maps.delete(map));
    this.data?.attach(map);
  }

  /** What of the files lies at a point, as an answer for the card; null for nothing. @param {any} map @param {[number, number][]} box */
  at(map, box) {
    return this.data?.at(map, box) ?? null;
  }
}
