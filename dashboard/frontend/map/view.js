/** The part of the world that the map shows. */

import { PANEL_WIDTH_PX } from "./controls/layer_panel.js";

/** The base map's detail begins at zoom 10; even on a large screen, the first view does without. */
const HOME_MAXZOOM = 9.5;

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
    else this.goHome();
    if (wrongView !== null) problems.push(texts.wrongView.replace("{view}", wrongView));
  }

  /** Show the whole region; it stays whole when the map's size changes, until somebody moves the map. */
  goHome() {
    this.isFitting = true;
    this.map.fitBounds(this.atlas.options.home, { animate: false, maxZoom: HOME_MAXZOOM, ...this.padding() });
    this.isFitting = false;
    this.isAtHome = true;
  }

  /** Room for the open layer panel, if the map is wide enough for both. */
  padding() {
    const { panel, theme } = this.atlas;
    const isBeside = !theme.isPrinting && panel.isOpen;
    return { paddingTopLeft: L.point(MARGIN_PX, MARGIN_PX), paddingBottomRight: L.point(isBeside ? PANEL_WIDTH_PX : MARGIN_PX, MARGIN_PX) };
  }

  /** @param {MapView} view @param {boolean} isFlight */
  moveTo({ lat, lng, zoom }, isFlight) {
    if (isFlight && !this.isStill) this.map.flyTo([lat, lng], zoom, this.flight());
    else this.map.setView([lat, lng], zoom, this.isStill ? { animate: false } : {});
  }

  /** Fly to where an area is seen as a whole. @param {L.LatLngBoundsExpression} bounds @param {number} maxZoom */
  flyToBounds(bounds, maxZoom = HOME_MAXZOOM + 2) {
    this.map.flyToBounds(bounds, { ...this.padding(), maxZoom, ...this.flight() });
  }
}
