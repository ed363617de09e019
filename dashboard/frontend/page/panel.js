/** The panel beside the map: scrolled into view, and its title read out when it changes. */

import { find } from "../dom.js";

const NARROW_PX = 900;

/** Streamlit draws the panel in several steps. */
const ANNOUNCE_MS = 250;

const panel = () => document.querySelector(".st-key-panel");

export function scrollPanelToTop() {
  panel()?.scrollTo(0, 0);
}

export function showPanel() {
  if (window.innerWidth < NARROW_PX) panel()?.scrollIntoView({ behavior: "smooth" });
  panel()?.querySelector("h2")?.focus();
}

/** Tell screen readers when a panel inside an element shows something else. @param {Element} workspace */
export function announcePanel(workspace) {
  /** @type {string | undefined} */
  let before;
  let timer = 0;
  const announce = () => {
    const title = panel()?.querySelector("h2")?.textContent;
    if (title === undefined) return;
    if (before !== undefined && title !== before) find("#atlas-live", HTMLElement).textContent = title;
    before = title;
  };
  const soon = () => {
    clearTimeout(timer);
    timer = window.setTimeout(announce, ANNOUNCE_MS);
  };
  const observer = new MutationObserver(soon);
  observer.observe(workspace, { childList: true, subtree: true });
  soon();
  return observer;
}
