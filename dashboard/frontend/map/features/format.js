/** Values as people write them. */

/** @param {unknown} value @param {{type: string, unit?: string, choices?: object}} field @param {string} language */
export function formatValue(value, field, language) {
  const text = formatBare(value, field, language);
  return field.unit ? `${text}\u00a0${field.unit}` : text;
}

/** A distance in metres as people say it, in metres or in kilometres. */
export function formatDistance(metres, language) {
  const [value, unit] = metres < 1000 ? [metres, "m"] : [metres / 1000, "km"];
  const digits = unit === "m" ? 0 : value < 10 ? 2 : 1;
  return `${new Intl.NumberFormat(language, { maximumFractionDigits: digits }).format(value)}\u00a0${unit}`;
}

/** An area in square metres as people say it: in these, in hectares or in square kilometres. */
export function formatArea(squareMetres, language) {
  const units = [[1, "m²"], [1e4, "ha"], [1e6, "km²"]];
  const [size, unit] = units.findLast(([least]) => squareMetres >= least) ?? units[0];
  const value = squareMetres / size;
  const digits = unit === "m²" ? 0 : value < 10 ? 2 : value < 100 ? 1 : 0;
  return `${new Intl.NumberFormat(language, { maximumFractionDigits: digits }).format(value)}\u00a0${unit}`;
}

export function formatDate(iso, language) {
  return new Intl.DateTimeFormat(language, { dateStyle: "long", timeZone: "UTC" }).format(new Date(`${iso}T00:00:00Z`));
}

function formatBare(value, field, language) {
  if (Array.isArray(value)) return value.join(", ");
  if (field.type === "choice") return Object.hasOwn(field.choices, value) ? field.choices[value] : String(value);
  if (typeof value === "number" && field.type !== "year") return new Intl.NumberFormat(language, { maximumFractionDigits: 2 }).format(value);
  if (field.type === "date") {
    if (!Number.isNaN(Date.parse(`${value}T00:00:00Z`))) return formatDate(value, language);
  }
  return String(value);
}
