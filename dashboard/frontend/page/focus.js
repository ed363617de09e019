/** Who uses the keyboard stays where they were, though the answer to a key replaces what had the focus. */

import { find } from "../dom.js";

export function keepFocus() {
  /** What has the focus in the panel, by keyboard. @type {Element | null} */
  let held = null;
  document.addEventListener("focusin", ({ target }) => {
    held = target instanceof Element && target.matches(".st-key-panel :focus-visible") ? target : null;
  });
  new MutationObserver(() => {
    if (!held || held.isConnected || document.activeElement !== document.body) return;
    // The same link in what is there now, or the heading of that.
    const address = held.getAttribute("href");
    const same = address && document.querySelector(`.st-key-panel a[href="${CSS.escape(address)}"]`);
    const next = same || document.getElementById("atlas-panel");
    if (next instanceof HTMLElement) next.focus();
  }).observe(find("#root", HTMLElement), { childList: true, subtree: true });
}
