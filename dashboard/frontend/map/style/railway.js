/** The strokes that make a line a railway: a bed, ties on it, and between two tracks a gap. */

/** Width of the bed at scale 1; a wider line that lies under the railway frames it. */
const BED_PX = 5.2;

/** One tie in the middle of each dash; lengths at scale 1. */
const DASH_PX = 6;
const PERIOD_PX = 11;
const TIE_PX = 1.3;

/** Smallest scales at which ties and gaps are more than a flicker. */
const TIES_FROM = 0.55;
const GAP_FROM = 0.95;

/** Part of the width of a double track that lies between its tracks. */
const GAP_SHARE = 0.38;

/** Of dashes along the middle of a line, at scale 1. */
const MIDDLE_DASH_PX = 9;
const MIDDLE_SHARE = 0.4;

/** The bed, in the color of the land, or in that of a halo. @param {Look} look @returns {L.PolylineOptions} */
export function bedOptions({ scale, casingColor: color }) {
  return { weight: BED_PX * scale, opacity: 1, lineCap: "butt", ...(color && { color }) };
}

/** The gap between two tracks. @param {Look} look @returns {L.PolylineOptions} */
export function gapOptions({ weight, scale }) {
  return { weight: weight * GAP_SHARE, opacity: scale >= GAP_FROM ? 1 : 0, lineCap: "butt", dashArray: undefined };
}

/** Dashes along the middle. @param {Look} look @returns {L.PolylineOptions} */
export function middleOptions({ weight, scale }) {
  const dash = (MIDDLE_DASH_PX * scale).toFixed(2);
  return { weight: weight * MIDDLE_SHARE, opacity: scale >= TIES_FROM ? 1 : 0, lineCap: "butt", dashArray: `${dash} ${dash}` };
}

/** Ties, as short dashes of a wide stroke. @param {Look} look @returns {L.PolylineOptions} */
export function tieOptions({ color, dashArray, scale }) {
  const [dash, gap] = dashArray ? dashArray.split(" ").map(Number) : [DASH_PX * scale, (PERIOD_PX - DASH_PX) * scale];
  const tie = TIE_PX * scale;
  return {
    color,
    weight: BED_PX * scale,
    opacity: scale >= TIES_FROM ? 1 : 0,
    lineCap: "butt",
    dashArray: `${tie.toFixed(2)} ${(dash + gap - tie).toFixed(2)}`,
    dashOffset: ((tie - dash) / 2).toFixed(2),
  };
}
