/** From a layer's style in the catalog to Leaflet's path options, for the light and the dark map. */

const SOFT_EDGE_PX = 9;
const SOFT_EDGE_OPACITY = 0.3;

/** Whether a point may lie so far off that its symbol says so. */
export function isApproximate(style, properties) {
  return typeof properties?.accuracy_m === "number" && properties.accuracy_m >= style.soft_from_m;
}

/** The same symbol with a soft edge. */
export function softOptions(options) {
  return { ...options, weight: SOFT_EDGE_PX, opacity: SOFT_EDGE_OPACITY };
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
