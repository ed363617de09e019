/** The selected feature: highlighted, with a popup, or its name beside a panel, and flown to unless somebody clicked it. */

import { isInDashboard, send } from "../messages.js";
import { topOf } from "../layers/rings.js";
import { BUTTONS_PX, nameContent, nameOptions } from "./name_chip.js";
import { kindOf, popupContent } from "./popup.js";
import { nameDialog } from "./popup_dialog.js";

/** Areas and lines fill the screen, but not closer than this. */
const MAX_FLIGHT_ZOOM = 14;

/** From this width on, nothing lies above a popup; on a phone the closed layer panel does. */
const WIDE_PX = 600;

/** Height of most popups, for which there is to be room above an area. */
const POPUP_PX = isInDashboard ? 44 : 190;

/** @param {number} width of the map @param {L.Point} covered by the panel, at the right and at the bottom @returns {L.PopupOptions} */
function popupOptions(width, covered) {
  const isWide = width >= WIDE_PX;
  const maxWidth = isWide ? 300 : Math.min(300, width - BUTTONS_PX - 72);
  return {
    className: "atlas-popup-frame",
    maxWidth,
    minWidth: Math.min(220, maxWidth),
    maxHeight: 360,
    autoPanPaddingTopLeft: [BUTTONS_PX, isWide ? 16 : BUTTONS_PX],
    autoPanPaddingBottomRight: covered.add([16, 16]),
  };
}

export class Selection {
  /** @param {Atlas} atlas */
  constructor(atlas) {
    this.atlas = atlas;
    this.map = atlas.map;
    this.map.on("click", (event) => { if (!atlas.stage.click(event)) this.clear(); });
    this.map.on("popupclose", ({ popup }) => { if (popup === this.popup) this.clear(); });
  }

  get reference() {
    return this.entry?.reference ?? null;
  }

  /** The feature whose name the popup says in place of a label. */
  get named() {
    return isInDashboard && this.popup ? this.entry : undefined;
  }

  /** The popup as an element of the page, if it is open. */
  get element() {
    return this.popup?.getElement();
  }

  /** @param {Entry} entry @param {L.LatLng} latlng where the popup points */
  choose(entry, latlng, { isQuiet = false } = {}) {
    this.mark(entry);
    this.openPopup(entry, latlng);
    this.report(isQuiet);
  }

  /** Choose a feature that may be out of sight, and move the map to it. @param {Entry} entry */
  flyTo(entry) {
    const { map, atlas: { view } } = this;
    const bounds = this.atlas.areas.boundsOf(entry);
    this.closePopup();
    this.mark(entry);
    // A popup that pans the map would stop the flight, so it opens on arrival.
    map.once("moveend", () => { if (this.entry === entry) this.point(entry); });
    const room = isArea(entry) ? Math.min(POPUP_PX, map.getSize().y / 4) : 0;
    if (!bounds.getNorthEast().equals(bounds.getSouthWest())) view.flyToBounds(bounds, MAX_FLIGHT_ZOOM, room);
    else view.flyToPlace(bounds.getCenter(), entry.layer.nearZoom);
  }

  /** Choose a feature without moving the map; the popup points at a place on the feature. @param {Entry} entry */
  point(entry) {
    this.choose(entry, anchorOf(entry), { isQuiet: true });
  }

  clear({ isQuiet = false } = {}) {
    const { entry } = this;
    if (!entry) return;
    this.entry = undefined;
    entry.layer.select(undefined);
    this.atlas.areas.show(undefined);
    this.atlas.groups.follow();
    const hadFocus = this.element?.contains(document.activeElement);
    this.closePopup();
    this.report(isQuiet);
    if (hadFocus && !this.atlas.keys.focus(entry)) this.map.getContainer().focus();
  }

  /** Tell screen readers, the address and, unless it knows already, the page what is selected. @param {boolean} isQuiet */
  report(isQuiet) {
    const { entry, atlas: { announcer, state, texts } } = this;
    if (!isQuiet) send("select", { feature: this.reference });
    if (entry) announcer.say(`${entry.properties.name ?? texts.unnamed}, ${kindOf(entry)}`);
    state.writeAddress();
  }

  /** @param {Entry} entry */
  mark(entry) {
    if (this.entry?.layer !== entry.layer) this.entry?.layer.select(undefined);
    this.entry = entry;
    entry.layer.select(entry);
    this.atlas.areas.show(entry);
    this.atlas.groups.follow();
  }

  /** @param {Entry} entry @param {L.LatLng} latlng */
  openPopup(entry, latlng) {
    const { map, atlas: { texts, view } } = this;
    this.closePopup();
    const options = isInDashboard ? nameOptions(entry, view.covered) : popupOptions(map.getSize().x, view.covered);
    this.popup = L.popup(options).setLatLng(latlng).setContent(this.content(entry)).openOn(map);
    nameDialog(this.popup, entry.properties.name ?? texts.unnamed, texts);
    if (isInDashboard) this.atlas.labels.request();
    if (entry.isPartial) this.complete(entry);
  }

  /** @param {Entry} entry */
  content(entry) {
    if (isInDashboard) return nameContent(entry, this.atlas.texts);
    const onRetry = () => {
      entry.isOutOfReach = false;
      this.popup?.setContent(this.content(entry));
      this.complete(entry);
    };
    const onGrow = () => { this.popup?.update(); this.element?.focus(); };
    return popupContent(entry, { ...this.atlas, onRetry, onGrow });
  }

  /** Show the rest of a feature once it is there. @param {Entry} entry */
  async complete(entry) {
    await entry.layer.complete(entry).catch(() => { entry.isOutOfReach = true; });
    if (this.entry === entry) this.popup?.setContent(this.content(entry));
  }

  /** Close the popup, but keep the selection; closing it by hand ends both. */
  closePopup() {
    const { popup } = this;
    this.popup = undefined;
    if (!popup) return;
    this.map.closePopup(popup);
    if (isInDashboard) this.atlas.labels.request();
  }
}

/** Whether a feature is an area without a symbol in its place. @param {Entry} entry */
function isArea({ paths: [path], symbols }) {
  return path instanceof L.Polygon && !symbols.length;
}

/** A place on the feature itself, even where its middle is not; at the top of an area, which the popup would cover.
 * @param {Entry} entry */
function anchorOf({ paths: [path], symbols }) {
  if (path instanceof L.CircleMarker) return path.getLatLng();
  if (path instanceof L.Polygon) return symbols[0]?.getLatLng() ?? topOf(path);
  const line = /** @type {L.LatLng[]} */ (path.getLatLngs().flat(2));
  return line[Math.floor(line.length / 2)];
}
