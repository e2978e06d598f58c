/** PURE: lengths and areas as people read them. */

const HECTARE_M2 = 10_000;

/** @param {string} lang @param {number} value @param {number} digits */
export function numberText(lang, value, digits) {
  return value.toLocaleString(lang, { minimumFractionDigits: digits, maximumFractionDigits: digits });
}

/** @param {string} lang @param {number} metres */
export function metresText(lang, metres) {
  return metres < 1000 ? `${numberText(lang, metres, 2)} m` : `${numberText(lang, metres / 1000, 3)} km`;
}

/** Square metres, and hectares where there is one. @param {string} lang @param {number} area_m2 */
export function areaText(lang, area_m2) {
  const inMetres = `${numberText(lang, area_m2, area_m2 < HECTARE_M2 ? 1 : 0)} m²`;
  return area_m2 < HECTARE_M2 ? inMetres : `${numberText(lang, area_m2 / HECTARE_M2, 4)} ha (${inMetres})`;
}
