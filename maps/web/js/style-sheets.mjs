/** Style sheets that come with the tool that needs them, not with the page. */

/** @type {Map<string, Promise<void>>} */
const asked = new Map();

/**
 * A style sheet of css/, behind those of the page; resolved when it counts. One that fails is asked for again the
 * next time, but not waited for: a tool that looks plain is better than none.
 * @param {string} name without its ending @returns {Promise<void>}
 */
export function sheet(name) {
  if (!asked.has(name)) {
    const address = new URL(`../css/${name}.css`, import.meta.url).href;
    asked.set(name, link(address, (made) => document.head.append(made)).catch(() => { asked.delete(name); }));
  }
  return asked.get(name);
}

/** @param {string} address @param {(made: HTMLLinkElement) => void} put where it stands among the others @returns {Promise<void>} */
export function link(address, put) {
  const made = Object.assign(document.createElement("link"), { rel: "stylesheet", href: address });
  return new Promise((resolve, reject) => {
    made.addEventListener("load", () => resolve());
    made.addEventListener("error", () => { made.remove(); reject(new TypeError(address)); });
    put(made);
  });
}
