/** The counts of a large layer as circles, until MapLibre has drawn its tiles. */

import { lookOf } from "../style/leaflet_style.js";
import { countCircle } from "../style/maplibre_style.js";

/** Draw the circles where the map shows counts. @param {L.Map} map @param {LayerOptions} options @param {boolean} isDark */
export function drawFirstPicture(map, { style, tiles }, isDark) {
  // MapLibre's tiles are twice as wide as Leaflet's.
  const zoom = Math.floor(map.getZoom()) - 1;
  const zooms = Object.keys(tiles?.overview ?? {}).map(Number);
  if (!tiles || zoom >= tiles.detail_zoom || zooms.length === 0) return null;
  const nearest = zooms.reduce((best, other) => (Math.abs(other - zoom) < Math.abs(best - zoom) ? other : best));
  const renderer = L.svg({ pane: "atlas-large" });
  const { fillColor } = lookOf(style, {}, isDark);
  const circles = tiles.overview[nearest].map(([lng, lat, count]) => {
    const { radius, opacity } = countCircle(count);
    return L.circleMarker([lat, lng], { renderer, pane: "atlas-large", radius, fillColor, fillOpacity: opacity, stroke: false, interactive: false });
  });
  return L.layerGroup(circles).addTo(map);
}
