/** What belongs to lines and outlines: bands beside them, what takes clicks, and the mark of areas that stand out. */

import { casingOptions } from "./line_strokes.js";
import { Twin } from "./twin.js";

/** Thin lines are hard to hit; this is wide enough for a finger. */
const HIT_WEIGHT_PX = 16;

/** The light rim on both sides of a marked outline. */
const HALO_PX = 3;

/** An outline thinner than this could not be seen as marked. */
const LEAST_MARK_PX = 2;

/** Along the inside of an outline; twice as wide, and cut at the outline. @param {Look} look */
function innerBandOptions({ color, bandWeight, bandOpacity }) {
  return { color, weight: 2 * bandWeight, opacity: bandOpacity };
}

/** Under a line, on both sides of it. @param {Look} look */
function lineBandOptions({ color, weight, bandWeight, bandOpacity }) {
  return { color, weight: weight + 2 * bandWeight, opacity: bandOpacity, lineCap: /** @type {const} */ ("butt") };
}

/** Strokes that together fade to both sides, for an outline that nobody has surveyed. */
const FEATHER = [[10, 0.12], [6, 0.2], [2.4, 0.34]];

/** Add what is drawn with an area. @param {DataLayer} layer @param {Entry} entry @param {L.Polygon} area @param {Look} look */
export function addAreaParts(layer, entry, area, look) {
  const { chosen_by: chosenBy = "inside" } = layer.options.style;
  if (chosenBy === "outline") area.options.className = "atlas-hollow";
  if (chosenBy !== "inside") addHit(entry, area, "outlines");
  const shared = { group: "areas", interactive: false };
  if (look.bandWeight) {
    layer.decorate(entry, new Twin(area, { ...shared, isInner: true, className: "atlas-band", ...innerBandOptions(look) }), innerBandOptions);
  }
  if (!look.hasSoftEdge) return;
  area.setStyle({ stroke: false });
  for (const [weight, opacity] of FEATHER) {
    const optionsOf = (/** @type {Look} */ { color }) => ({ color, weight, opacity });
    layer.decorate(entry, new Twin(area, { ...shared, ...optionsOf(look) }), optionsOf);
  }
}

/** Add what is drawn with a line. @param {DataLayer} layer @param {Entry} entry @param {L.Polyline} line @param {Look} look */
export function addLineParts(layer, entry, line, look) {
  line.setStyle({ color: look.lineColor });
  const shared = { group: "casings", interactive: false };
  if (look.casing) layer.decorate(entry, new Twin(line, { ...shared, className: "atlas-casing", ...casingOptions(look) }), casingOptions);
  if (look.bandWeight) layer.decorate(entry, new Twin(line, { ...shared, className: "atlas-band", ...lineBandOptions(look) }), lineBandOptions);
  addHit(entry, line, "casings");
}

/** What takes clicks beside a thin line or outline; it is on the map where the pointer reaches the feature.
 * @param {Entry} entry @param {L.Polyline | L.Polygon} source @param {string} group */
function addHit(entry, source, group) {
  const hit = new Twin(source, { group, weight: HIT_WEIGHT_PX, opacity: 0, className: "atlas-hit" });
  hit.entry = entry;
  entry.hits.push(hit);
}

/** Mark the outlines of a feature's areas, over a light halo and above all other areas; 0 px takes the mark away.
 * @param {Entry} entry @param {Look} look @param {number} growth in pixels of the line's weight */
export function markOutlines(entry, { color, weight }, growth) {
  const { group } = entry.layer;
  for (const mark of entry.marks) group.removeLayer(mark);
  entry.marks = [];
  if (growth === 0) return;
  const lineWeight = Math.max(weight, LEAST_MARK_PX) + growth;
  const shared = { group: "outlines", interactive: false };
  for (const area of entry.paths) {
    if (!(area instanceof L.Polygon)) continue;
    entry.marks.push(
      new Twin(area, { ...shared, weight: lineWeight + 2 * HALO_PX, className: "atlas-halo" }),
      new Twin(area, { ...shared, weight: lineWeight, color, opacity: 1, className: "atlas-mark" }),
    );
  }
  for (const mark of entry.marks) group.addLayer(mark);
}
