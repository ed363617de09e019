/** Lengths and parts of lines, given as x, y, x, y, … in pixels, for names along them. */

/** Side of the boxes that cover a line. */
const LINE_STEP_PX = 6;

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

/** The point at a length of the line. @param {Float64Array} line @param {Float64Array} lengths @param {number} length */
export function pointAt(line, lengths, length) {
  const next = Math.min(Math.max(lengths.findIndex((value) => value >= length), 1), lengths.length - 1);
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

/** Boxes that cover a line. @param {L.Point[]} points @returns {LabelBox[]} */
export function boxesAlong(points) {
  const line = Float64Array.from(points.flatMap(({ x, y }) => [x, y]));
  const lengths = lengthsOf(line);
  const count = Math.ceil((lengths[lengths.length - 1] ?? 0) / LINE_STEP_PX);
  return Array.from({ length: count }, (_, at) => {
    const [x, y] = pointAt(line, lengths, at * LINE_STEP_PX);
    return [x - LINE_STEP_PX / 2, y - LINE_STEP_PX / 2, x + LINE_STEP_PX / 2, y + LINE_STEP_PX / 2];
  });
}
