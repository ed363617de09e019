/** The frame of the map document, and the notice in its place if the map does not come. */

import { element, find } from "../dom.js";
import { besidePage } from "./location.js";

/** A map that is not ready within this time counts as missing. */
const PATIENCE_MS = 15_000;

/** The frame that the page began with, or a new one.
 * @param {HTMLElement} parent @param {Attributes} attributes of the frame */
export function placeFrame(parent, attributes) {
  /** @type {HTMLIFrameElement | null} */
  const early = document.querySelector("body > iframe.atlas-frame");
  try {
    if (early) {
      parent.moveBefore(early, null);
      return early;
    }
  } catch {
    early?.remove();
  }
  const frame = element("iframe", attributes);
  loadMap(frame);
  parent.append(frame);
  return frame;
}

/** Load the map with what the page's address says. @param {HTMLIFrameElement} frame */
export function loadMap(frame) {
  frame.src = besidePage("map");
}

/** Remember whether the list of layers is folded: the frame has no storage, and reads it in its address.
 * @param {boolean} isFolded */
export function keepFolded(isFolded) {
  try { localStorage.setItem("twente-atlas.layers-folded", isFolded ? "1" : ""); } catch { /* It holds until the page is left. */ }
}

/** The notice that the map is missing, which offers to load it again. */
export class MissingMap {
  /** @type {HTMLElement | undefined} */
  notice = undefined;

  /** @param {() => void} onRetry */
  constructor(onRetry) {
    this.onRetry = onRetry;
    this.wait();
  }

  /** Show the notice unless `stop` is called in time. */
  wait() {
    this.timer = window.setTimeout(() => {
      const { content } = find("#atlas-map-missing", HTMLTemplateElement);
      const notice = find(".atlas-missing", HTMLElement, /** @type {DocumentFragment} */ (content.cloneNode(true)));
      find("button", HTMLElement, notice).addEventListener("click", () => {
        notice.remove();
        this.onRetry();
        this.wait();
      });
      this.notice = notice;
      document.body.append(notice);
    }, PATIENCE_MS);
  }

  stop() {
    clearTimeout(this.timer);
    this.notice?.remove();
  }
}
