/** Where a name may stand: around its symbol, or along its line. */

import { isFromLeft, isReadable, lengthsOf, partOf, pathLength, pointAt } from "./line_parts.js";

const GAP_PX = 4;
const PADDING_PX = 2;

/** What names around a symbol may be farther away than next to it. */
const RINGS_PX = [0, 5, 10, 16];

/** So far from its own symbol, a name would seem to be that of another that it touches; but the largest cities are known. */
const FAR_RING_PX = 10;
const CLEAR_PX = 6;

/** Between a line and the name beside it. */
const LINE_GAP_PX = 3;

/** Points along the path of a name beside a line; its direction is that of a longer stretch, so that it runs calmly. */
const TANGENT_STEP_PX = 8;
const TANGENT_PX = 24;

/** Room at both ends of such a path: inside of a bend it is shorter than the line. */
const END_PX = 6;

/** Around a symbol, first next to it, then farther away; without one a name is centered.
 * @param {Label} label @param {L.Point} size @returns {LabelSpot[]} */
export function spotsAround({ point, radius, kind }, { x: width, y: height }) {
  const offsets = radius === 0 ? centered(kind, width, height).map((offset) => [...offset, 0]) : RINGS_PX.flatMap((ring) => {
    const gap = radius + GAP_PX + ring;
    const near = radius / 2;
    const [above, below] = [-gap - height + 2, gap - 2];
    return [
      [gap, -height / 2], [-width / 2, below], [-width / 2, above], [-gap - width, -height / 2],
      [near, above], [near, below], [-near - width, above], [-near - width, below],
      [gap, -height], [gap, 0], [-gap - width, -height], [-gap - width, 0],
    ].map((offset) => [...offset, ring < FAR_RING_PX || kind === "major" ? 0 : CLEAR_PX]);
  });
  return offsets.map(([x, y, clear]) => {
    const corner = point.add([x, y]);
    return { anchor: point, corner, clear, boxes: [boxAt(corner, width, height)] };
  });
}

/** On its point, and a place as near to it as its houses reach.
 * @param {LabelKind} kind @param {number} width @param {number} height */
function centered(kind, width, height) {
  const [left, top] = [-width / 2, -height / 2];
  if (!["town", "place", "quarter"].includes(kind)) return [[left, top]];
  return [[left, top], [left, 3 * top], [left, -top], [left, 4 * top], [left, -2 * top], [0, top], [-width, top]];
}

/** @param {Iterable<L.Point>} corners top left corners at which a name may stand @param {L.Point} size @returns {Iterable<LabelSpot>} */
export function* spotsAt(corners, { x: width, y: height }) {
  for (const corner of corners) yield { anchor: corner, corner, boxes: [boxAt(corner, width, height)] };
}

/** Points on a line at which an upright sign may stand, the middle first.
 * @param {Float64Array} line x, y, x, y, … in pixels @param {L.Point} size @param {L.Bounds} view @returns {Iterable<LabelSpot>} */
export function* spotsOn(line, { x: width, y: height }, view) {
  const lengths = lengthsOf(line);
  for (const middle of fromTheMiddle(lengths[lengths.length - 1], 80)) {
    const [x, y] = pointAt(line, lengths, middle);
    if (!view.contains(L.point(x, y))) continue;
    const corner = L.point(x - width / 2, y - height / 2);
    yield { anchor: L.point(x, y), corner, boxes: [boxAt(corner, width, height)] };
  }
}

/** Parts of a line along which a name can be read, the middle first.
 * @param {Float64Array} line x, y, x, y, … in pixels @param {L.Point} size @param {L.Bounds} view @returns {Iterable<LabelSpot>} */
export function* spotsAlong(line, { x: width, y: height }, view) {
  const lengths = lengthsOf(line);
  const room = lengths[lengths.length - 1] - width - 2 * PADDING_PX;
  if (room < 0) return;
  for (const offset of fromTheMiddle(room, Math.max(40, width / 2))) {
    const start = offset + PADDING_PX;
    const [x, y] = pointAt(line, lengths, start + width / 2);
    if (!view.contains(L.point(x, y))) continue;
    const path = partOf(line, lengths, start, start + width);
    if (!isReadable(path)) continue;
    const half = height / 2 + 1;
    const count = Math.ceil(width / height);
    const boxes = Array.from({ length: count + 1 }, (_, at) => {
      const [boxX, boxY] = pointAt(line, lengths, start + (width * at) / count);
      return /** @type {LabelBox} */ ([boxX - half, boxY - half, boxX + half, boxY + half]);
    });
    yield { anchor: L.point(x, y), path: isFromLeft(path) ? path : path.reverse(), boxes };
  }
}

/** Paths beside a line along which a name can be read, the middle first, above the line before below.
 * @param {Float64Array} line x, y, x, y, … in pixels @param {L.Point} size @param {number} half of the line's width
 * @param {L.Bounds} view @returns {Iterable<LabelSpot>} */
export function* spotsBeside(line, { x: width, y: height }, half, view) {
  const lengths = lengthsOf(line);
  const end = lengths[lengths.length - 1];
  const room = width + 2 * END_PX;
  if (end < room) return;
  const away = half + LINE_GAP_PX + height / 2;
  for (const start of fromTheMiddle(end - room, 30)) {
    const middle = L.point(...pointAt(line, lengths, start + room / 2));
    if (!view.contains(middle)) continue;
    // The upper side first: -1 is left in the direction of the line on the screen, 1 is right.
    const isFromTheLeft = isFromLeft([pointAt(line, lengths, start), pointAt(line, lengths, start + room)]);
    for (const side of isFromTheLeft ? [-1, 1] : [1, -1]) {
      const count = Math.ceil(room / TANGENT_STEP_PX);
      const rows = Array.from({ length: count + 1 }, (_, at) => {
        const length = start + (room * at) / count;
        const [x, y] = pointAt(line, lengths, length);
        const [before, after] = [-TANGENT_PX, TANGENT_PX].map((step) => pointAt(line, lengths, Math.min(Math.max(length + step, 0), end)));
        const angle = Math.atan2(after[1] - before[1], after[0] - before[0]);
        const [downX, downY] = [-Math.sin(angle) * side, Math.cos(angle) * side];
        return [0, -height / 2 + 1, height / 2 - 1].map((row) => [x + downX * (away + row), y + downY * (away + row)]);
      });
      const path = rows.map(([point]) => point);
      if (!isReadable(path) || pathLength(path) < width + END_PX) continue;
      const edges = rows.flatMap((row) => row.map(([x, y]) => /** @type {LabelBox} */ ([x, y, x, y])));
      const boxes = path.map(([x, y]) => /** @type {LabelBox} */ ([x - height / 2, y - height / 2, x + height / 2, y + height / 2]));
      yield { anchor: middle, path: isFromLeft(path) ? path : path.reverse(), boxes, edges };
    }
  }
}

/** The box of an upright name, with a gap around it. @param {L.Point} corner @param {number} width @param {number} height
 * @returns {LabelBox} */
function boxAt({ x, y }, width, height) {
  return [x - PADDING_PX, y - PADDING_PX, x + width + PADDING_PX, y + height + PADDING_PX];
}

/** Numbers from 0 to the end in steps, those near the middle first. @param {number} end @param {number} step */
function* fromTheMiddle(end, step) {
  yield end / 2;
  for (let away = step; away <= end / 2; away += step) {
    yield end / 2 - away;
    yield end / 2 + away;
  }
}
