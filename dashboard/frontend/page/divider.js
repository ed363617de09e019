/** The divider between map and panel: dragged, or moved by arrow keys; the browser remembers where it is. */

import { find, setAttributes } from "../dom.js";

const WIDTH_KEY = "twente-atlas.panel-width";
const LEAST_PX = 336;
const STEP_PX = 32;

/** The map keeps this part of the window. */
const MOST_SHARE = 0.65;

export function startDivider() {
  const divider = find(".atlas-divider", HTMLElement);
  const root = document.documentElement;
  const width = () => Math.round(window.innerWidth - divider.getBoundingClientRect().left - divider.offsetWidth / 2);
  const tell = () => setAttributes(divider, { "aria-valuenow": width() });

  /** @param {number} px */
  const set = (px) => {
    root.style.setProperty("--chosen-width", `${Math.max(LEAST_PX, Math.min(px, MOST_SHARE * window.innerWidth))}px`);
    tell();
  };
  const keep = () => {
    try { localStorage.setItem(WIDTH_KEY, String(width())); } catch { /* It holds until the page is left. */ }
  };
  let kept = NaN;
  try { kept = Number.parseInt(localStorage.getItem(WIDTH_KEY) ?? "", 10); } catch { /* Then as the style sheet has it. */ }
  if (kept > 0) set(kept);
  setAttributes(divider, { "aria-valuemin": LEAST_PX, "aria-valuemax": Math.round(MOST_SHARE * window.innerWidth) });
  tell();

  divider.addEventListener("pointerdown", ({ pointerId, button }) => { if (button === 0) divider.setPointerCapture(pointerId); });
  divider.addEventListener("pointermove", ({ pointerId, clientX }) => {
    if (divider.hasPointerCapture(pointerId)) set(window.innerWidth - clientX);
  });
  divider.addEventListener("lostpointercapture", keep);
  divider.addEventListener("keydown", (event) => {
    const step = { ArrowLeft: STEP_PX, ArrowRight: -STEP_PX }[event.key];
    if (!step) return;
    event.preventDefault();
    set(width() + step);
    keep();
  });
}
