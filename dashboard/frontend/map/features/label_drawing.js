/** Draws names at their spots: as HTML, or as SVG along a line. */

import { element, svgElement } from "../../dom.js";

/** Draw names, and return the areas that they choose, by element.
 * @param {HTMLElement} pane @param {PlacedLabel[]} placed @returns {Map<EventTarget | null, Entry>} */
export function drawLabels(pane, placed) {
  /** @type {Map<EventTarget | null, Entry>} */
  const entries = new Map();
  const spans = placed.flatMap(({ label, spot: { corner } }) => {
    if (!corner) return [];
    const span = spanOf(label, corner);
    if (label.entry) entries.set(span, label.entry);
    return [span];
  });
  const texts = placed.flatMap(({ label, spot: { path } }, at) => (path ? textAlong(label, path, `atlas-name-line-${at}`) : []));
  pane.replaceChildren(svgElement("svg", { class: "atlas-line-labels", width: 1, height: 1 }, texts), ...spans);
  return entries;
}

/** @param {Label} label @param {L.Point} corner */
function spanOf({ text, kind, color, entry }, corner) {
  const span = element("span", { class: `atlas-label atlas-label-${kind}${entry ? " atlas-label-choosing" : ""}`, text });
  if (color) span.style.color = color;
  L.DomUtil.setPosition(span, corner.round());
  return span;
}

/** @param {Label} label @param {number[][]} path @param {string} id */
function textAlong({ text, kind, color }, path, id) {
  const line = svgElement("textPath", { href: `#${id}`, startOffset: "50%", "text-anchor": "middle", text });
  const name = svgElement("text", { class: `atlas-label atlas-label-${kind}`, dy: "0.34em" }, [line]);
  if (color) name.style.color = color;
  return [svgElement("path", { id, d: smooth(path), fill: "none" }), name];
}

/** A path that goes round its corners. @param {number[][]} path */
function smooth(path) {
  const texts = path.map(([x, y]) => `${x.toFixed(1)} ${y.toFixed(1)}`);
  const turns = path.slice(1, -1).map(([x, y], at) => {
    const [nextX, nextY] = path[at + 2];
    return `Q${texts[at + 1]} ${((x + nextX) / 2).toFixed(1)} ${((y + nextY) / 2).toFixed(1)}`;
  });
  return `M${texts[0]}${turns.join("")}L${texts[texts.length - 1]}`;
}
