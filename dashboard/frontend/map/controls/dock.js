/** Where the list of layers is: docked beside a map that has room for both, else a sheet over the map, which a button opens. */

import { button } from "../../dom.js";
import { isFramed, isInDashboard, send } from "../messages.js";

/** Windows are this wide where the list is docked; of them, the panel of the dashboard leaves its frame the second. */
const DOCKED_PX = isInDashboard ? 672 : 1024;

const FOLDED_KEY = "twente-atlas.layers-folded";

export class Dock {
  /** @param {Atlas} atlas @param {HTMLDetailsElement} details @param {HTMLElement} summary */
  constructor(atlas, details, summary) {
    const { map, texts } = atlas;
    this.atlas = atlas;
    this.details = details;
    this.summary = summary;
    this.container = map.getContainer();
    this.room = window.matchMedia(`(min-width: ${DOCKED_PX}px) and (min-height: 480px)`);
    this.isFolded = wasFolded();
    this.container.before(details);
    summary.addEventListener("click", (event) => {
      event.preventDefault();
      this.toggle();
    });
    details.addEventListener("keydown", (event) => {
      if (event.key !== "Escape" || this.isDocked || !details.open) return;
      event.stopPropagation();
      this.toggle();
    });
    const close = button({ class: "atlas-panel-close", "aria-label": texts.closeLayers, title: texts.closeLayers, text: "×" }, () => this.toggle());
    summary.after(close);
    this.room.addEventListener("change", () => this.settle());
    this.settle();
  }

  get isDocked() {
    return this.room.matches;
  }

  /** Take the place that the width of the window gives. */
  settle() {
    const { atlas: { map, reach }, details, isDocked } = this;
    document.documentElement.classList.toggle("atlas-docked", isDocked);
    this.open(isDocked && !this.isFolded);
    details.classList.remove("atlas-opening");
    map.invalidateSize({ animate: false });
    reach?.placeLegend();
  }

  /** @param {boolean} isOpen */
  open(isOpen) {
    this.details.open = isOpen;
    this.summary.title = isOpen && this.isDocked ? this.atlas.texts.foldLayers : "";
  }

  /** Open or close it. Beside the map, the ground stays where it is on the screen, and the browser remembers it. */
  toggle() {
    const { atlas: { map, view }, details, container } = this;
    const before = container.getBoundingClientRect().left;
    this.open(!details.open);
    if (!this.isDocked) {
      details.classList.toggle("atlas-opening", details.open);
      if (details.open) send("sheet", {});
      else this.summary.focus();
      return;
    }
    this.isFolded = !details.open;
    remember(this.isFolded);
    // A map at home would fit the region anew.
    view.isAtHome = false;
    map.invalidateSize({ animate: false, pan: false });
    map.panBy([container.getBoundingClientRect().left - before, 0], { animate: false });
  }
}

/** The frame of the dashboard has no storage: its page keeps it, and says it in the frame's address. */
function wasFolded() {
  if (isInDashboard) return window.location.hash === "#folded";
  try { return !isFramed && localStorage.getItem(FOLDED_KEY) === "1"; } catch { return false; }
}

/** @param {boolean} isFolded */
function remember(isFolded) {
  send("folded", { isFolded });
  if (isFramed) return;
  try { localStorage.setItem(FOLDED_KEY, isFolded ? "1" : ""); } catch { /* It holds until the map is left. */ }
}
