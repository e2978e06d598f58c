/**
 * Suggestions under the search box of the header: a combobox with a list, as WAI-ARIA describes it.
 * Without this script the box is a form that asks /search. An answer that comes too late is dropped;
 * when the server is away the box keeps what was typed and stays a form.
 */
const WAIT_MS = 120;

for (const form of document.querySelectorAll("form[data-search]")) attach(form);

/** @param {HTMLFormElement} form */
function attach(form) {
  const input = form.querySelector("input[type=search]");
  const kinds = new Map(form.dataset.kinds.split(";").filter(Boolean).map((pair) => pair.split("=")));
  const list = document.createElement("ul");
  list.className = "suggestions";
  list.id = "search-suggestions";
  list.setAttribute("role", "listbox");
  list.setAttribute("aria-label", input.getAttribute("aria-label"));
  list.hidden = true;
  form.append(list);
  for (const [name, value] of [["role", "combobox"], ["aria-expanded", "false"], ["aria-controls", list.id], ["aria-autocomplete", "list"]]) input.setAttribute(name, value);

  let shown = [];
  let chosen = -1;
  let timer = 0;
  let asking = null;

  const close = () => {
    list.hidden = true;
    chosen = -1;
    input.setAttribute("aria-expanded", "false");
    input.removeAttribute("aria-activedescendant");
  };
  const mark = (place) => {
    chosen = place;
    [...list.children].forEach((item, i) => item.setAttribute("aria-selected", String(i === place)));
    const item = list.children[place];
    if (item) {
      input.setAttribute("aria-activedescendant", item.id);
      item.scrollIntoView({ block: "nearest" });
    } else input.removeAttribute("aria-activedescendant");
  };
  const go = (one) => {
    const language = new URLSearchParams(location.search).get("lang");
    const target = new URL(one.page ?? one.map ?? `/search?q=${encodeURIComponent(one.title)}`, location.href);
    if (language) target.searchParams.set("lang", language);
    close();
    if (target.pathname === location.pathname && target.hash && target.search === location.search) location.hash = target.hash;
    else location.assign(target);
  };
  const show = (results) => {
    shown = results;
    list.replaceChildren(...results.map((one, place) => item(one, place, kinds, () => go(one))));
    list.hidden = results.length === 0;
    input.setAttribute("aria-expanded", String(results.length > 0));
    chosen = -1;
  };
  const ask = async () => {
    const typed = input.value.trim();
    asking?.abort();
    if (!typed) return close();
    asking = new AbortController();
    try {
      const answer = await fetch(`/autocomplete?q=${encodeURIComponent(typed)}`, { signal: asking.signal });
      if (answer.ok && input.value.trim() === typed) show((await answer.json()).results);
    } catch (error) {
      if (error.name !== "AbortError") close();
    }
  };

  input.addEventListener("input", () => {
    clearTimeout(timer);
    timer = setTimeout(ask, WAIT_MS);
  });
  input.addEventListener("keydown", (event) => {
    if (event.key === "Escape") return close();
    if (list.hidden) return undefined;
    const last = shown.length - 1;
    if (event.key === "ArrowDown") mark(chosen === last ? 0 : chosen + 1);
    else if (event.key === "ArrowUp") mark(chosen <= 0 ? last : chosen - 1);
    else if (event.key === "Enter" && chosen >= 0) go(shown[chosen]);
    else return undefined;
    return event.preventDefault();
  });
  input.addEventListener("blur", () => setTimeout(close, 150));
}

/** One line of the list. Names are text, whatever is in them. */
function item(one, place, kinds, onChoose) {
  const line = document.createElement("li");
  line.className = "suggestion";
  line.id = `search-suggestion-${place}`;
  line.setAttribute("role", "option");
  line.setAttribute("aria-selected", "false");
  for (const [name, text] of [["title", one.title], ["kind", kinds.get(one.kind) ?? ""], ["where", one.context]]) {
    if (!text) continue;
    const part = document.createElement("span");
    part.className = `suggestion-${name}`;
    part.textContent = text;
    line.append(part);
  }
  line.addEventListener("pointerdown", (event) => {
    event.preventDefault();
    onChoose();
  });
  return line;
}
