/** What of a drawn layer changes with the zoom: widths of lines, symbols of small shapes, and what the pointer reaches. */

import { hasIconsAt, lineScale } from "../style/zoomed.js";

/** @param {DataLayer} layer */
export function followZoom(layer) {
  const scale = lineScale(layer.options.style, layer.map.getZoom());
  const hasIcons = hasIconsAt(layer.options.style, layer.map.getZoom());
  if (scale !== layer.scale || hasIcons !== layer.hasIcons) layer.restyle();
  layer.scale = scale;
  layer.hasIcons = hasIcons;
  updateSymbols(layer);
  updateReach(layer);
}

/** Small shapes are symbols until the map is near enough to show them. @param {DataLayer} layer */
function updateSymbols(layer) {
  const zoom = layer.map.getZoom();
  for (const entry of layer.features.values()) {
    for (const symbol of entry.symbols) {
      if (zoom > layer.lookOf(entry).symbolMaxzoom) layer.group.removeLayer(symbol);
      else if (!layer.group.hasLayer(symbol)) layer.group.addLayer(symbol);
    }
  }
}

/** The pointer reaches some features only on large scales. @param {DataLayer} layer */
function updateReach(layer) {
  const { categories = [], ...style } = layer.options.style;
  if ([style, ...categories].every((known) => known.select_minzoom === undefined)) return;
  for (const path of /** @type {L.Path[]} */ (layer.group.getLayers())) {
    if (path.entry) path.getElement()?.classList.toggle("leaflet-interactive", layer.isWithinReach(path.entry));
  }
}
