/** The part of the world that the map shows, and the first one. */

import { clearArea, reservedBoxes } from "./controls/clear_area.js";

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
    /** What the page's panel covers at the right and at the bottom, in pixels. */
    this.covered = L.point(0, 0);
    this.isTold = false;
    this.motion = window.matchMedia("(prefers-reduced-motion: reduce)");
    map.on("movestart", () => { this.isAtHome = this.isFitting; });
    map.on("resize", () => {
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
    if (this.atlas.theme.isPrinting) return [];
    const { x, y } = this.map.getSize();
    const { x: right, y: bottom } = this.covered;
    const panel = [...(right ? [L.bounds([x - right, 0], [x, y])] : []), ...(bottom ? [L.bounds([0, y - bottom], [x, y])] : [])];
    return [...reservedBoxes(this.map), ...panel];
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

  /** Take in what the panel covers: the first time, before anybody has moved the map, the region makes room for it.
   * @param {L.Point} covered */
  cover(covered) {
    this.covered = covered;
    if (!this.isTold && this.isAtHome && (covered.x || covered.y)) this.goHome();
    this.isTold = true;
  }

  /** Whether an area lies in what the panel leaves of the map. @param {L.LatLngBounds} area */
  isInSight(area) {
    const { map, covered } = this;
    const corners = [area.getSouthWest(), area.getNorthEast()].map((corner) => map.latLngToContainerPoint(corner));
    return L.bounds([MARGIN_PX, MARGIN_PX], map.getSize().subtract(covered).subtract([MARGIN_PX, MARGIN_PX])).contains(L.bounds(corners));
  }

  /** @param {MapView} view @param {boolean} isFlight */
  moveTo({ lat, lng, zoom }, isFlight) {
    if (isFlight && !this.isStill) this.map.flyTo([lat, lng], zoom, this.flight());
    else this.map.setView([lat, lng], zoom, this.isStill ? { animate: false } : {});
  }

  /** Where the middle of the map is when a place is in the middle of what the panel leaves of it.
   * @param {L.LatLng} latlng @param {number} zoom */
  centerFor(latlng, zoom) {
    return this.map.unproject(this.map.project(latlng, zoom).add(this.covered.divideBy(2)), zoom);
  }

  /** Fly to a place, no nearer than the map is or than a zoom; no farther from it than another zoom.
   * @param {L.LatLng} latlng @param {number} leastZoom @param {number} [mostZoom] */
  flyToPlace(latlng, leastZoom, mostZoom = Infinity) {
    const zoom = Math.min(Math.max(this.map.getZoom(), leastZoom), mostZoom);
    this.map.flyTo(this.centerFor(latlng, zoom), zoom, this.flight());
  }

  /** Fly to where an area is seen as a whole.
   * @param {L.LatLngBoundsExpression} bounds @param {number} maxZoom @param {number} room in pixels to leave above it */
  flyToBounds(bounds, maxZoom = HOME_MAXZOOM + 2, room = 0) {
    const { paddingTopLeft, paddingBottomRight } = this.padding(bounds);
    this.map.flyToBounds(bounds, { paddingTopLeft: paddingTopLeft.add([0, room]), paddingBottomRight, maxZoom, ...this.flight() });
  }
}

/** The least width of the region: so many pixels, on a small map this part of its width. */
const LEAST_WIDTH_PX = 300;
const LEAST_PART = 0.55;

/** Room for the symbol of a place. */
const SYMBOL_PX = 10;

/** Distance between positions that are tried. */
const FIT_STEP_PX = 8;

/** @typedef {{boxes: L.Bounds[], maxZoom: number, margin: number}} FitOptions */

/** Zoom and center of the first view; null where not even the region fits.
 * @param {L.Map} map @param {L.LatLngBoundsLiteral} region @param {L.LatLngBoundsLiteral[]} places the most important first
 * @param {FitOptions} options */
function fitClear(map, region, places, options) {
  const widthAtZero = pixelBounds(map, region, 0, 0).getSize().x;
  const leastWidth = Math.min(LEAST_WIDTH_PX, LEAST_PART * map.getSize().x);
  const minZoom = Math.log2(leastWidth / widthAtZero);
  for (let count = places.length; count >= 0; count -= 1) {
    const fitted = fitAll(map, region, places.slice(0, count), minZoom, options);
    if (fitted) return fitted;
  }
  return null;
}

/** @param {L.Map} map @param {L.LatLngBoundsLiteral} region @param {L.LatLngBoundsLiteral[]} places
 * @param {number} minZoom @param {FitOptions} options */
function fitAll(map, region, places, minZoom, { boxes, maxZoom, margin }) {
  const size = map.getSize();
  const step = map.options.zoomSnap || 0.25;
  for (let zoom = Math.round(maxZoom / step) * step; zoom >= minZoom; zoom -= step) {
    const shown = [pixelBounds(map, region, zoom, margin), ...places.map((place) => pixelBounds(map, place, zoom, SYMBOL_PX + margin))];
    const whole = L.bounds(shown.flatMap((bounds) => [bounds.getTopLeft(), bounds.getBottomRight()]));
    const corner = clearCorner(shown, whole, size, boxes);
    if (corner) return { zoom, center: map.unproject(corner.add(size.divideBy(2)), zoom) };
  }
  return null;
}

/** The window's top left corner, in pixels of the world, from which nothing that is shown is cut off or covered:
 * of all the one that centers it best in what is clear. @param {L.Bounds[]} shown @param {L.Bounds} whole @param {L.Point} size @param {L.Bounds[]} boxes */
function clearCorner(shown, whole, size, boxes) {
  const room = size.subtract(whole.getSize());
  const ideal = clearArea(size, boxes, whole.getSize()).getCenter().subtract(whole.getSize().divideBy(2));
  let best = null;
  let least = Infinity;
  for (let x = 0; x <= room.x; x += FIT_STEP_PX) {
    for (let y = 0; y <= room.y; y += FIT_STEP_PX) {
      const distance = Math.hypot(x - ideal.x, y - ideal.y);
      if (distance >= least) continue;
      const corner = whole.getTopLeft().subtract([x, y]);
      const isCovered = shown.some((bounds) => {
        const inWindow = L.bounds(bounds.getTopLeft().subtract(corner), bounds.getBottomRight().subtract(corner));
        return boxes.some((box) => inWindow.overlaps(box));
      });
      if (!isCovered) [best, least] = [corner, distance];
    }
  }
  return best;
}

/** @param {L.Map} map @param {L.LatLngBoundsLiteral} latlngBounds @param {number} zoom @param {number} margin */
function pixelBounds(map, latlngBounds, zoom, margin) {
  const bounds = L.bounds(latlngBounds.map((corner) => map.project(/** @type {L.LatLngTuple} */ (corner), zoom)));
  return L.bounds(bounds.getTopLeft().subtract([margin, margin]), bounds.getBottomRight().add([margin, margin]));
}
