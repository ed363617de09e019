/** Where a name may stand: around its symbol, or along its line. */

import { isFromLeft, isReadable, lengthsOf, partOf, pointAt } from "./line_parts.js";

const GAP_PX = 4;
const PADDING_PX = 2;

/** Around a symbol; without one a name is centered. @param {Label} label @param {L.Point} size @returns {LabelSpot[]} */
export function spotsAround({ point, radius, kind }, { x: width, y: height }) {
  const gap = radius + GAP_PX;
  const offsets = radius === 0 || kind === "area" || kind === "place" ? [[-width / 2, -height / 2]]
    : [[gap, -height / 2], [-width / 2, gap - 2], [-width / 2, -gap - height + 2], [-gap - width, -height / 2]];
  return offsets.map(([x, y]) => {
    const corner = point.add([x, y]);
    return { anchor: point, corner, boxes: [boxAt(corner, width, height)] };
  });
}

/** @param {L.Point[]} corners top left corners at which a name may stand @param {L.Point} size @returns {LabelSpot[]} */
export function spotsAt(corners, { x: width, y: height }) {
  return corners.map((corner) => ({ anchor: corner, corner, boxes: [boxAt(corner, width, height)] }));
}

/** Points on a line at which an upright sign may stand, the middle first.
 * @param {Float64Array} line x, y, x, y, … in pixels @param {L.Point} size @param {LabelBox} view @returns {Iterable<LabelSpot>} */
export function* spotsOn(line, { x: width, y: height }, view) {
  const lengths = lengthsOf(line);
  for (const middle of fromTheMiddle(lengths[lengths.length - 1], 80)) {
    const [x, y] = pointAt(line, lengths, middle);
    if (!isWithin(x, y, view)) continue;
    const corner = L.point(x - width / 2, y - height / 2);
    yield { anchor: L.point(x, y), corner, boxes: [boxAt(corner, width, height)] };
  }
}

/** Parts of a line along which a name can be read, the middle first.
 * @param {Float64Array} line x, y, x, y, … in pixels @param {L.Point} size @param {LabelBox} view @returns {Iterable<LabelSpot>} */
export function* spotsAlong(line, { x: width, y: height }, view) {
  const lengths = lengthsOf(line);
  const room = lengths[lengths.length - 1] - width - 2 * PADDING_PX;
  if (room < 0) return;
  for (const offset of fromTheMiddle(room, Math.max(40, width / 2))) {
    const start = offset + PADDING_PX;
    const [x, y] = pointAt(line, lengths, start + width / 2);
    if (!isWithin(x, y, view)) continue;
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

/** @param {number} x @param {number} y @param {LabelBox} view */
const isWithin = (x, y, [left, top, right, bottom]) => x >= left && x <= right && y >= top && y <= bottom;
