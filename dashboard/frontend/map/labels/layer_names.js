/** The symbols of the layers that are on, and the names of their features. */

import { cornersInside } from "./name_places.js";

/** What a name gains in priority while its feature is highlighted. */
const TOLD = 100;

/** Symbols that names keep clear of, and names around symbols, inside of areas and along lines.
 * @param {Atlas} atlas @param {L.Bounds} view in pixels of the layer pane @param {L.Bounds} around the view and a little more
 * @returns {{symbols: LabelBox[], names: Label[]}} */
export function layerNames({ map, layers, selection }, view, around) {
  const zoom = map.getZoom();
  const [onlyPlaces, ...morePlaces] = layers.shown.filter(hasSymbols);
  /** @type {LabelBox[]} */
  const symbols = [];
  /** @type {Label[]} */
  const names = [];
  for (const entry of layers.shown.flatMap(({ features }) => [...features.values()])) {
    const { layer, paths: [path], properties: { name: text } } = entry;
    const look = layer.lookOf(entry);
    if (look.isLabelSpaced || entry.isCovered) continue;
    const isPoint = path instanceof L.CircleMarker;
    const radius = isPoint || (look.isSymbol && zoom <= look.symbolMaxzoom) ? look.radius : 0;
    const isLine = !isPoint && !(path instanceof L.Polygon) && radius === 0;
    const point = map.latLngToLayerPoint(isPoint ? path.getLatLng() : layer.middleOf(entry));
    if (radius && around.contains(point)) symbols.push([point.x - radius, point.y - radius, point.x + radius, point.y + radius]);
    if (entry === selection.named) continue;
    // What a chapter speaks of is named at any zoom, before all else; and so is the one layer of places that is on.
    const isTold = layer.highlighted.has(entry.id);
    const isAlone = layer === onlyPlaces && morePlaces.length === 0;
    const isInZoom = isTold || ((isAlone || zoom >= look.labelMinzoom) && zoom <= look.labelMaxzoom);
    if (!isInZoom || typeof text !== "string") continue;
    const shared = { text, priority: look.labelPriority + (isTold ? TOLD : 0), point, radius, source: layer.id, opacity: layer.opacity };
    if (isLine) names.push(...namesAlong(entry.paths, { ...shared, kind: "line", color: look.lineColor, beside: look.weight / 2 }));
    else if (radius) {
      if (around.contains(point)) names.push({ ...shared, kind: look.labelPriority >= 90 || isTold ? "major" : "minor" });
    } else if (path instanceof L.Polygon) {
      names.push({ ...shared, kind: "area", entry, cornersFor: (size) => cornersOfArea(path, point, size, view) });
    }
  }
  return { symbols, names };
}

/** @param {DataLayer} layer */
function hasSymbols(layer) {
  return [...layer.features.values()].some((entry) => entry.paths[0] instanceof L.CircleMarker || layer.lookOf(entry).isSymbol);
}

/** An area smaller than its name has it on its middle.
 * @param {L.Polygon} area @param {L.Point} middle @param {L.Point} size of the name @param {L.Bounds} view */
function cornersOfArea(area, middle, size, view) {
  const { x, y } = area._pxBounds.getSize();
  const isSmall = x < 2 * size.x || y < 3 * size.y;
  if (isSmall && view.contains(middle)) return [middle.subtract(size.divideBy(2))];
  return cornersInside(area, view.contains(middle) ? middle : view.getCenter(), size, view);
}

/** A name for each part of a line that is in view. @param {FeaturePath[]} paths @param {Label} label @returns {Label[]} */
function namesAlong(paths, label) {
  return paths.flatMap((path) => (path instanceof L.Polyline ? path._parts : []))
    .map((part) => ({ ...label, line: Float64Array.from(part.flatMap(({ x, y }) => [x, y])) }));
}
