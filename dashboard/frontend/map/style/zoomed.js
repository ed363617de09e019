/** What of a layer's style depends on the zoom. */

/** Widths of lines by zoom, relative to those of the catalog, for layers with `zoom_scaling`. */
const LINE_SCALES = [[6, 0.4], [8, 0.62], [10, 0.9], [12, 1.1], [14, 1.4], [17, 1.8]];

/** How wide lines are at a zoom, relative to the catalog. @param {Style} style @param {number} zoom */
export function lineScale({ zoom_scaling: isScaled = false }, zoom) {
  if (!isScaled) return 1;
  const next = LINE_SCALES.findIndex(([known]) => zoom < known);
  if (next <= 0) return LINE_SCALES.at(next)?.[1] ?? 1;
  const [[lower, least], [upper, most]] = LINE_SCALES.slice(next - 1, next + 1);
  return least + ((most - least) * (zoom - lower)) / (upper - lower);
}

/** Whether symbols have pictograms at a zoom. @param {Style} style @param {number} zoom */
export function hasIconsAt({ icon_minzoom: first = 0 }, zoom) {
  return zoom >= first;
}
