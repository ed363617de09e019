/** From a layer's style in the catalog to Leaflet's path options, for the light and the dark map. */

const AURA_PX = 4;
const AURA_OPACITY = 0.28;

/** Whether a symbol shows that its position is uncertain. @param {Style} style @param {Properties} properties */
export function isApproximate(style, properties) {
  return typeof properties.accuracy_m === "number" && properties.accuracy_m >= (style.soft_from_m ?? Infinity);
}

/** The faint edge around a symbol of uncertain position. @param {Look} look @returns {L.CircleMarkerOptions} */
export function auraOptions({ shape, radius, color, fillColor }) {
  return { shape, radius: radius + AURA_PX / 2, color, fillColor, weight: AURA_PX * 2, opacity: AURA_OPACITY, fillOpacity: AURA_OPACITY };
}

/** @param {Style} style @param {Properties} properties of a feature; a row of the legend has its category only
 * @param {boolean} isDark @param {{scale?: number, hasIcons?: boolean}} [zoomed] scale of lines @returns {Look} */
export function lookOf(style, properties, isDark, { scale = 1, hasIcons = true } = {}) {
  const { categories = [], category_field: field = "", ...base } = style;
  const category = categories.find(({ value }) => value === properties[field]) ?? {};
  const merged = { ...base, ...Object.fromEntries(Object.entries(category).filter(([, value]) => value !== null)) };
  const color = (isDark && merged.dark_color) || merged.color;
  const icon = hasIcons ? style.icons?.[properties[style.icon_field ?? ""]] ?? merged.icon : undefined;
  return {
    color,
    lineColor: (isDark ? merged.dark_line_color : merged.line_color) || color,
    fillColor: (isDark ? merged.dark_fill_color : merged.fill_color) || color,
    weight: (merged.weight ?? 2) * scale,
    opacity: merged.opacity ?? 1,
    fillOpacity: merged.fill_opacity ?? 0,
    symbolFillOpacity: merged.symbol_fill_opacity ?? merged.fill_opacity ?? 1,
    dashArray: merged.dash_array && scaledDashes(merged.dash_array, scale),
    pattern: merged.pattern,
    tracks: merged.tracks ?? 1,
    scale,
    casing: merged.casing ?? 0,
    casingColor: (isDark && merged.dark_casing_color) || merged.casing_color,
    bandWeight: merged.band_weight ?? 0,
    bandOpacity: merged.band_opacity ?? 0,
    shape: merged.shape ?? "circle",
    hasShape: merged.shape !== undefined,
    icon,
    radius: (icon && merged.icon_radius) || (merged.radius ?? 6),
    isGrouped: merged.grouped ?? true,
    isSymbol: merged.symbol_maxzoom !== undefined,
    symbolMaxzoom: merged.symbol_maxzoom ?? -1,
    selectMinzoom: merged.select_minzoom ?? 0,
    labelMinzoom: merged.label_minzoom ?? Infinity,
    labelMaxzoom: merged.label_maxzoom ?? Infinity,
    isLabelSpaced: merged.label_spaced ?? false,
    labelPriority: merged.label_priority ?? 0,
    hasSoftEdge: merged.soft_edge ?? false,
    isSoft: isApproximate(style, properties),
  };
}

/** @param {string} dashes @param {number} scale */
function scaledDashes(dashes, scale) {
  return scale === 1 ? dashes : dashes.split(/[ ,]+/).map((length) => (Number(length) * scale).toFixed(2)).join(" ");
}
