/** Names of whole regions, inside of them, and of what lies on either side of a border: over no line and no symbol. */

import { stretchesAt } from "../layers/rings.js";
import { CellGrid } from "./cell_grid.js";
import { boxesAlong } from "./line_parts.js";
import { cornersInside, placesBeside } from "./name_places.js";

/** What names keep clear of on either side of an outline. */
const OUTLINE_PX = 2;

/** So much farther away, names of countries stand outside of a smaller region rather than in it. */
const AROUND_REGION_PX = 150;

/** @typedef {(corner: L.Point, size: L.Point) => boolean} IsPlace */

/** The spaced names of the layers that are on.
 * @param {Atlas} atlas @param {L.Bounds} view in pixels of the layer pane @returns {Label[]} */
export function spacedNames({ map, layers }, view) {
  const entries = layers.shown.flatMap(({ features }) => [...features.values()]);
  const regions = entries.flatMap(({ layer, paths: [path] }) => (path instanceof L.Polygon && layer.options.style.label_spaced ? [path] : []));
  /** @type {CellGrid<boolean>} */
  const outlines = new CellGrid();
  const rings = regions.flatMap(({ _parts: parts }) => parts.map((ring) => [...ring, ...ring.slice(0, 1)]));
  for (const box of rings.flatMap((ring) => boxesAlong(ring, OUTLINE_PX))) outlines.add(box, true);
  /** @type {IsPlace} */
  const isOffOutlines = ({ x, y }, size) => outlines.isFree([x, y, x + size.x, y + size.y]);
  /** The regions within an area, or within any. @param {L.Polygon} [area] */
  const innerOf = (area) => regions.filter((inner) => (area ? [area] : regions).some((outer) => (
    inner !== outer && outer.getBounds().contains(inner.getBounds())
  )));
  return [
    ...regionNames(map, entries, view, innerOf, isOffOutlines),
    ...layers.shown.flatMap((layer) => sideNames(layer, view, innerOf(), isOffOutlines)),
  ];
}

/** @param {L.Polygon[]} areas @param {L.Point} point in pixels of the layer pane */
function isIn(areas, point) {
  const { x, y } = point;
  return areas.some(({ _pxBounds: bounds, _parts: rings }) => bounds.contains(point)
    && stretchesAt(rings, y).some(([left, right]) => left <= x && x <= right));
}

/** A region's name inside of a smaller one would name that.
 * @param {L.Map} map @param {Entry[]} entries @param {L.Bounds} view @param {(area: L.Polygon) => L.Polygon[]} innerOf
 * @param {IsPlace} isPlace @returns {Label[]} */
function regionNames(map, entries, view, innerOf, isPlace) {
  const zoom = map.getZoom();
  return entries.flatMap((entry) => {
    const { layer, paths: [area], properties: { name } } = entry;
    const { isLabelSpaced, labelMinzoom, labelMaxzoom, labelPriority: priority, color } = layer.lookOf(entry);
    if (!isLabelSpaced || zoom < labelMinzoom || zoom > labelMaxzoom || !(area instanceof L.Polygon) || !name) return [];
    const middle = map.latLngToLayerPoint(layer.middleOf(entry));
    const point = view.contains(middle) ? middle : view.getCenter();
    return [{
      text: name, kind: "region", source: layer.id, opacity: layer.opacity, priority, point, radius: 0, color, entry,
      * cornersFor(size) {
        const inner = innerOf(area);
        for (const corner of cornersInside(area, point, size, view)) if (isPlace(corner, size) && !isIn(inner, corner)) yield corner;
      },
    }];
  });
}

/** The names on either side of a border face each other.
 * @param {DataLayer} layer @param {L.Bounds} view @param {L.Polygon[]} inner regions @param {IsPlace} isPlace @returns {Label[]} */
function sideNames({ id, options: { style }, features }, view, inner, isPlace) {
  const lines = [...features.values()].flatMap(({ paths }) => paths.filter(isLine));
  let near = view.getCenter();
  const sides = style.sides ?? [];
  return sides.map((text, index) => ({
    text, kind: "country", source: id, priority: style.label_priority ?? 0, point: near, radius: 0,
    * cornersFor(size, isClear) {
      const facingSize = L.point((size.x * sides[1 - index].length) / text.length, size.y);
      const best = near.subtract(size.divideBy(2));
      const places = placesBeside(lines, index === 0 ? 1 : -1, size, facingSize, view).filter(({ corner }) => isPlace(corner, size))
        .map(({ corner, facing }) => ({
          corner,
          facing,
          // Side by side rather than one above the other.
          cost: corner.distanceTo(best) + (index > 0 ? 0 : Math.abs(corner.y - facing.y) + (isIn(inner, corner) || isIn(inner, facing) ? AROUND_REGION_PX : 0)),
        }))
        .sort((a, b) => a.cost - b.cost);
      /** @param {{facing: L.Point}} place */
      const isFacing = ({ facing: { x, y } }) => {
        const end = L.point(x, y).add(facingSize);
        return view.contains(L.bounds([x, y], end)) && isPlace(L.point(x, y), facingSize) && isClear([x, y, end.x, end.y]);
      };
      if (index === 0) for (const place of places) if (isFacing(place)) yield place.corner;
      for (const { corner } of places) yield corner;
    },
    onPlaced: ({ boxes: [[left, top, right, bottom]] }) => { near = L.point(left + right, top + bottom).divideBy(2); },
  }));
}

/** @param {FeaturePath} path @returns {path is L.Polyline} */
const isLine = (path) => path instanceof L.Polyline && !(path instanceof L.Polygon);
