/** The part of the world that the map shows. */

import { clearArea, reservedBoxes } from "./controls/clear_area.js";
import { fitClear } from "./home_fit.js";

/** The base map's detail begins at zoom 10; even on a large screen, the first view does without. */
export const HOME_MAXZOOM = 9.5;

/** Pixels around what is shown as a whole. */
const MARGIN_PX = 8;

export class View {
  /** @param {Atlas} atlas */
  constructor(atlas) {
    const { map } = atlas;
    this.atlas = atlas;
    this.map = map;
    /** The map shows the whole region, and nobody has moved it since. */
    this.isAtHome = false;
    this.isFitting = false;
    this.motion = window.matchMedia("(prefers-reduced-motion: reduce)");
    map.on("movestart", () => { this.isAtHome = this.isFitting; });
    map.on("resize", () => {
      atlas.panel.makeRoom();
      const { clientWidth, clientHeight } = map.getContainer();
      if (this.isAtHome && clientWidth > 0 && clientHeight > 0) this.goHome();
    });
  }

  /** Whether somebody prefers a map that jumps to one that flies. */
  get isStill() {
    return this.motion.matches;
  }

  /** Options of a flight that takes this many seconds. */
  flight(duration = 0.8) {
    return this.isStill ? { animate: false } : { duration };
  }

  /** Show what the address asks for, or the whole region. */
  begin() {
    const { address, problems, texts } = this.atlas;
    const { view, wrongView } = address;
    if (view) this.map.setView([view.lat, view.lng], view.zoom, { animate: false });
    else {
      // The scale has its size only with a view, and moves what stands above it.
      this.map.fitBounds(this.atlas.options.home, { animate: false, maxZoom: HOME_MAXZOOM });
      this.goHome();
    }
    if (wrongView !== null) problems.push(texts.wrongView.replace("{view}", wrongView));
  }

  /** Show the whole region; it stays whole when the map's size changes, until somebody moves the map. */
  goHome() {
    this.isFitting = true;
    const { home, homeFeatures } = this.atlas.options;
    const fitted = fitClear(this.map, home, homeFeatures, { boxes: this.controls(), maxZoom: HOME_MAXZOOM, margin: MARGIN_PX });
    if (fitted) this.map.setView(fitted.center, fitted.zoom, { animate: false });
    else this.map.fitBounds(home, { animate: false, maxZoom: HOME_MAXZOOM, ...this.padding(home) });
    this.isFitting = false;
    this.isAtHome = true;
  }

  /** Room to leave for the controls over the map; paper has none. */
  controls() {
    return this.atlas.theme.isPrinting ? [] : reservedBoxes(this.map);
  }

  /** Room for the controls around what is to be seen as a whole. @param {L.LatLngBoundsExpression} bounds */
  padding(bounds) {
    const { map } = this;
    const area = L.latLngBounds(/** @type {L.LatLngBoundsLiteral} */ (bounds));
    const shown = L.bounds(map.project(area.getSouthWest(), 0), map.project(area.getNorthEast(), 0)).getSize();
    const size = map.getSize();
    const clear = clearArea(size, this.controls(), shown);
    const margin = L.point(MARGIN_PX, MARGIN_PX);
    return { paddingTopLeft: clear.getTopLeft().add(margin), paddingBottomRight: size.subtract(clear.getBottomRight()).add(margin) };
  }

  /** @param {MapView} view @param {boolean} isFlight */
  moveTo({ lat, lng, zoom }, isFlight) {
    if (isFlight && !this.isStill) this.map.flyTo([lat, lng], zoom, this.flight());
    else this.map.setView([lat, lng], zoom, this.isStill ? { animate: false } : {});
  }

  /** Fly to where an area is seen as a whole.
   * @param {L.LatLngBoundsExpression} bounds @param {number} maxZoom @param {number} room in pixels to leave above it */
  flyToBounds(bounds, maxZoom = HOME_MAXZOOM + 2, room = 0) {
    const { paddingTopLeft, paddingBottomRight } = this.padding(bounds);
    this.map.flyToBounds(bounds, { paddingTopLeft: paddingTopLeft.add([0, room]), paddingBottomRight, maxZoom, ...this.flight() });
  }
}
