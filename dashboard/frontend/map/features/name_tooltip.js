/** The tooltip with the name of the feature under the pointer; one serves all layers. */

import { element } from "../../dom.js";

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
  }
}
