/** The style of a feature's shapes: at rest, under the pointer, highlighted by the page, or chosen. */

import { markOutlines } from "./outlines.js";
import { Twin } from "./twin.js";

/** What a line gains in width, enough to be seen beside what lies on it, and a symbol in stroke and radius. */
const CHOSEN = { line: 4, weight: 2, radius: 3 };
const HIGHLIGHTED = { line: 3, weight: 1.5, radius: 2 };

/** What the outline of an area gains; there its halo does the rest. */
const CHOSEN_OUTLINE_PX = 2;
const HIGHLIGHTED_OUTLINE_PX = 1;

/** @param {Look} look */
export function symbolOptions(look) {
  return { ...look, dashArray: undefined, fillOpacity: look.symbolFillOpacity };
}

/** @param {Entry} entry @param {Look} look @param {{isSelected: boolean, isHighlighted: boolean, isHovered: boolean}} state */
export function drawEntryStyle(entry, look, { isSelected, isHighlighted, isHovered }) {
  const isRaised = isHighlighted || isHovered;
  const gain = isSelected ? CHOSEN : isRaised ? HIGHLIGHTED : undefined;
  const emphasis = {
    ...(gain && { weight: look.weight + gain.weight, opacity: 1, radius: look.radius + gain.radius }),
    ...(isSelected && { dashArray: undefined }),
  };
  const strong = { ...look, ...emphasis, ...(gain && { weight: look.weight + gain.line }) };
  // A fill would paint what lies inside of an area, and its neighbors would cover half of a wider stroke.
  markOutlines(entry, look, isSelected ? CHOSEN_OUTLINE_PX : isRaised ? HIGHLIGHTED_OUTLINE_PX : 0);
  const pointOptions = { ...symbolOptions(look), ...emphasis };
  for (const path of entry.paths) {
    path.setStyle(path instanceof L.CircleMarker ? pointOptions : path instanceof L.Polygon ? look : { ...strong, color: look.lineColor });
    const { classList } = path.getElement() ?? {};
    classList?.toggle("atlas-selected", isSelected);
    classList?.toggle("atlas-highlighted", isHighlighted);
    classList?.toggle("atlas-hovered", isHovered);
  }
  for (const symbol of entry.symbols) symbol.setStyle(pointOptions);
  for (const { path, optionsOf } of entry.decorations) {
    path.setStyle(optionsOf(path instanceof Twin && path.source instanceof L.Polygon ? look : strong));
  }
}

/** Leave out what would show a feature at one point: its place is whole areas. @param {Entry} entry */
export function hideEntry(entry) {
  entry.isCovered = true;
  for (const path of [...entry.paths, ...entry.decorations.map((decoration) => decoration.path)]) path.options.className = "atlas-covered";
}
