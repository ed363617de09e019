/** Boxes in a grid, so that each is compared with its neighbors only. */

const CELL_PX = 64;

/** @template T */
export class CellGrid {
  constructor() {
    /** @type {Map<string, [LabelBox, T][]>} */
    this.cells = new Map();
  }

  /** @param {LabelBox} box @param {T} value */
  add(box, value) {
    for (const cell of cellsOf(box)) {
      const held = this.cells.get(cell);
      if (held) held.push([box, value]);
      else this.cells.set(cell, [[box, value]]);
    }
  }

  /** The first value taken of those whose boxes are over one; that of a box in several cells is offered in each.
   * @param {LabelBox} box @param {(value: T) => boolean} [takes] */
  find(box, takes = () => true) {
    for (const cell of cellsOf(box)) {
      for (const [other, value] of this.cells.get(cell) ?? []) if (isOver(box, other) && takes(value)) return value;
    }
    return undefined;
  }

  /** @param {LabelBox} box */
  isFree(box) {
    return this.find(box) === undefined;
  }

  /** How many boxes are over one; those that lie in several cells count in each. @param {LabelBox} box */
  count(box) {
    let count = 0;
    this.find(box, () => { count += 1; return false; });
    return count;
  }
}

/** @param {LabelBox} box */
function* cellsOf([left, top, right, bottom]) {
  const [lastX, lastY] = [Math.floor(right / CELL_PX), Math.floor(bottom / CELL_PX)];
  for (let x = Math.floor(left / CELL_PX); x <= lastX; x += 1) {
    for (let y = Math.floor(top / CELL_PX); y <= lastY; y += 1) yield `${x} ${y}`;
  }
}

/** @param {LabelBox} a @param {LabelBox} b */
export function isOver(a, b) {
  return a[0] < b[2] && a[2] > b[0] && a[1] < b[3] && a[3] > b[1];
}
