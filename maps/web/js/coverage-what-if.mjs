/**
 * What-if: place, move, switch off sites; the server answers with the ratios of the zones touched.
 * Every act has a button or a key: nothing needs a drag. Nothing is written anywhere.
 *
 * @typedef {{kind: "place", lon: number, lat: number, operator: string, radius_m: number, azimuths_deg: number[]}} Place
 * @typedef {{kind: "move", site_id: number, lon: number, lat: number}} Move
 * @typedef {{kind: "switch_off", site_id: number}} SwitchOff
 * @typedef {{change: Place | Move | SwitchOff, label: string, marker: any}} Trial
 */
import { make } from "./answer-card.mjs";
import { azimuths, colourOf, fill, percent, say, signed } from "./coverage-words.mjs";

const STEP_M = 25;
const LONG_STEP_M = 250;
const WAIT_MS = 120;
const MOST_TRIALS = 50;
const TARGET = 0.95;

/**
 * @param {any} map @param {any} maplibre @param {any} data of the page
 * @param {{recolour: (colours: Map<number, string> | null) => void, onChoice: ((id: number) => void)[],
 *   choice: () => number | null}} page
 */
export function startWhatIf(map, maplibre, data, page) {
  const { texts, lang } = data;
  const part = (id) => document.getElementById(id);
  const codes = new Map(data.zones.features.map((one) => [one.id, one.properties.code]));
  /** @type {Trial[]} */
  const trials = [];
  let placing = false;
  let placed = 0;
  let turn = 0;
  let timer = 0;
  let drawn = { type: "FeatureCollection", features: [] };

  document.querySelector(".what-if-on").hidden = false;
  document.querySelector(".what-if-off").hidden = true;
  part("wi-click").addEventListener("click", () => aim(!placing));
  part("wi-centre").addEventListener("click", () => place(map.getCenter(), { focus: true }));
  part("wi-reset").addEventListener("click", () => { for (const one of [...trials]) drop(one); });
  part("wi-suggest")?.addEventListener("click", suggest);
  part("wi-existing").addEventListener("toggle", () => { if (part("wi-existing").open) listSites(page.choice()); });
  document.addEventListener("keydown", (event) => { if (event.key === "Escape") aim(false); });
  page.onChoice.push((id) => { if (part("wi-existing").open) listSites(id); });
  map.on("coverage.drawn", drawFootprints);
  if (map.isStyleLoaded()) drawFootprints();

  function aim(on) {
    placing = on;
    part("wi-click").setAttribute("aria-pressed", String(on));
    map.getCanvas().classList.toggle("is-aiming", on);
    if (!on) return;
    map.getContainer().scrollIntoView({ block: "nearest" });
    say("wi-said", texts.click_map);
  }

  function place({ lng, lat }, { focus = false } = {}) {
    const change = {
      kind: "place", lon: lng, lat, operator: part("wi-operator").value,
      radius_m: Number(part("wi-radius").value), azimuths_deg: azimuths(part("wi-azimuth").value),
    };
    placed += 1;
    const facts = { n: placed, operator: change.operator, radius: change.radius_m };
    add(change, fill(texts.placed, facts), placed, focus);
  }

  function add(change, label, number, focus) {
    const trial = { change, label, marker: null };
    if (change.kind !== "switch_off") trial.marker = marker(trial, number);
    trials.push(trial);
    tell();
    if (focus) trial.marker?.getElement().focus();
  }

  /** Ask for the cheapest sites that bring the chosen zone to the target, and try them all. */
  async function suggest() {
    const id = page.choice();
    const told = part("wi-plan");
    if (id === null) {
      told.textContent = texts.choose_first;
      return;
    }
    told.textContent = texts.loading;
    try {
      const answer = await fetch("/coverage/siting", {
        method: "POST", credentials: "same-origin",
        headers: { "Content-Type": "application/json", Accept: "application/json" },
        body: JSON.stringify({ zones: [codes.get(id)], target: TARGET, operators: data.question.operators, seconds: 2 }),
      });
      const body = await answer.json();
      if (!answer.ok) throw new Error((lang === "vi" ? body.detail_vi : body.detail) ?? texts.failed);
      told.textContent = fill(body.met ? texts.plan : texts.plan_short, {
        ratio: percent(TARGET, lang), upgrades: body.upgrades, poles: body.new_poles, cost: body.cost, bound: body.bound,
        most: percent(body.zones[0].reachable, lang),
      });
      for (const site of body.sites.slice(0, MOST_TRIALS - trials.length)) {
        const operator = site.operator ?? part("wi-operator").value;
        placed += 1;
        add({ kind: "place", lon: site.lon, lat: site.lat, operator, radius_m: body.radius_m, azimuths_deg: [] },
          fill(site.kind === "upgrade" ? texts.upgraded : texts.built, { n: placed, code: site.code ?? "", operator }), placed, false);
      }
    } catch (error) {
      told.textContent = error.message || texts.failed;
    }
  }

  /** A marker that is dragged or moved by the arrow keys. */
  function marker(trial, number) {
    const element = make("button", { type: "button", class: "wi-marker" }, String(number));
    element.setAttribute("aria-label", fill(texts.new_site, { n: number }));
    const made = new maplibre.Marker({ element, draggable: true, anchor: "center" })
      .setLngLat([trial.change.lon, trial.change.lat]).addTo(map);
    element.setAttribute("aria-label", fill(texts.new_site, { n: number })); // MapLibre writes its own
    const put = ({ lng, lat }) => { Object.assign(trial.change, { lon: lng, lat }); tell(); };
    made.on("dragend", () => put(made.getLngLat()));
    element.addEventListener("click", (event) => event.stopPropagation());
    element.addEventListener("keydown", (event) => {
      const [east, north] = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, 1], ArrowDown: [0, -1] }[event.key] ?? [0, 0];
      if (!east && !north) return;
      event.preventDefault();
      event.stopPropagation();
      const step = event.shiftKey ? LONG_STEP_M : STEP_M;
      const at = made.getLngLat();
      const lat = at.lat + (north * step) / 110_574;
      const lng = at.lng + (east * step) / (111_320 * Math.cos((at.lat * Math.PI) / 180));
      made.setLngLat([lng, lat]);
      put({ lng, lat });
    });
    return made;
  }

  function drop(trial) {
    trial.marker?.remove();
    trials.splice(trials.indexOf(trial), 1);
    tell();
  }

  /** List the changes and ask what they come to, once the hand rests. */
  function tell() {
    part("wi-count").textContent = String(trials.length);
    part("wi-none").hidden = trials.length > 0;
    part("wi-changes").replaceChildren(...trials.map((trial) => {
      const undo = make("button", { type: "button", class: "wi-button", "aria-label": `${texts.remove}: ${trial.label}` }, texts.remove);
      undo.addEventListener("click", () => { drop(trial); part("wi-reset").focus(); });
      return make("li", {}, make("span", {}, trial.label), undo);
    }));
    markSites();
    clearTimeout(timer);
    timer = setTimeout(ask, WAIT_MS);
  }

  async function ask() {
    const mine = (turn += 1);
    complain(null);
    if (!trials.length) {
      part("wi-result").hidden = true;
      page.recolour(null);
      drawn = { type: "FeatureCollection", features: [] };
      drawFootprints();
      return;
    }
    try {
      const answer = await fetch("/coverage/what-if", {
        method: "POST", credentials: "same-origin",
        headers: { "Content-Type": "application/json", Accept: "application/json" },
        body: JSON.stringify({ ...data.question, changes: trials.map((trial) => trial.change) }),
      });
      const body = await answer.json();
      if (mine !== turn) return;
      if (answer.ok) show(body);
      else complain((lang === "vi" ? body.detail_vi : body.detail) ?? texts.failed);
    } catch {
      if (mine === turn) complain(texts.failed);
    }
  }

  function show(body) {
    const rows = body.zones.map((zone) => {
      const difference = zone.ratio_after - zone.ratio_before;
      const way = Math.abs(difference) < 5e-5 ? "same" : difference > 0 ? "better" : "worse";
      return make("tr", { "data-zone": String(zone.zone_id) },
        make("th", { scope: "row" }, zone.zone_name),
        make("td", { class: "num" }, percent(zone.ratio_before, lang)),
        make("td", { class: "num" }, percent(zone.ratio_after, lang)),
        make("td", { class: `num wi-${way}` }, `${signed(difference, lang)} ${texts.point}`, make("span", { class: "only-read" }, ` (${texts[way]})`)));
    });
    part("wi-zones").replaceChildren(...rows);
    part("wi-result").hidden = rows.length === 0;
    const idle = body.effects.findIndex((one) => one.cells_gone + one.cells_come === 0);
    if (idle >= 0) complain(`${trials[idle].label}: ${texts.no_cells}`);
    else if (!rows.length) complain(texts.nothing_touched);
    page.recolour(new Map(body.zones.map((zone) => [zone.zone_id, colourOf(zone.ratio_after, data.classes)])));
    drawn = {
      type: "FeatureCollection",
      features: body.footprints.map((one) => ({
        type: "Feature", properties: { change: one.change },
        geometry: { type: "MultiPolygon", coordinates: one.ring.map((ring) => [ring]) },
      })),
    };
    drawFootprints();
    say("wi-said", body.zones.length ? body.zones.map((zone) => fill(texts.tried, {
      zone: zone.zone_name, before: percent(zone.ratio_before, lang), after: percent(zone.ratio_after, lang),
    })).join(". ") : texts.nothing_touched);
  }

  function complain(text) {
    part("wi-error").hidden = text === null;
    part("wi-error").textContent = text ?? "";
  }

  function drawFootprints() {
    if (!map.getSource("ratios")) return;
    if (map.getSource("trial")) {
      map.getSource("trial").setData(drawn);
      return;
    }
    map.addSource("trial", { type: "geojson", data: drawn });
    map.addLayer({ id: "trial-fill", type: "fill", source: "trial", paint: { "fill-color": "#d55e00", "fill-opacity": 0.14 } }, "ratio-name");
    map.addLayer({ id: "trial-edge", type: "line", source: "trial", paint: { "line-color": "#d55e00", "line-width": 2, "line-dasharray": [3, 2] } }, "ratio-name");
  }

  /** @type {{site_id: number, code: string, operator: string, cells: number, lon: number, lat: number}[]} */
  let sites = [];

  async function listSites(id) {
    if (id === null) return;
    part("wi-existing-hint").textContent = texts.loading;
    part("wi-existing-hint").hidden = false;
    try {
      const query = new URLSearchParams({ zone: codes.get(id), technology: data.question.technology });
      const answer = await fetch(`/coverage/sites?${query}`, { headers: { Accept: "application/json" }, credentials: "same-origin" });
      if (!answer.ok) throw new Error(String(answer.status));
      sites = (await answer.json()).sites.filter((one) => data.counted.includes(one.operator));
    } catch {
      part("wi-existing-hint").textContent = texts.failed;
      return;
    }
    part("wi-existing-hint").textContent = texts.no_sites;
    part("wi-existing-hint").hidden = sites.length > 0;
    markSites();
  }

  /** The list of existing sites, each with what can be done to it now. */
  function markSites() {
    part("wi-sites").replaceChildren(...sites.map((site) => {
      const trial = trials.find((one) => one.change.site_id === site.site_id);
      const facts = { code: site.code, operator: site.operator };
      const name = `${site.code} (${site.operator})`;
      const row = make("li", {}, make("span", {}, name));
      const button = (text, act) => {
        const made = make("button", { type: "button", class: "wi-button", "aria-label": `${text}: ${name}` }, text);
        made.addEventListener("click", act);
        row.append(made);
      };
      if (trial) button(texts.back, () => { drop(trial); });
      else {
        button(texts.switch_off, () => add({ kind: "switch_off", site_id: site.site_id }, fill(texts.off, facts), 0, false));
        button(texts.move, () => add({ kind: "move", site_id: site.site_id, lon: site.lon, lat: site.lat }, fill(texts.moved, facts), site.code.slice(-3), true));
      }
      return row;
    }));
  }

  return {
    /** Whether the click was meant to place a site. @param {{lng: number, lat: number}} at */
    click(at) {
      if (!placing) return false;
      aim(false);
      place(at);
      return true;
    },
  };
}
