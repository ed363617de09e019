/** The number on a symbol that stands for several, and the list of all of them that it opens. */

import { button, element } from "../../dom.js";
import { swatch } from "../style/symbols.js";
import { kindOf } from "./popup.js";
import { nameDialog } from "./popup_dialog.js";

/** Large enough for a finger; what is seen is smaller. */
const BADGE_BUTTON_PX = 24;

/** @param {Atlas} atlas @param {GroupedSymbol} front @param {L.Point} offset from the middle of its symbol */
export function groupBadge(atlas, { entry, markers: [marker], others }, offset) {
  const { map, texts } = atlas;
  const latlng = marker.getLatLng();
  const entries = [entry, ...others.map((other) => other.entry)];
  const title = texts.moreHere.replace("{name}", entry.properties.name ?? texts.unnamed).replace("{count}", String(others.length));
  // The keys reach each feature of the group on their own, so that the number is no tab stop.
  const badge = button({ class: "atlas-group", title, "aria-label": title, tabindex: -1 }, (event) => {
    L.DomEvent.stop(event);
    openList(atlas, title, entries, latlng);
  });
  badge.append(element("span", { text: `+${others.length}` }));
  const icon = L.divIcon({ className: "atlas-group-place", html: badge, iconSize: [BADGE_BUTTON_PX, BADGE_BUTTON_PX] });
  const place = map.unproject(map.project(latlng).add(offset));
  return L.marker(place, { icon, keyboard: false, interactive: false });
}

/** @param {Atlas} atlas @param {string} title @param {Entry[]} entries @param {L.LatLng} latlng */
function openList({ map, selection, texts, theme: { isDark } }, title, entries, latlng) {
  const rows = entries.map((entry) => {
    const row = button({}, (event) => {
      // The list closes, and Leaflet would take the click for one beside it.
      event.stopPropagation();
      selection.choose(entry, latlng);
      selection.element?.focus();
    });
    row.append(swatch("point", entry.layer.lookOf(entry)), element("span", {}, [
      entry.properties.name ?? texts.unnamed, element("small", { text: kindOf(entry) }),
    ]));
    return element("li", {}, [row]);
  });
  const content = element("article", { class: "atlas-popup" }, [element("h2", { text: title }), element("ul", { class: "atlas-group-list" }, rows)]);
  const popup = L.popup({ className: "atlas-popup-frame", maxWidth: 300, maxHeight: 360 }).setLatLng(latlng).setContent(content).openOn(map);
  nameDialog(popup, title, texts);
  popup.getElement()?.focus();
}
