/** Boxes in a grid, so that each is compared with its neighbors only. */

const GRID_PX = 48;

/** @template T */
export class CellGrid {
  constructor() {
    /** @type {Map<string, [[number, number, number, number], T][]>} */
    this.cells = new Map();
  }

  /** @param {[number, number, number, number]} box @param {T} value */
  add(box, value) {
    for (const cell of gridCells(box)) this.cells.set(cell, [...(this.cells.get(cell) ?? []), [box, value]]);
  }

  /** What was added first of all that meets one of the boxes. @param {[number, number, number, number][]} boxes */
  find(boxes) {
    for (const box of boxes) {
      const [left, top, right, bottom] = box;
      for (const cell of gridCells(box)) {
        for (const [[l, t, r, b], value] of this.cells.get(cell) ?? []) {
          if (left < r && right > l && top < b && bottom > t) return value;
        }
      }
    }
    return undefined;
  }
}

/** @param {[number, number, number, number]} box */
function* gridCells([left, top, right, bottom]) {
  for (let x = Math.floor(left / GRID_PX); x <= Math.floor(right / GRID_PX); x += 1) {
    for (let y = Math.floor(top / GRID_PX); y <= Math.floor(bottom / GRID_PX); y += 1) yield `${x} ${y}`;
  }
}
