/** The space on the map that names have taken: a grid, so that a name is compared with its neighbors only. */

const CELL_PX = 64;

export class LabelSpace {
  constructor() {
    /** @type {Map<string, LabelBox[]>} */
    this.cells = new Map();
    /** Where each text is drawn, whatever its case. @type {Map<string, {source: string, anchor: L.Point}[]>} */
    this.drawn = new Map();
  }

  /** @param {LabelBox} box */
  isFree([left, top, right, bottom]) {
    for (const cell of cellsOf(left, top, right, bottom)) {
      for (const [l, t, r, b] of this.cells.get(cell) ?? []) if (left < r && right > l && top < b && bottom > t) return false;
    }
    return true;
  }

  /** How many boxes one meets; those that lie in several cells count in each. @param {LabelBox} box */
  met([left, top, right, bottom]) {
    let count = 0;
    for (const cell of cellsOf(left, top, right, bottom)) {
      for (const [l, t, r, b] of this.cells.get(cell) ?? []) if (left <= r && right >= l && top <= b && bottom >= t) count += 1;
    }
    return count;
  }

  /** @param {LabelBox} box */
  take(box) {
    for (const cell of cellsOf(...box)) {
      const boxes = this.cells.get(cell);
      if (boxes) boxes.push(box);
      else this.cells.set(cell, [box]);
    }
  }

  /** Whether a text is drawn: anywhere for something else, or nearer than this for the same.
   * @param {string} text @param {string} source @param {L.Point} anchor @param {number} distance in pixels */
  isNear(text, source, anchor, distance) {
    return this.drawn.get(text.toLowerCase())?.some((other) => other.source !== source || other.anchor.distanceTo(anchor) < distance) ?? false;
  }

  /** How often a text is drawn. @param {string} text */
  count(text) {
    return this.drawn.get(text.toLowerCase())?.length ?? 0;
  }

  /** @param {string} text @param {string} source @param {L.Point} anchor */
  note(text, source, anchor) {
    const key = text.toLowerCase();
    this.drawn.set(key, [...(this.drawn.get(key) ?? []), { source, anchor }]);
  }
}

/** @param {number} left @param {number} top @param {number} right @param {number} bottom */
function* cellsOf(left, top, right, bottom) {
  const [lastX, lastY] = [Math.floor(right / CELL_PX), Math.floor(bottom / CELL_PX)];
  for (let x = Math.floor(left / CELL_PX); x <= lastX; x += 1) {
    for (let y = Math.floor(top / CELL_PX); y <= lastY; y += 1) yield `${x} ${y}`;
  }
}
