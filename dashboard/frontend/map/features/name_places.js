/** Places for a name inside of an area, or beside a line: top left corners in pixels of the layer pane. */

import { stretchesAt } from "../layers/rings.js";

/** Distances between places that are tried. */
const NAME_STEP_PX = 14;
const MOST_TRIED = 400;

/** Between a name and the edge of its area, and between a name and the line that it stands beside. */
const EDGE_PX = 8;
const BESIDE_PX = 16;

/** The direction of a winding line is that of so much of it. */
const DIRECTION_PX = 60;

/** Top left corners inside of an area and in view, those next to its middle first.
 * @param {L.Polygon} area that is on the map @param {L.Point} middle @param {L.Point} size @param {L.Bounds} view */
export function cornersInside(area, middle, size, view) {
  const rings = area._parts;
  const [{ x: left, y: top }, { x: right, y: bottom }] = [view.getTopLeft(), view.getBottomRight()];
  const corners = [];
  for (let y = top; y + size.y <= bottom; y += NAME_STEP_PX) {
    const stretches = stretchesAt(rings, y).flatMap(([a, b]) => stretchesAt(rings, y + size.y)
      .map(([c, d]) => [Math.max(a, c, left) + EDGE_PX, Math.min(b, d, right) - EDGE_PX - size.x]));
    for (const [first, last] of stretches) for (let x = first; x <= last; x += NAME_STEP_PX) corners.push(L.point(x, y));
  }
  return byDistance(corners, middle.subtract(size.divideBy(2)));
}

/** Top left corners on one side of lines, those next to the middle of the view first.
 * @param {L.Polyline[]} lines that are on the map @param {1 | -1} side 1 is left of a line in its direction
 * @param {L.Point} size @param {L.Bounds} view */
export function cornersBeside(lines, side, size, view) {
  const corners = lines.flatMap(({ _parts: parts }) => parts).flatMap((part) => {
    const points = everyStep(part);
    const reach = Math.ceil(DIRECTION_PX / NAME_STEP_PX);
    return points.flatMap((point, index) => {
      if (!view.contains(point)) return [];
      const along = points[Math.min(index + reach, points.length - 1)].subtract(points[Math.max(index - reach, 0)]);
      const length = Math.hypot(along.x, along.y);
      if (length === 0) return [];
      const aside = L.point(along.y, -along.x).multiplyBy(side / length);
      const distance = (Math.abs(aside.x) * size.x + Math.abs(aside.y) * size.y) / 2 + BESIDE_PX;
      return [point.add(aside.multiplyBy(distance)).subtract(size.divideBy(2))];
    });
  });
  const inView = corners.filter((corner) => view.contains(L.bounds(corner, corner.add(size))));
  return byDistance(inView, view.getCenter().subtract(size.divideBy(2)));
}

/** Whether a box meets one of the lines. @param {L.Bounds} box @param {L.Point[][]} lines */
export function meetsLine(box, lines) {
  const corners = [box.getTopLeft(), box.getTopRight(), box.getBottomRight(), box.getBottomLeft()];
  return lines.some((line) => line.some((b, index) => {
    const a = line[index - 1];
    if (!a || Math.max(a.x, b.x) < corners[0].x || Math.min(a.x, b.x) > corners[1].x) return false;
    if (Math.max(a.y, b.y) < corners[0].y || Math.min(a.y, b.y) > corners[2].y) return false;
    // The corners lie on both sides of the line.
    const sides = corners.map(({ x, y }) => (b.x - a.x) * (y - a.y) - (b.y - a.y) * (x - a.x));
    return Math.min(...sides) <= 0 && Math.max(...sides) >= 0;
  }));
}

/** Points along a line, `NAME_STEP_PX` apart. @param {L.Point[]} line */
function everyStep(line) {
  const points = line.slice(0, 1);
  let rest = NAME_STEP_PX;
  for (let index = 1; index < line.length; index += 1) {
    const [a, b] = [line[index - 1], line[index]];
    const length = a.distanceTo(b);
    for (; rest <= length; rest += NAME_STEP_PX) points.push(a.add(b.subtract(a).multiplyBy(rest / length)));
    rest -= length;
  }
  return points;
}

/** @param {L.Point[]} corners @param {L.Point} best */
function byDistance(corners, best) {
  return corners.sort((a, b) => a.distanceTo(best) - b.distanceTo(best)).slice(0, MOST_TRIED);
}
