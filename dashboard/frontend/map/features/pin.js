/** A place that somebody searched, by its coordinates or its name: a pin, and a popup that says what is there. */

import { element, svgElement } from "../../dom.js";
import { describePosition } from "../controls/position.js";
import { nameDialog } from "./popup_dialog.js";

const NEAR_ZOOM = 13;

export class Pin {
  /** @param {Atlas} atlas */
  constructor(atlas) {
    this.atlas = atlas;
    atlas.map.on("popupclose", ({ popup }) => { if (popup === this.popup) this.remove(); });
  }

  /** @param {L.LatLng} latlng @param {{name: string, detail: string, zoom: number}} [named] */
  show(latlng, named) {
    const { map, view, layers, texts } = this.atlas;
    this.remove();
    this.marker = L.marker(latlng, { icon: pinIcon(), interactive: false, keyboard: false }).addTo(map);
    const text = named?.name ?? describePosition(latlng, layers, texts);
    const lines = [element("p", { class: "atlas-place", text })];
    if (named?.detail) lines.push(element("p", { class: "atlas-place-detail", text: named.detail }));
    const popup = L.popup({ className: "atlas-popup-frame", offset: [0, -26], minWidth: 120 })
      .setLatLng(latlng)
      .setContent(element("div", {}, lines));
    this.popup = popup;
    map.once("moveend", () => {
      if (this.popup !== popup) return;
      popup.openOn(map);
      nameDialog(popup, text, texts);
    });
    view.flyToPlace(latlng, named?.zoom ?? NEAR_ZOOM, named?.zoom);
  }

  remove() {
    const { popup, marker } = this;
    this.popup = undefined;
    this.marker = undefined;
    popup?.remove();
    marker?.remove();
  }
}

function pinIcon() {
  const drop = svgElement("svg", { viewBox: "0 0 24 32", width: 24, height: 32, "aria-hidden": "true" }, [
    svgElement("path", { d: "M12 31C5 21 2 17 2 12a10 10 0 0 1 20 0c0 5-3 9-10 19Z" }),
    svgElement("circle", { cx: 12, cy: 12, r: 4 }),
  ]);
  return L.divIcon({ className: "atlas-pin", html: /** @type {any} */ (drop), iconSize: [24, 32], iconAnchor: [12, 31] });
}
