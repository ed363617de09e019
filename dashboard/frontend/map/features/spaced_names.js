/** Names of whole regions, inside of them, and of what lies on either side of a border: over no line and no symbol. */

import { stretchesAt } from "../layers/rings.js";
import { LabelSpace } from "./label_space.js";
import { boxesAlong } from "./line_parts.js";
import { cornersBeside, cornersInside } from "./name_places.js";

/** What names keep clear of on either side of an outline. */
const OUTLINE_PX = 2;

/** @typedef {Label & {cornersFor: (size: L.Point) => L.Point[], area?: L.Polygon}} SpacedLabel */

/** The spaced names of the layers that are on.
 * @param {Atlas} atlas @param {L.Bounds} view in pixels of the layer pane @returns {Label[]} */
export function spacedNames({ map, layers }, view) {
  const entries = layers.shown.flatMap(({ features }) => [...features.values()]);
  const regions = entries.flatMap(({ layer, paths: [path] }) => (path instanceof L.Polygon && layer.options.style.label_spaced ? [path] : []));
  const outlines = new LabelSpace();
  const rings = regions.flatMap(({ _parts: parts }) => parts.map((ring) => [...ring, ...ring.slice(0, 1)]));
  for (const box of rings.flatMap((ring) => boxesAlong(ring, OUTLINE_PX))) outlines.take(box);
  const names = [...regionNames(map, entries, view), ...layers.shown.flatMap((layer) => sideNames(layer, view))];
  return names.map(({ area, cornersFor, ...name }) => ({
    ...name,
    * cornersFor(size) {
      // A region's name inside of a smaller one would name that; a country's may have no other place.
      const inner = regions.filter((other) => !area || (other !== area && area.getBounds().contains(other.getBounds())));
      const corners = cornersFor(size);
      for (const isNested of area ? [false] : [false, true]) {
        for (const corner of corners) {
          const { x, y } = corner;
          if (outlines.isFree([x, y, x + size.x, y + size.y]) && isIn(inner, corner) === isNested) yield corner;
        }
      }
    },
  }));
}

/** @param {L.Polygon[]} areas @param {L.Point} point in pixels of the layer pane */
function isIn(areas, point) {
  const { x, y } = point;
  return areas.some(({ _pxBounds: bounds, _parts: rings }) => bounds.contains(point)
    && stretchesAt(rings, y).some(([left, right]) => left <= x && x <= right));
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
      text: name, kind: "region", source: layer.id, priority, point, radius: 0, color, entry, area,
      cornersFor: (size) => cornersInside(area, point, size, view),
    }];
  });
}

/** The names on either side of a border face each other. @param {DataLayer} layer @param {L.Bounds} view @returns {SpacedLabel[]} */
function sideNames({ id, options: { style }, features }, view) {
  const lines = [...features.values()].flatMap(({ paths }) => linesOf(paths));
  let near = view.getCenter();
  return (style.sides ?? []).map((text, index) => ({
    text, kind: "country", source: id, priority: style.label_priority ?? 0, point: near, radius: 0,
    cornersFor: (size) => cornersBeside(lines, index === 0 ? 1 : -1, near, size, view),
    onPlaced: ({ boxes: [[left, top, right, bottom]] }) => { near = L.point(left + right, top + bottom).divideBy(2); },
  }));
}

/** @param {FeaturePath[]} paths @returns {L.Polyline[]} */
function linesOf(paths) {
  return paths.flatMap((path) => (path instanceof L.Polyline && !(path instanceof L.Polygon) ? [path] : []));
}
