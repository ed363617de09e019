/** Places for a name inside of an area, or beside a line: top left corners in pixels of the layer pane. */

import { stretchesAt } from "../layers/rings.js";
import { pointsAlong } from "./line_parts.js";

/** Distances between places that are tried. */
const NAME_STEP_PX = 9;
const MOST_TRIED = 800;

/** Between a name and the edge of its area, and between a name and the line that it stands beside. */
const EDGE_PX = 8;
const BESIDE_PX = 16;

/** The direction of a winding line is that of so much of it. */
const DIRECTION_PX = 60;

/** Top left corners inside of an area and in view, those next to its middle first.
 * @param {L.Polygon} area that is on the map @param {L.Point} middle @param {L.Point} size @param {L.Bounds} view */
export function cornersInside(area, middle, size, view) {
  const rings = area._parts;
  const { min, max } = area._pxBounds;
  const [left, right] = [view.getTopLeft().x, view.getBottomRight().x];
  const [top, bottom] = [Math.max(view.getTopLeft().y, min.y), Math.min(view.getBottomRight().y, max.y)];
  const corners = [];
  for (let y = top; y + size.y <= bottom; y += NAME_STEP_PX) {
    const stretches = stretchesAt(rings, y).flatMap(([a, b]) => stretchesAt(rings, y + size.y)
      .map(([c, d]) => [Math.max(a, c, left) + EDGE_PX, Math.min(b, d, right) - EDGE_PX - size.x]));
    for (const [first, last] of stretches) for (let x = first; x <= last; x += NAME_STEP_PX) corners.push(L.point(x, y));
  }
  const best = middle.subtract(size.divideBy(2));
  return corners.sort((a, b) => a.distanceTo(best) - b.distanceTo(best)).slice(0, MOST_TRIED);
}

/** Top left corners on one side of lines, and on the other side of each that of a name which faces it.
 * @param {L.Polyline[]} lines that are on the map @param {1 | -1} side 1 is left of a line in its direction
 * @param {L.Point} size @param {L.Point} facingSize @param {L.Bounds} view @returns {{corner: L.Point, facing: L.Point}[]} */
export function placesBeside(lines, side, size, facingSize, view) {
  return lines.flatMap(({ _parts: parts }) => parts).flatMap((part) => {
    const points = pointsAlong(part, NAME_STEP_PX);
    const reach = Math.ceil(DIRECTION_PX / NAME_STEP_PX);
    return points.flatMap((point, index) => {
      if (!view.contains(point)) return [];
      const along = points[Math.min(index + reach, points.length - 1)].subtract(points[Math.max(index - reach, 0)]);
      const length = Math.hypot(along.x, along.y);
      if (length === 0) return [];
      const aside = L.point(along.y, -along.x).multiplyBy(side / length);
      /** @param {L.Point} name @param {1 | -1} direction */
      const beside = (name, direction) => {
        const distance = (Math.abs(aside.x) * name.x + Math.abs(aside.y) * name.y) / 2 + BESIDE_PX;
        return point.add(aside.multiplyBy(distance * direction)).subtract(name.divideBy(2));
      };
      const corner = beside(size, 1);
      return view.contains(L.bounds(corner, corner.add(size))) ? [{ corner, facing: beside(facingSize, -1) }] : [];
    });
  });
}
