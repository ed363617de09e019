/** Whether the server hears us: a notice while it does not, and the way to ask again. */

/** Short breaks pass unseen. */
const BREAK_MS = 1500;

/** Streamlit has to take note of its connection first. */
const AFTER_OPENING_MS = 100;

export function watchConnection() {
  // Streamlit would say it in English, over all of the page, and speak of terminals.
  window.__streamlit = { ...window.__streamlit, HOST_CONFIG: { blockErrorDialogs: true } };
  const notice = document.querySelector("#atlas-connection");
  const live = document.querySelector("#atlas-live");
  let waiting;
  let wasOpen = false;
  const lose = () => {
    clearTimeout(waiting);
    waiting = setTimeout(() => { notice.hidden = false; }, BREAK_MS);
  };
  const find = () => {
    clearTimeout(waiting);
    if (!notice.hidden) live.textContent = notice.dataset.back;
    notice.hidden = true;
    // A server that began anew knows nothing of this page but what the address says, and Streamlit tells it the
    // address that the page began with, unless it hears of another.
    if (wasOpen) setTimeout(() => window.dispatchEvent(new PopStateEvent("popstate")), AFTER_OPENING_MS);
    wasOpen = true;
  };
  notice.querySelector("button").addEventListener("click", askAgain);
  window.WebSocket = class extends window.WebSocket {
    constructor(...address) {
      super(...address);
      this.addEventListener("open", find);
      this.addEventListener("close", lose);
    }
  };
}

/** The address knows what is on the screen, so a server that answers is asked for all of it anew. */
async function askAgain({ currentTarget: button }) {
  const health = `${window.location.pathname.replace(/\/?$/, "/")}_stcore/health`;
  button.disabled = true;
  try {
    if ((await fetch(health, { cache: "no-store", signal: AbortSignal.timeout(5000) })).ok) window.location.reload();
  } catch {
    // The notice says that we go on trying.
  }
  button.disabled = false;
}
