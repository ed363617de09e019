/** Words on the map beside a place that a ring marks: what a chapter of the story is about. */

import { element, svgElement } from "../../dom.js";

const ANNOTATION_PX = 44;

/** Between the words and what covers the map. */
const WORDS_EDGE_PX = 8;

const OPPOSITE = { left: "right", right: "left", above: "below", below: "above" };

export class Annotation {
  /** @param {Atlas} atlas */
  constructor(atlas) {
    this.atlas = atlas;
    /** @type {L.Marker | undefined} */
    this.marker = undefined;
    /** @type {AnnotationWords["side"]} */
    this.side = "right";
    atlas.map.on("moveend resize", () => this.place());
  }

  /** @param {AnnotationWords | undefined} words none take the last ones away */
  show(words) {
    this.marker?.remove();
    this.marker = undefined;
    this.atlas.labels.request();
    if (!words || !Number.isFinite(words.lat) || !Number.isFinite(words.lng) || !(words.side in OPPOSITE)) return;
    this.side = words.side;
    const ring = svgElement("svg", { viewBox: "-22 -22 44 44", "aria-hidden": "true" }, [svgElement("circle", { r: 18 })]);
    const html = element("div", { role: "note" }, [ring, element("p", { text: words.text })]);
    const icon = L.divIcon({ className: "atlas-annotation", html, iconSize: [ANNOTATION_PX, ANNOTATION_PX] });
    this.marker = L.marker([words.lat, words.lng], { icon, interactive: false, keyboard: false, zIndexOffset: 2000 }).addTo(this.atlas.map);
    this.place();
  }

  /** On the other side where its own has no room. */
  place() {
    const node = this.marker?.getElement();
    if (!node) return;
    for (const side of [this.side, OPPOSITE[this.side]]) {
      node.dataset.side = side;
      if (this.isInSight(node)) return;
    }
    node.dataset.side = this.side;
  }

  /** @param {HTMLElement} node */
  isInSight(node) {
    const { map, view: { covered } } = this.atlas;
    const { left, top, right, bottom } = map.getContainer().getBoundingClientRect();
    const words = /** @type {HTMLElement} */ (node.querySelector("p")).getBoundingClientRect();
    return words.left >= left + WORDS_EDGE_PX && words.right <= right - covered.x - WORDS_EDGE_PX
      && words.top >= top + WORDS_EDGE_PX && words.bottom <= bottom - covered.y - WORDS_EDGE_PX;
  }
}
