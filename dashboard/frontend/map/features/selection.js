/** The selected feature: highlighted, with a popup, and flown to unless somebody clicked it on the map. */

import { send } from "../messages.js";
import { kindOf, popupContent } from "./popup.js";
import { nameDialog } from "./popup_dialog.js";

/** Areas and lines fill the screen, but not closer than this. */
const MAX_FLIGHT_ZOOM = 14;

/** Room for the buttons left of a popup, and on a phone for the closed layer panel above it. */
const BUTTONS_PX = 68;
const WIDE_PX = 600;

/** @param {number} width of the map @returns {L.PopupOptions} */
function popupOptions(width) {
  const isWide = width >= WIDE_PX;
  const maxWidth = isWide ? 300 : Math.min(300, width - BUTTONS_PX - 72);
  return {
    className: "atlas-popup-frame",
    maxWidth,
    minWidth: Math.min(220, maxWidth),
    maxHeight: 360,
    autoPanPaddingTopLeft: [BUTTONS_PX, isWide ? 16 : BUTTONS_PX],
    autoPanPaddingBottomRight: [16, 16],
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

  /** The popup as an element of the page, if it is open. */
  get element() {
    return this.popup?.getElement();
  }

  /** @param {DataLayer} layer @param {Entry} entry @param {L.LatLng} latlng where the popup points */
  choose(layer, entry, latlng, { isQuiet = false } = {}) {
    this.mark(layer, entry);
    this.openPopup(layer, entry, latlng);
    this.report(isQuiet);
  }

  /** Choose a feature that may be out of sight, and move the map to it.
   * @param {DataLayer} layer @param {Entry} entry */
  flyTo(layer, entry) {
    const { map, atlas: { view } } = this;
    const bounds = layer.boundsOf(entry);
    this.closePopup();
    this.mark(layer, entry);
    // A popup that pans the map would stop the flight, so it opens on arrival.
    map.once("moveend", () => { if (this.entry === entry) this.point(layer, entry); });
    if (!bounds.getNorthEast().equals(bounds.getSouthWest())) view.flyToBounds(bounds, MAX_FLIGHT_ZOOM);
    else map.flyTo(bounds.getCenter(), Math.max(map.getZoom(), layer.nearZoom), view.flight());
  }

  /** Choose a feature without moving the map; the popup points at a place on the feature.
   * @param {DataLayer} layer @param {Entry} entry */
  point(layer, entry) {
    this.choose(layer, entry, anchorOf(layer, entry), { isQuiet: true });
  }

  clear({ isQuiet = false } = {}) {
    const { layer, entry } = this;
    if (!layer || !entry) return;
    this.layer = undefined;
    this.entry = undefined;
    layer.select(undefined);
    const hadFocus = this.element?.contains(document.activeElement);
    this.closePopup();
    this.report(isQuiet);
    if (hadFocus && !this.atlas.keys.focus(entry)) this.map.getContainer().focus();
  }

  /** Tell the page, screen readers and the address what is selected.
   * @param {boolean} isQuiet the page around the map knows it already */
  report(isQuiet) {
    const { layer, entry, atlas: { announcer, state, texts } } = this;
    if (!isQuiet) send("select", { feature: this.reference });
    if (layer && entry) announcer.say(`${entry.properties.name ?? texts.unnamed}, ${kindOf(layer.options, entry.properties)}`);
    state.writeAddress();
  }

  /** @param {DataLayer} layer @param {Entry} entry */
  mark(layer, entry) {
    if (this.layer !== layer) this.layer?.select(undefined);
    this.layer = layer;
    this.entry = entry;
    layer.select(entry);
  }

  /** @param {DataLayer} layer @param {Entry} entry @param {L.LatLng} latlng */
  openPopup(layer, entry, latlng) {
    const { map, atlas: { texts } } = this;
    this.closePopup();
    this.popup = L.popup(popupOptions(map.getSize().x)).setLatLng(latlng).setContent(this.content(layer, entry)).openOn(map);
    nameDialog(this.popup, entry.properties.name ?? texts.unnamed, texts);
    if (entry.isPartial) this.complete(layer, entry);
  }

  /** @param {DataLayer} layer @param {Entry} entry */
  content(layer, entry) {
    const onRetry = () => {
      entry.isOutOfReach = false;
      this.popup?.setContent(this.content(layer, entry));
      this.complete(layer, entry);
    };
    const onGrow = () => { this.popup?.update(); this.element?.focus(); };
    return popupContent(layer.options, entry, { ...this.atlas, onRetry, onGrow });
  }

  /** Show the rest of a feature once it is there. @param {DataLayer} layer @param {Entry} entry */
  async complete(layer, entry) {
    await layer.complete(entry).catch(() => { entry.isOutOfReach = true; });
    if (this.entry === entry) this.popup?.setContent(this.content(layer, entry));
  }

  /** Close the popup, but keep the selection; closing it by hand ends both. */
  closePopup() {
    const { popup } = this;
    this.popup = undefined;
    if (popup) this.map.closePopup(popup);
  }
}

/** A place on the feature itself, even where its middle is not. @param {DataLayer} layer @param {Entry} entry */
function anchorOf(layer, entry) {
  const [path] = entry.paths;
  if (path instanceof L.CircleMarker) return path.getLatLng();
  if (path instanceof L.Polygon) return entry.symbols[0]?.getLatLng() ?? layer.boundsOf(entry).getCenter();
  const line = /** @type {L.LatLng[]} */ (path.getLatLngs().flat(2));
  return line[Math.floor(line.length / 2)];
}
