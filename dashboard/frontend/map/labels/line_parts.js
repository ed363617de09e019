/** Lengths and parts of lines, given as x, y, x, y, … in pixels, for names along them. */

/** Distance of the boxes that cover a line. */
const BOX_STEP_PX = 6;

/** A name along a line turns at most this much at one point, and as a whole. */
const MAX_TURN = 0.5;
const MAX_TURNS = 1.1;

/** Length of a line up to each of its points. @param {Float64Array} line */
export function lengthsOf(line) {
  const lengths = new Float64Array(line.length / 2);
  for (let at = 1; at < lengths.length; at += 1) {
    lengths[at] = lengths[at - 1] + Math.hypot(line[2 * at] - line[2 * at - 2], line[2 * at + 1] - line[2 * at - 1]);
  }
  return lengths;
}

/** @param {number[][]} path */
export function pathLength(path) {
  return path.slice(1).reduce((sum, [x, y], at) => sum + Math.hypot(x - path[at][0], y - path[at][1]), 0);
}

/** The point at a length of the line. @param {Float64Array} line @param {Float64Array} lengths @param {number} length
 * @returns {[number, number]} */
export function pointAt(line, lengths, length) {
  let [last, next] = [0, lengths.length - 1];
  while (next - last > 1) {
    const middle = (last + next) >> 1;
    if (lengths[middle] >= length) next = middle;
    else last = middle;
  }
  const part = (length - lengths[next - 1]) / (lengths[next] - lengths[next - 1] || 1);
  const [x, y] = [line[2 * next - 2], line[2 * next - 1]];
  return [x + (line[2 * next] - x) * part, y + (line[2 * next + 1] - y) * part];
}

/** The points from one length of the line to another.
 * @param {Float64Array} line @param {Float64Array} lengths @param {number} start @param {number} end */
export function partOf(line, lengths, start, end) {
  const path = [pointAt(line, lengths, start)];
  lengths.forEach((length, at) => { if (length > start + 1 && length < end - 1) path.push([line[2 * at], line[2 * at + 1]]); });
  path.push(pointAt(line, lengths, end));
  return path;
}

/** Whether a name along the path is readable. @param {number[][]} path */
export function isReadable(path) {
  let turns = 0;
  for (let at = 1; at < path.length - 1; at += 1) {
    const turn = Math.abs(angle(path[at], path[at + 1]) - angle(path[at - 1], path[at]));
    const least = Math.min(turn, 2 * Math.PI - turn);
    turns += least;
    if (least > MAX_TURN || turns > MAX_TURNS) return false;
  }
  return true;
}

/** @param {number[]} from @param {number[]} to */
const angle = (from, to) => Math.atan2(to[1] - from[1], to[0] - from[0]);

/** Whether a text along the path is not upside down. @param {number[][]} path */
export function isFromLeft(path) {
  const [[x, y], [endX, endY]] = [path[0], path[path.length - 1]];
  return Math.abs(endX - x) < 0.5 ? endY < y : endX > x;
}

/** Points on a line, the first at its beginning. @param {L.Point[]} line @param {number} step in pixels */
export function pointsAlong(line, step) {
  const points = line.slice(0, 1);
  let rest = step;
  for (let index = 1; index < line.length; index += 1) {
    const [a, b] = [line[index - 1], line[index]];
    const length = a.distanceTo(b);
    for (; rest <= length; rest += step) points.push(a.add(b.subtract(a).multiplyBy(rest / length)));
    rest -= length;
  }
  return points;
}

/** Boxes that cover a line. @param {L.Point[]} line @param {number} half of its width @returns {LabelBox[]} */
export function boxesAlong(line, half) {
  return pointsAlong(line, BOX_STEP_PX).map(({ x, y }) => [x - half, y - half, x + half, y + half]);
}
