/**
 * When the server cannot be reached: a banner with a button that asks again, on every page, and no form that is lost.
 * A page learns of it from the browser, or from any request of its own that does not get through. When the server
 * answers again the banner goes, and `connection:back` is dispatched on the window.
 */

const ASK_AGAIN_MS = 5_000;
const PATIENCE_MS = 8_000;

const banner = document.getElementById("connection");
const plainFetch = window.fetch.bind(window);
let timer = 0;

/** Say that the server is away, and ask until it is back. */
function away() {
  if (!banner || !banner.hidden) return;
  banner.hidden = false;
  timer = setTimeout(askAgain, ASK_AGAIN_MS);
}

/** @returns {Promise<boolean>} whether the server answers; how it fares is another matter */
async function isThere() {
  try {
    await plainFetch("/health", { cache: "no-store", signal: AbortSignal.timeout(PATIENCE_MS) });
    return true;
  } catch {
    return false;
  }
}

async function askAgain() {
  clearTimeout(timer);
  if (await isThere()) {
    banner.hidden = true;
    banner.querySelector("[data-kept]").hidden = true;
    dispatchEvent(new Event("connection:back"));
  } else timer = setTimeout(askAgain, ASK_AGAIN_MS);
}

if (banner) {
  window.fetch = async (...asked) => {
    try {
      return await plainFetch(...asked);
    } catch (problem) {
      if (problem instanceof TypeError) away(); // given up by the page itself is something else
      throw problem;
    }
  };
  addEventListener("offline", away);
  addEventListener("connection:away", away); // from whoever loads by other ways, such as the tiles of a map
  addEventListener("online", askAgain);
  banner.querySelector("button").addEventListener("click", askAgain);
  // A form that replaces the page would take what was typed with it: while the server is away, first see that
  // somebody takes it. Otherwise the browser sends it at once, as it would without us.
  document.addEventListener("submit", async (event) => {
    const form = event.target;
    if (event.defaultPrevented || form.method !== "post" || form.dataset.sure || form.target === "_blank") return;
    if (banner.hidden && navigator.onLine) return;
    event.preventDefault();
    const { submitter } = event;
    if (await isThere()) {
      form.dataset.sure = "true";
      form.requestSubmit(submitter);
      delete form.dataset.sure;
    } else {
      away();
      banner.querySelector("[data-kept]").hidden = false;
    }
  });
}
