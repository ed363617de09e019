/** Names of whole regions, inside of them, and of what lies on either side of a border: over no line and no symbol. */

import { stretchesAt } from "../layers/rings.js";
import { cornersBeside, cornersInside, meetsLine } from "./name_places.js";

/** @typedef {Label & {cornersFor: (size: L.Point) => L.Point[], area?: L.Polygon}} SpacedLabel */

/** The spaced names of the layers that are on.
 * @param {Atlas} atlas @param {LabeledSymbol[]} symbols that are on the map @returns {Label[]} */
export function spacedNames({ map, layers }, symbols) {
  const topLeft = map.containerPointToLayerPoint([0, 0]);
  const view = L.bounds(topLeft, topLeft.add(map.getSize()));
  const entries = layers.shown.flatMap(({ features }) => [...features.values()]);
  const regions = entries.flatMap(({ layer, paths: [path] }) => (path instanceof L.Polygon && layer.options.style.label_spaced ? [path] : []));
  const lines = [
    ...entries.flatMap(({ paths }) => linesOf(paths)).flatMap(({ _parts: parts }) => parts),
    ...regions.flatMap(({ _parts: parts }) => parts.map((ring) => [...ring, ...ring.slice(0, 1)])),
  ];
  const names = [...regionNames(map, entries, view), ...layers.shown.flatMap((layer) => sideNames(layer, view))];
  return names.map(({ area, cornersFor, ...name }) => ({
    ...name,
    cornersFor: (size) => {
      const free = cornersFor(size).filter((corner) => {
        const box = L.bounds(corner, corner.add(size));
        return !symbols.some(({ box: [left, top, right, bottom] }) => box.overlaps(L.bounds([left, top], [right, bottom]))) && !meetsLine(box, lines);
      });
      // A region's name inside of a smaller one would name that; a country's may have no other place.
      const inner = regions.filter((other) => !area || (other !== area && area.getBounds().contains(other.getBounds())));
      const [nested, clear] = [true, false].map((isNested) => free.filter((corner) => isNested === isIn(inner, corner)));
      return area ? clear : [...clear, ...nested];
    },
  }));
}

/** @param {L.Polygon[]} areas @param {L.Point} point in pixels of the layer pane */
function isIn(areas, { x, y }) {
  return areas.some(({ _parts: rings }) => stretchesAt(rings, y).some(([left, right]) => left <= x && x <= right));
}

/** @param {L.Map} map @param {Entry[]} entries @param {L.Bounds} view @returns {SpacedLabel[]} */
function regionNames(map, entries, view) {
  const zoom = map.getZoom();
  return entries.flatMap((entry) => {
    const { layer, paths: [area], properties: { name } } = entry;
    const { isLabelSpaced, labelMinzoom, labelMaxzoom, labelPriority: priority, color } = layer.lookOf(entry);
    if (!isLabelSpaced || zoom < labelMinzoom || zoom > labelMaxzoom || !(area instanceof L.Polygon) || !name) return [];
    const middle = map.latLngToLayerPoint(layer.middleOf(entry));
    const point = view.contains(middle) ? middle : view.getCenter();
    return [{
      text: name, kind: "region", priority, point, radius: 0, color, entry, area,
      cornersFor: (size) => cornersInside(area, point, size, view),
    }];
  });
}

/** @param {DataLayer} layer @param {L.Bounds} view @returns {SpacedLabel[]} */
function sideNames({ options: { style }, features }, view) {
  const lines = [...features.values()].flatMap(({ paths }) => linesOf(paths));
  return (style.sides ?? []).map((text, index) => ({
    text, kind: "country", priority: style.label_priority ?? 0, point: view.getCenter(), radius: 0,
    cornersFor: (size) => cornersBeside(lines, index === 0 ? 1 : -1, size, view),
  }));
}

/** @param {FeaturePath[]} paths @returns {L.Polyline[]} */
function linesOf(paths) {
  return paths.flatMap((path) => (path instanceof L.Polyline && !(path instanceof L.Polygon) ? [path] : []));
}
