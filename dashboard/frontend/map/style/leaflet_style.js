/** From a layer's style in the catalog to Leaflet's path options, for the light and the dark map. */

const AURA_PX = 4;
const AURA_OPACITY = 0.28;

/** Whether a point may lie so far off that its symbol says so. */
export function isApproximate(style, properties) {
  return typeof properties?.accuracy_m === "number" && properties.accuracy_m >= style.soft_from_m;
}

/** The soft edge around a symbol whose position is only known roughly: faint, so that the symbol itself stays clear. */
export function auraOptions(style) {
  const { radius, color, fillColor } = style;
  return { shape: style.shape, radius: radius + AURA_PX / 2, color, fillColor, weight: AURA_PX * 2, opacity: AURA_OPACITY, fillOpacity: AURA_OPACITY };
}

/** @returns path options of a feature, or of a legend row (`properties` with the category's value). */
export function pathOptions(style, properties, isDark) {
  const { categories = [], category_field: field, ...base } = style;
  const category = categories.find((candidate) => candidate.value === properties?.[field]) ?? {};
  const merged = { ...base, ...Object.fromEntries(Object.entries(category).filter(([, value]) => value !== null)) };
  const color = (isDark && merged.dark_color) || merged.color;
  return {
    color,
    fillColor: (!isDark && merged.fill_color) || (isDark && merged.dark_fill_color) || color,
    weight: merged.weight ?? 2,
    opacity: merged.opacity ?? 1,
    fillOpacity: merged.fill_opacity ?? 0,
    symbolFillOpacity: merged.symbol_fill_opacity ?? merged.fill_opacity ?? 1,
    dashArray: merged.dash_array ?? null,
    casing: merged.casing ?? 0,
    shape: merged.shape ?? "circle",
    radius: merged.radius ?? 6,
    symbol: merged.symbol_maxzoom !== undefined,
    symbolMaxzoom: merged.symbol_maxzoom ?? -1,
    labelMinzoom: merged.label_minzoom ?? Infinity,
    labelPriority: merged.label_priority ?? 0,
  };
}
