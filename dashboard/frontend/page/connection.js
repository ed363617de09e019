/** Shows a notice while the server does not answer, with a button to ask again. */

import { find } from "../dom.js";

/** Shorter breaks cause no notice. */
const BREAK_MS = 1500;

/** Streamlit has to take note of its connection first. */
const AFTER_OPENING_MS = 100;

export function watchConnection() {
  // Streamlit's own dialog is in English, covers the whole page and speaks of terminals.
  window.__streamlit = { ...window.__streamlit, HOST_CONFIG: { blockErrorDialogs: true } };
  const notice = find("#atlas-connection", HTMLElement);
  const live = find("#atlas-live", HTMLElement);
  const retry = find("button", HTMLButtonElement, notice);
  let waiting = 0;
  let wasOpen = false;
  const lose = () => {
    clearTimeout(waiting);
    waiting = window.setTimeout(() => { notice.hidden = false; }, BREAK_MS);
  };
  const recover = () => {
    clearTimeout(waiting);
    if (!notice.hidden) live.textContent = notice.dataset.back ?? "";
    notice.hidden = true;
    // A restarted server knows of this page only what the address says. Streamlit sends the address that the page
    // began with, unless it hears of a change.
    if (wasOpen) setTimeout(() => window.dispatchEvent(new PopStateEvent("popstate")), AFTER_OPENING_MS);
    wasOpen = true;
  };
  retry.addEventListener("click", () => askAgain(retry));
  window.WebSocket = class extends window.WebSocket {
    /** @param {ConstructorParameters<typeof WebSocket>} address */
    constructor(...address) {
      super(...address);
      this.addEventListener("open", recover);
      this.addEventListener("close", lose);
    }
  };
}

/** Reload the page, whose address holds everything, if the server answers. @param {HTMLButtonElement} button */
async function askAgain(button) {
  const health = `${window.location.pathname.replace(/\/?$/, "/")}_stcore/health`;
  button.disabled = true;
  try {
    if ((await fetch(health, { cache: "no-store", signal: AbortSignal.timeout(5000) })).ok) window.location.reload();
  } catch {
    // The notice says that the page goes on trying.
  }
  button.disabled = false;
}
