/** The chosen feature: highlighted, with a popup that points at it, and flown to when somebody else chose it. */

import { popupContent } from "./popup.js";

/** Areas and lines fill the screen, but not closer than this. */
const MAX_FLIGHT_ZOOM = 14;

/** Room for the buttons left of a popup, and on a phone for the closed layer panel above it. */
const BUTTONS_PX = 68;
const WIDE_PX = 600;

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
  /**
   * @param {L.Map} map
   * @param {{texts: object, language: string, room: () => object, onClick: (event: object) => boolean, onMore: () => boolean, onChange: (isQuiet: boolean) => void, onReturn: (layer: object, entry: object) => void}} context
   *   `onClick` tells whether a click beside all shapes has met something; `onReturn` gives the focus that was in a popup back.
   */
  constructor(map, context) {
    this.map = map;
    this.context = context;
    this.motion = window.matchMedia("(prefers-reduced-motion: reduce)");
    map.on("click", (event) => { if (!context.onClick(event)) this.clear(); });
    map.on("popupclose", ({ popup }) => { if (popup === this.popup) this.clear(); });
  }

  /** `<layer>.<feature id>`, or null. */
  get reference() {
    return this.layer ? `${this.layer.id}.${this.entry.id}` : null;
  }

  /** @param {L.LatLng} latlng where the popup points */
  choose(layer, entry, latlng, { isQuiet = false } = {}) {
    this.mark(layer, entry);
    this.openPopup(latlng);
    this.context.onChange(isQuiet);
  }

  /** Choose a feature that may be out of sight, and move the map to it. */
  flyTo(layer, entry) {
    const bounds = layer.boundsOf(entry);
    this.closePopup();
    this.mark(layer, entry);
    // A popup that pans the map would stop the flight, so it opens on arrival.
    this.map.once("moveend", () => { if (this.entry === entry) this.point(layer, entry); });
    const options = this.motion.matches ? { animate: false } : { duration: 0.8 };
    if (bounds.getNorthEast().equals(bounds.getSouthWest())) {
      this.map.flyTo(bounds.getCenter(), Math.max(this.map.getZoom(), layer.nearZoom), options);
    } else {
      this.map.flyToBounds(bounds, { ...this.context.room(), maxZoom: MAX_FLIGHT_ZOOM, ...options });
    }
  }

  /** Choose a feature where the map is; nobody clicked, so the popup points at a place of its own. */
  point(layer, entry) {
    this.choose(layer, entry, anchorOf(layer, entry), { isQuiet: true });
  }

  clear({ isQuiet = false } = {}) {
    if (!this.layer) return;
    const { layer, entry } = this;
    this.layer = undefined;
    this.entry = undefined;
    layer.select(undefined);
    const hadFocus = this.element?.contains(document.activeElement);
    this.closePopup();
    this.context.onChange(isQuiet);
    if (hadFocus) this.context.onReturn(layer, entry);
  }

  /** Make a feature the chosen one, and the one before it one of many again. */
  mark(layer, entry) {
    if (this.layer !== layer) this.layer?.select(undefined);
    this.layer = layer;
    this.entry = entry;
    layer.select(entry);
  }

  openPopup(latlng) {
    const { layer, entry } = this;
    this.closePopup();
    this.popup = L.popup(popupOptions(this.map.getSize().x)).setLatLng(latlng).setContent(this.content()).openOn(this.map);
    nameDialog(this.popup, entry.properties.name ?? this.context.texts.unnamed, this.context.texts);
    if (entry.isPartial) this.complete(layer, entry);
  }

  content() {
    const { layer, entry, context } = this;
    const onRetry = () => {
      entry.isOutOfReach = false;
      this.popup.setContent(this.content());
      this.complete(layer, entry);
    };
    const content = popupContent(layer.options, entry, { ...context, onRetry });
    content.addEventListener("grow", () => { this.popup.update(); this.element.focus(); });
    return content;
  }

  /** What is known of a feature is said at once, and the rest when it is there. */
  async complete(layer, entry) {
    await layer.complete(entry).catch(() => { entry.isOutOfReach = true; });
    if (this.entry === entry) this.popup?.setContent(this.content());
  }

  /** The popup as an element of the page, if there is one. */
  get element() {
    return this.popup?.getElement();
  }

  /** Close the popup without giving up the selection, as closing it by hand does. */
  closePopup() {
    const { popup } = this;
    this.popup = undefined;
    if (popup) this.map.closePopup(popup);
  }
}

/** To those who can't see it, a popup is a dialog with a name; Escape closes it. */
export function nameDialog(popup, name, texts) {
  const dialog = popup.getElement();
  for (const [key, value] of Object.entries({ role: "dialog", "aria-label": name, tabindex: "-1" })) dialog.setAttribute(key, value);
  dialog.querySelector(".leaflet-popup-close-button").setAttribute("aria-label", texts.close);
  dialog.addEventListener("keydown", (event) => {
    if (event.key !== "Escape") return;
    event.stopPropagation();
    popup.close();
  });
}

/** On the feature itself, even where its middle is not. */
function anchorOf(layer, entry) {
  const [path] = entry.paths;
  if (path instanceof L.CircleMarker) return path.getLatLng();
  if (path instanceof L.Polygon) return entry.symbols[0]?.getLatLng() ?? layer.boundsOf(entry).getCenter();
  const line = path.getLatLngs().flat(Infinity);
  return line[Math.floor(line.length / 2)];
}
