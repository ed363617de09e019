/** The tooltip with the name of the feature under the pointer; one serves all layers. */

import { element } from "../../dom.js";

/** Between a name and the edge of the map. */
const NAME_EDGE_PX = 4;

/** A name below the pointer keeps clear of it. */
const BELOW_POINTER_PX = 34;

/** A tooltip bound to each path would listen for focus, and so make each path a tab stop. */
export class NameTooltip extends L.Tooltip {
  /** @param {L.Map} map */
  constructor(map) {
    super({ className: "atlas-tooltip", direction: "top" });
    this.map = map;
    /** The title of the open popup: the tooltip does not repeat it. @type {string | undefined} */
    this.popupTitle = undefined;
    this.text = "";
    map.on("popupopen", ({ popup }) => {
      this.popupTitle = popup.getElement()?.querySelector("h2")?.textContent;
      this.close();
    });
    map.on("popupclose", () => { this.popupTitle = undefined; });
  }

  /** @param {string | undefined} name @param {L.LatLng} latlng */
  show(name, latlng) {
    if (!name || name === this.popupTitle || this.map.dragging.moving()) return;
    // Leaflet takes a string for HTML; a node holds text as it is.
    if (this.text !== name) this.setContent(element("span", { text: name }));
    this.text = name;
    this.setLatLng(latlng).openOn(this.map);
    this.keepInside();
  }

  /** At an edge of the map, move the name inwards; at the upper one, below the pointer. */
  keepInside() {
    const node = this.getElement();
    if (!node) return;
    node.style.translate = "";
    const name = node.getBoundingClientRect();
    const map = this.map.getContainer().getBoundingClientRect();
    const x = Math.max(map.left + NAME_EDGE_PX - name.left, 0) + Math.min(map.right - NAME_EDGE_PX - name.right, 0);
    const y = name.top < map.top ? name.height + BELOW_POINTER_PX : 0;
    if (x || y) node.style.translate = `${x}px ${y}px`;
  }
}
