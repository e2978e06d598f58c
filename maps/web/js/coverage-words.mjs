/** PURE but for `say`: words and numbers of the coverage page. */

/** Layers of the usual style that stay: ground, borders, names. */
export const WHITE_LAYERS = ["administrative_units", "archipelagos"];

/** @param {string} text with {places} @param {{[name: string]: string | number}} facts */
export function fill(text, facts) {
  return text.replace(/\{(\w+)\}/g, (place, name) => (name in facts ? String(facts[name]) : place));
}

/** A share as per cent with one decimal. @param {number} share @param {string} lang */
export function percent(share, lang) {
  const number = new Intl.NumberFormat(lang, { maximumFractionDigits: 1 }).format(share * 100);
  return lang === "vi" ? `${number} %` : `${number}%`;
}

/** A difference of shares with its sign, in percentage points. @param {number} difference @param {string} lang */
export function signed(difference, lang) {
  return new Intl.NumberFormat(lang, { maximumFractionDigits: 2, signDisplay: "exceptZero" }).format(difference * 100);
}

/** The colour of the class that the share falls in. @param {number} share @param {[number, string][]} classes lowest first */
export function colourOf(share, classes) {
  return classes.filter(([low]) => share >= low).at(-1)[1];
}

/** "0, 120; 240" as numbers; NaN for what is none. @param {string} text @returns {number[]} */
export function azimuths(text) {
  return text.split(/[\s,;]+/).filter(Boolean).map(Number);
}

/** Let a screen reader say it. @param {string} id of a live region @param {string} text */
export function say(id, text) {
  document.getElementById(id).textContent = text;
}
