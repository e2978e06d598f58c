/** Themes of layers from the server, each fetched once for a page. */

/** The theme that is known for other days than today. */
export const OF_A_DAY = "coverage";

export class Themes {
  /** @param {string} lang @param {string} failed what to say @param {(text: string) => void} complain */
  constructor(lang, failed, complain) {
    Object.assign(this, { lang, failed, complain });
    /** @type {Map<string, Promise<import("./layer-look.mjs").Theme>>} */
    this.asked = new Map();
  }

  /**
   * @param {string} layer @param {string} name @param {string | null} day
   * @returns {Promise<import("./layer-look.mjs").Theme>} rejected when it does not come
   */
  get(layer, name, day = null) {
    const address = `/themes/${layer}/${name}?lang=${this.lang}${day && name === OF_A_DAY ? `&day=${day}` : ""}`;
    if (!this.asked.has(address)) {
      const answer = fetch(address, { headers: { Accept: "application/json" } }).then((found) => {
        if (!found.ok) throw new Error(`${found.status}`);
        return found.json();
      });
      answer.catch(() => this.asked.delete(address)); // the next wish asks again
      this.asked.set(address, answer);
    }
    return this.asked.get(address);
  }

  /**
   * Give a look the themes that it should have, the other layers their usual one.
   * @param {import("./layer-look.mjs").LayerLook} look @param {{name: string}[]} layers
   * @param {{[layer: string]: string}} wanted @param {string | null} day
   */
  async dress(look, layers, wanted, day = null) {
    await Promise.all(layers.map(async ({ name }) => {
      const theme = wanted[name] ? await this.get(name, wanted[name], day).catch(() => this.complain(this.failed)) : null;
      look.setTheme(name, theme ?? null);
    }));
  }
}
