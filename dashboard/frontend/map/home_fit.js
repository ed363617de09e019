/** Fits the first view: the region as a whole and, where there is room, places around it, none under a control. */

import { clearArea } from "./controls/clear_area.js";

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
export function fitClear(map, region, places, options) {
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
