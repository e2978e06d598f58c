/** Save, share, embed: what is done with the view that is on the screen. */
import { make } from "./answer-card.mjs";
import { toGeoJson } from "./drawing.mjs";
import { dropDraft } from "./drawing-store.mjs";

export class ShareTool {
  /**
   * @param {HTMLElement} panel @param {import("./draw-tool.mjs").DrawTool} draw
   * @param {{lang: string, texts: {[key: string]: string}}} words
   */
  constructor(panel, draw, { lang, texts }) {
    Object.assign(this, { panel, draw, lang, texts });
    this.form = panel.querySelector("form");
    this.part = (name) => panel.querySelector(`[data-part=${name}]`);
    this.form?.addEventListener("submit", (event) => { event.preventDefault(); this.save(false); });
    panel.addEventListener("click", (event) => {
      const act = event.target.closest("[data-do]")?.dataset.do;
      if (act === "copy-address") this.copy(this.part("address"));
      else if (act === "copy-frame") this.copy(this.part("frame"));
      else if (act === "save-over") this.save(true);
    });
    for (const name of ["frame-title", "frame-height"]) this.part(name).addEventListener("input", () => this.write());
    draw.panel.addEventListener("drawing:view", (event) => this.tellView(event.detail));
    addEventListener("hashchange", () => this.write());
  }

  opened() {
    this.write();
  }

  closed() {
    this.say("");
  }

  /** The address as it is now, and the frame that shows it. */
  write() {
    this.part("address").value = location.href;
    const source = new URL("/map/embed", location.href);
    source.search = new URLSearchParams({ lang: this.lang }).toString();
    source.hash = location.hash;
    const frame = make("iframe", {
      src: source.href, title: this.part("frame-title").value.trim() || this.texts.frame_title, loading: "lazy",
      width: "100%", height: String(Math.max(200, Math.min(2000, Number(this.part("frame-height").value) || 480))),
    });
    this.part("frame").value = frame.outerHTML; // the browser escapes what stands in the attributes
  }

  /** @param {HTMLInputElement | HTMLTextAreaElement} field */
  async copy(field) {
    this.write();
    try {
      await navigator.clipboard.writeText(field.value);
      this.say(this.texts.copied);
    } catch {
      field.focus();
      field.select();
      this.say(document.execCommand("copy") ? this.texts.copied : this.texts.copy_failed);
    }
  }

  /** @param {boolean} over the view that is open, or a new one */
  async save(over) {
    const open = this.draw.view;
    const content = {
      name: this.form.elements.name.value.trim(), audience: this.form.elements.audience.value,
      state: location.hash.replace(/^#/, ""), drawing: toGeoJson(this.draw.drawing.shapes),
      ...(over ? { version: open.version } : {}),
    };
    try {
      const answer = await fetch(over ? `/map/views/${open.id}` : "/map/views", {
        method: over ? "PUT" : "POST", credentials: "same-origin", body: JSON.stringify(content),
        headers: { "Content-Type": "application/json", Accept: "application/json", "X-CSRF-Token": this.panel.dataset.csrf },
      });
      const said = await answer.json();
      if (!answer.ok) { this.say((this.lang === "vi" && said.detail_vi) || said.detail); return; }
      this.saved(said, content.drawing);
    } catch {
      this.say(this.texts.away); // what was typed and drawn stays
    }
  }

  /** What was saved is open from now on, and no longer a draft. */
  saved(view, drawing) {
    dropDraft(this.draw.draft);
    this.draw.view = { ...view, drawing };
    this.draw.belongTo(`?view=${view.id}`);
    history.replaceState(null, "", `${location.pathname}?view=${view.id}${location.hash}`);
    this.tellView({ view: this.draw.view, problem: null, hasDraft: false });
    this.say(this.texts.saved.replace("%name", view.name).replace("%version", view.version));
    this.write();
  }

  tellView({ view, problem, hasDraft }) {
    const bar = document.getElementById("view-name");
    if (problem) {
      bar.replaceChildren(make("span", {}, (this.lang === "vi" && problem.detail_vi) || problem.detail || this.texts.away));
      bar.hidden = false;
      return;
    }
    if (!view) return;
    const parts = [make("strong", {}, view.name)];
    if (hasDraft) {
      const back = make("button", { type: "button" }, this.texts.drop_draft);
      back.addEventListener("click", () => { dropDraft(this.draw.draft); this.draw.replace(view.drawing); this.tellView({ view, problem, hasDraft: false }); });
      parts.push(make("span", {}, this.texts.has_draft), back);
    }
    bar.replaceChildren(...parts);
    bar.hidden = false;
    const isMine = Boolean(view.mine);
    const over = this.panel.querySelector("[data-do=save-over]");
    if (over) over.hidden = !isMine;
    if (this.form && isMine) {
      this.form.elements.name.value = view.name;
      this.form.elements.audience.value = view.audience;
    }
  }

  say(text) {
    this.part("said").textContent = text;
  }
}
