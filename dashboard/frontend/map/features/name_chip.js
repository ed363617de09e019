/** The name of the selected feature on the map, where a panel beside it has what a popup would say. */

import { button, element } from "../../dom.js";
import { send } from "../messages.js";

/** Room for the buttons left of a popup. */
export const BUTTONS_PX = 68;

/** Between the middle of a symbol and what points at it, as Leaflet has it. */
const POINTING_PX = 7;

/** It stands at the edge of a symbol, which stays in view.
 * @param {Entry} entry @param {L.Point} covered by the panel, at the right and at the bottom @returns {L.PopupOptions} */
export function nameOptions({ layer, paths: [path], symbols: [symbol], properties }, covered) {
  const radius = symbol || path instanceof L.CircleMarker ? layer.looks.of(properties).radius : 0;
  return {
    className: "atlas-popup-frame atlas-name-frame",
    offset: [0, POINTING_PX - radius],
    minWidth: 0,
    maxWidth: 240,
    autoPanPaddingTopLeft: [BUTTONS_PX, 12],
    autoPanPaddingBottomRight: covered.add([12, 12]),
  };
}

/** The name, which leads to the details. @param {Entry} entry @param {Texts} texts */
export function nameContent({ properties }, texts) {
  const name = button({ class: "atlas-chosen-name", text: properties.name ?? texts.unnamed, title: texts.more }, () => send("more", {}));
  return element("article", { class: "atlas-popup" }, [element("h2", {}, [name])]);
}

/** What it and an annotation cover, in pixels of the layer pane. @param {L.Map} map @returns {LabelBox[]} */
export function chipBoxes(map) {
  const { mapPane } = map.getPanes();
  const origin = mapPane.getBoundingClientRect();
  return [...mapPane.querySelectorAll(".atlas-name-frame .leaflet-popup-content-wrapper, .atlas-annotation p")].map((name) => {
    const { left, top, right, bottom } = name.getBoundingClientRect();
    return [left - origin.left, top - origin.top, right - origin.left, bottom - origin.top];
  });
}
