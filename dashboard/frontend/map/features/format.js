/** Formats values, distances, areas and dates in the language of the map. */

/** @param {any} value @param {Field} field @param {string} language */
export function formatValue(value, field, language) {
  const text = formatBare(value, field, language);
  return field.unit ? `${text}\u00a0${field.unit}` : text;
}

/** @param {number} meters @param {string} language */
export function formatDistance(meters, language) {
  if (meters < 1000) return formatNumber(meters, 0, "m", language);
  return formatNumber(meters / 1000, meters < 10_000 ? 2 : 1, "km", language);
}

/** @param {number} squareMeters @param {string} language */
export function formatArea(squareMeters, language) {
  if (squareMeters < 1e4) return formatNumber(squareMeters, 0, "m²", language);
  const [value, unit] = squareMeters < 1e6 ? [squareMeters / 1e4, "ha"] : [squareMeters / 1e6, "km²"];
  return formatNumber(value, value < 10 ? 2 : value < 100 ? 1 : 0, unit, language);
}

/** Small numbers have no separators, for which the browser would load its tables of languages.
 * @param {number} count @param {string} language */
export function formatCount(count, language) {
  return count < 1000 ? String(count) : count.toLocaleString(language);
}

/** @param {string} iso @param {string} language */
export function formatDate(iso, language) {
  return new Intl.DateTimeFormat(language, { dateStyle: "long", timeZone: "UTC" }).format(new Date(`${iso}T00:00:00Z`));
}

/** @param {number} value @param {number} digits at most @param {string} unit @param {string} language */
function formatNumber(value, digits, unit, language) {
  return `${value.toLocaleString(language, { maximumFractionDigits: digits })}\u00a0${unit}`;
}

/** @param {any} value @param {Field} field @param {string} language */
function formatBare(value, { type, choices }, language) {
  if (Array.isArray(value)) return value.join(", ");
  if (type === "choice") return choices && Object.hasOwn(choices, value) ? choices[value] : String(value);
  if (typeof value === "number" && type !== "year") return value.toLocaleString(language, { maximumFractionDigits: 2 });
  if (type === "date" && !Number.isNaN(Date.parse(`${value}T00:00:00Z`))) return formatDate(value, language);
  return String(value);
}
