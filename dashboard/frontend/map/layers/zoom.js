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
      setShown(layer, symbol, zoom <= layer.lookOf(entry).symbolMaxzoom);
    }
  }
}

/** The pointer reaches some features only on large scales. @param {DataLayer} layer */
function updateReach(layer) {
  const { categories = [], ...style } = layer.options.style;
  const isAlways = [style, ...categories].every((known) => known.select_minzoom === undefined);
  for (const entry of layer.features.values()) {
    const isWithin = layer.isWithinReach(entry);
    for (const hit of entry.hits) setShown(layer, hit, isWithin);
    if (isAlways) continue;
    for (const path of [...entry.paths, ...entry.symbols]) path.getElement()?.classList.toggle("leaflet-interactive", isWithin);
  }
}

/** @param {DataLayer} layer @param {L.Path} path @param {boolean} isShown */
function setShown({ group }, path, isShown) {
  if (group.hasLayer(path) === isShown) return;
  if (isShown) group.addLayer(path);
  else group.removeLayer(path);
}
