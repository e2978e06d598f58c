/** The days that the data knows: asked for once, when a day is chosen or the slider is opened. */

/** @type {Promise<any> | null} */
let asked = null;

/** @returns {Promise<{first: string, last: string, borders_from: string | null, layers: {name: string, first: string | null, undated: number, all: number}[]}>} */
export function timeline() {
  asked ??= fetch("/timeline", { headers: { Accept: "application/json" } }).then((answer) => {
    if (!answer.ok) throw new Error(`${answer.status}`);
    return answer.json();
  });
  asked.catch(() => { asked = null; }); // the next wish asks again
  return asked;
}

/** Tell a look from which day on there are borders, where it draws another day than today. */
export async function takeTimeline(look, day) {
  if (!day || look.bordersFrom) return;
  const known = await timeline().catch(() => null);
  look.bordersFrom = known?.borders_from ?? null;
}

/** @param {string} day yyyy-mm-dd @param {string} lang */
export function dayText(day, lang) {
  const asked = lang === "vi" ? { day: "2-digit", month: "2-digit", year: "numeric" } : { dateStyle: "medium" };
  return new Date(`${day}T00:00:00Z`).toLocaleDateString(lang === "en" ? "en-GB" : lang, { ...asked, timeZone: "UTC" });
}
