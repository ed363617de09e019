/** Circles for the counts of a large layer, drawn at once with the other layers until MapLibre has drawn its tiles. */

import { countCircle } from "../style/maplibre_style.js";
import { pathOptions } from "../style/leaflet_style.js";

/** @returns {L.LayerGroup | null} what is to be taken off the map again; null where single features are to be seen */
export function firstPicture(map, { style, tiles: { overview, detail_zoom: detailZoom } }, isDark) {
  // MapLibre's tiles are twice as wide as Leaflet's.
  const zoom = Math.floor(map.getZoom()) - 1;
  const zooms = Object.keys(overview).map(Number);
  if (zoom >= detailZoom || zooms.length === 0) return null;
  const nearest = zooms.reduce((best, other) => (Math.abs(other - zoom) < Math.abs(best - zoom) ? other : best));
  const renderer = L.svg({ pane: "atlas-large" });
  const { fillColor } = pathOptions(style, {}, isDark);
  const circles = overview[nearest].map(([lng, lat, count]) => {
    const { radius, opacity } = countCircle(count);
    return L.circleMarker([lat, lng], { renderer, pane: "atlas-large", radius, fillColor, fillOpacity: opacity, stroke: false, interactive: false });
  });
  return L.layerGroup(circles).addTo(map);
}
