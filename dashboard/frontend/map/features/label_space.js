/** The space on the map that names have taken: a grid, so that a name is compared with its neighbors only. */

const CELL_PX = 64;

export class LabelSpace {
  constructor() {
    /** @type {Map<string, LabelBox[]>} */
    this.cells = new Map();
    /** Where each text is drawn. @type {Map<string, L.Point[]>} */
    this.drawn = new Map();
  }

  /** @param {LabelBox} box */
  isFree([left, top, right, bottom]) {
    for (const cell of cellsOf(left, top, right, bottom)) {
      for (const [l, t, r, b] of this.cells.get(cell) ?? []) if (left < r && right > l && top < b && bottom > t) return false;
    }
    return true;
  }

  /** @param {LabelBox} box */
  take(box) {
    for (const cell of cellsOf(...box)) {
      const boxes = this.cells.get(cell);
      if (boxes) boxes.push(box);
      else this.cells.set(cell, [box]);
    }
  }

  /** Whether a text is drawn nearer than this. @param {string} text @param {L.Point} point @param {number} distance in pixels */
  isNear(text, point, distance) {
    return this.drawn.get(text)?.some((other) => other.distanceTo(point) < distance) ?? false;
  }

  /** @param {string} text @param {L.Point} point */
  note(text, point) {
    this.drawn.set(text, [...(this.drawn.get(text) ?? []), point]);
  }
}

/** @param {number} left @param {number} top @param {number} right @param {number} bottom */
function* cellsOf(left, top, right, bottom) {
  const [lastX, lastY] = [Math.floor(right / CELL_PX), Math.floor(bottom / CELL_PX)];
  for (let x = Math.floor(left / CELL_PX); x <= lastX; x += 1) {
    for (let y = Math.floor(top / CELL_PX); y <= lastY; y += 1) yield `${x} ${y}`;
  }
}
