/**
 * Where a drawing waits between two visits: in this browser only, one draft for the plain map and one for
 * each saved or shared view. A view that was not drawn on has none: then the drawing of the view is shown.
 */
import { fromGeoJson, toGeoJson } from "./drawing.mjs";

const PREFIX = "gis.drawing";

/** @param {URLSearchParams} asked query of the page @returns {string} name of its draft */
export function draftOf(asked) {
  const [view, share] = [asked.get("view"), asked.get("share")];
  if (share) return `${PREFIX}.share.${share}`;
  return view ? `${PREFIX}.view.${view}` : PREFIX;
}

/** Of a query only what names a view. @param {string} query @returns {string} with its ?, or empty */
export function viewQuery(query) {
  const asked = new URLSearchParams(query);
  const kept = ["view", "share"].filter((name) => asked.has(name)).map((name) => [name, asked.get(name)]);
  return kept.length ? `?${new URLSearchParams(kept)}` : "";
}

/** @param {string} name @returns {import("./drawing.mjs").Shape[] | null} null when there is no draft */
export function readDraft(name) {
  try {
    const kept = localStorage.getItem(name);
    return kept === null ? null : fromGeoJson(JSON.parse(kept));
  } catch {
    return null; // no storage, or not ours
  }
}

/** @param {string} name @param {import("./drawing.mjs").Shape[]} shapes @returns {boolean} false when the browser keeps nothing */
export function keepDraft(name, shapes) {
  try {
    localStorage.setItem(name, JSON.stringify(toGeoJson(shapes)));
    return true;
  } catch {
    return false;
  }
}

/** @param {string} name */
export function dropDraft(name) {
  try {
    localStorage.removeItem(name);
  } catch {
    // Then there is none.
  }
}

/**
 * The saved or shared view that the address names, asked of the server.
 * @param {URLSearchParams} asked
 * @returns {Promise<{view: any, problem: any}>} both null when the address names none
 */
export async function askView(asked) {
  const [view, share] = [asked.get("view"), asked.get("share")];
  if (!view && !share) return { view: null, problem: null };
  const address = share ? `/map/shares/${encodeURIComponent(share)}.json` : `/map/views/${encodeURIComponent(view)}.json`;
  try {
    const answer = await fetch(address, { headers: { Accept: "application/json" }, credentials: "same-origin" });
    const said = await answer.json();
    return answer.ok ? { view: said, problem: null } : { view: null, problem: said };
  } catch {
    return { view: null, problem: {} };
  }
}
