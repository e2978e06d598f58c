/** The slider of days: the map as of another day, by slider, by steps, by date, or playing. */
import { dayText, takeTimeline, timeline } from "./timeline.mjs";
import { isDay } from "./view-state.mjs";

const PLAY_MS = 1600;
/** At most so many years are written below the slider. */
const LABELS = 6;

export class TimeTool {
  /**
   * @param {HTMLElement} panel @param {HTMLElement} chip says the day on the map
   * @param {{look: import("./layer-look.mjs").LayerLook, data: any, onDay: () => void, isIdle: () => boolean, calm: MediaQueryList}} page
   */
  constructor(panel, chip, { look, data, onDay, isIdle, calm }) {
    Object.assign(this, { panel, chip, look, data, words: data.tools, onDay, isIdle, calm });
    this.slider = panel.querySelector("[name=month]");
    this.date = panel.querySelector("[name=day]");
    this.timer = 0;
    this.first = null;
    this.slider.addEventListener("input", () => this.set(this.dayOf(Number(this.slider.value))));
    this.date.addEventListener("change", () => { if (isDay(this.date.value)) this.set(this.date.value); });
    const on = (name, act) => panel.querySelector(`[data-do=${name}]`).addEventListener("click", act);
    on("back", () => { this.stop(); this.step(-1); });
    on("forward", () => { this.stop(); this.step(1); });
    on("today", () => { this.stop(); this.set(null); });
    on("play", () => { if (this.timer) this.stop(); else this.play(); });
    chip.querySelector("button").addEventListener("click", () => { this.stop(); this.set(null); });
    calm.addEventListener("change", () => { this.stop(); this.tellCalm(); });
    this.tellCalm();
  }

  /** Which day, null for today; `quiet` where whoever calls does the rest. */
  async set(day, { quiet = false } = {}) {
    const wanted = day && this.last && day >= this.last ? null : day;
    await takeTimeline(this.look, wanted);
    this.look.setDay(wanted);
    this.write();
    if (!quiet) this.onDay();
  }

  async opened() {
    try {
      const known = await timeline();
      if (!this.first) this.begin(known);
    } catch {
      this.panel.querySelector("[data-state]").textContent = this.words.away;
      return;
    }
    this.write();
  }

  closed() {
    this.stop();
  }

  begin({ first, last, layers }) {
    this.first = first;
    this.last = last;
    this.slider.max = String(this.monthOf(last));
    this.slider.disabled = false;
    Object.assign(this.date, { min: first, max: last });
    const from = Number(first.slice(0, 4)), to = Number(last.slice(0, 4));
    const every = Math.max(1, Math.ceil((to - from) / LABELS));
    this.panel.querySelector("[data-ticks]").replaceChildren(...Array.from({ length: to - from + 1 }, (_, at) => {
      const tick = document.createElement("span");
      tick.style.left = `${(at * 12 * 100) / Number(this.slider.max)}%`;
      if (at % every === 0) tick.textContent = String(from + at);
      return tick;
    }));
    const titles = new Map(this.data.layers.map((layer) => [layer.name, layer.title]));
    this.panel.querySelector("[data-layers]").replaceChildren(...layers.filter((one) => one.all).map((one) => {
      const row = document.createElement("li");
      const since = one.first ? this.words.since.replace("%day", dayText(one.first, this.data.lang)) : this.words.no_dates;
      const undated = one.undated ? this.words.undated.replace("%n", one.undated.toLocaleString(this.data.lang)).replace("%all", one.all.toLocaleString(this.data.lang)) : "";
      row.textContent = [titles.get(one.name), since, undated].filter(Boolean).join(" · ");
      return row;
    }));
  }

  /** Write the day into the panel and on the map. */
  write() {
    const { day } = this.look;
    this.chip.hidden = !day;
    this.chip.querySelector("span").textContent = day ? this.words.as_of.replace("%day", dayText(day, this.data.lang)) : "";
    if (!this.first) return;
    const shown = day ?? this.last;
    this.slider.value = String(this.monthOf(shown));
    this.slider.setAttribute("aria-valuetext", dayText(shown, this.data.lang));
    this.date.value = shown;
    this.panel.querySelector("[data-state]").textContent = day ? this.words.as_of.replace("%day", dayText(day, this.data.lang)) : this.words.as_of_today;
    const isFirst = Boolean(day && day <= this.first);
    this.panel.querySelector("[data-do=back]").disabled = isFirst;
    this.panel.querySelector("[data-do=forward]").disabled = !day;
    this.panel.querySelector("[data-before]").hidden = !this.look.isBeforeBorders;
  }

  /** One step of the chosen length; past the end is today. @param {1 | -1} way @returns {boolean} whether there is more */
  step(way) {
    const months = Number(this.panel.querySelector("[name=step]").value);
    const now = this.monthOf(this.look.day ?? this.last);
    // Steps of a year go from January to January, whatever day it began with.
    const next = way > 0 ? Math.floor(now / months) * months + months : Math.ceil(now / months) * months - months;
    const isOver = next >= Number(this.slider.max);
    this.set(isOver ? null : this.dayOf(Math.max(0, next)));
    return !isOver;
  }

  play() {
    if (this.calm.matches) return;
    if (!this.look.day) this.set(this.first);
    const turn = () => {
      // What is still being drawn is waited for, else a slow line would show nothing.
      const more = !this.isIdle() || this.step(1);
      if (more) this.timer = setTimeout(turn, PLAY_MS);
      else this.stop();
    };
    this.timer = setTimeout(turn, PLAY_MS);
    this.tellPlaying();
  }

  stop() {
    clearTimeout(this.timer);
    this.timer = 0;
    this.tellPlaying();
  }

  tellPlaying() {
    const button = this.panel.querySelector("[data-do=play]");
    button.textContent = this.timer ? this.words.stop : this.words.play;
  }

  /** Whoever asked the system for less motion gets steps only. */
  tellCalm() {
    this.panel.querySelector("[data-do=play]").hidden = this.calm.matches;
    this.panel.querySelector("[data-calm]").hidden = !this.calm.matches;
  }

  /** Months since the first year began. @param {string} day */
  monthOf(day) {
    return (Number(day.slice(0, 4)) - Number(this.first.slice(0, 4))) * 12 + Number(day.slice(5, 7)) - 1;
  }

  /** First day of that month; null at the end, which is today. @param {number} month */
  dayOf(month) {
    if (month >= Number(this.slider.max)) return null;
    const year = Number(this.first.slice(0, 4)) + Math.floor(month / 12);
    return `${year}-${String((month % 12) + 1).padStart(2, "0")}-01`;
  }
}
