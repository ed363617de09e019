/** How names share the room on the map: which texts are drawn where, and which name gets which place. */

import { isOver } from "./cell_grid.js";

/** The places of one name, the best first. @typedef {{label: Label, spots: LabelSpot[]}} RoomForName */

/** The texts that are drawn. */
export class DrawnTexts {
  constructor() {
    /** Where each text is drawn, whatever its case. @type {Map<string, {source: string, anchor: L.Point}[]>} */
    this.drawn = new Map();
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

/** A place for each name that has one left: regions choose first, then that with the fewest places, and leave the others the most.
 * @param {RoomForName[]} rooms @returns {PlacedLabel[]} */
export function shareRoom(rooms) {
  const left = rooms.map((room) => ({ ...room }));
  /** @type {PlacedLabel[]} */
  const placed = [];
  while (left.length > 0) {
    const least = left.reduce((best, room) => (countOf(room) < countOf(best) ? room : best));
    const [{ label, spots }] = left.splice(left.indexOf(least), 1);
    const reach = reachOf(spots);
    const others = left.filter((other) => isOver(reachOf(other.spots), reach));
    const spot = bestOf(spots, others);
    if (!spot) continue;
    placed.push({ label, spot });
    for (const other of others) other.spots = other.spots.filter((its) => !isOver(its.boxes[0], spot.boxes[0]));
  }
  return placed;
}

/** @param {RoomForName} room */
const countOf = ({ label, spots }) => (label.kind === "region" ? 0 : spots.length);

/** The place that leaves others the most to choose from, above all any; of those that leave as much, the first.
 * @param {LabelSpot[]} spots @param {RoomForName[]} others @returns {LabelSpot | undefined} */
function bestOf(spots, others) {
  const costs = spots.map(({ boxes: [box] }) => others.reduce((sum, { spots: its }) => {
    const lost = its.filter(({ boxes }) => isOver(boxes[0], box)).length;
    return sum + 1 / (its.length - lost + 0.5) - 1 / (its.length + 0.5);
  }, 0));
  return spots[costs.indexOf(Math.min(...costs))];
}

/** @param {LabelSpot[]} spots @returns {LabelBox} */
function reachOf(spots) {
  const boxes = spots.map(({ boxes: [box] }) => box);
  /** @param {number} side */
  const along = (side) => boxes.map((box) => box[side]);
  return [Math.min(...along(0)), Math.min(...along(1)), Math.max(...along(2)), Math.max(...along(3))];
}
