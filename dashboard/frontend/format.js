/** Values as people write them. */

/** @param {unknown} value @param {{type: string, unit?: string, choices?: object}} field @param {string} language */
export function formatValue(value, field, language) {
  const text = formatBare(value, field, language);
  return field.unit ? `${text}\u00a0${field.unit}` : text;
}

function formatBare(value, field, language) {
  if (Array.isArray(value)) return value.join(", ");
  if (field.type === "choice") return Object.hasOwn(field.choices, value) ? field.choices[value] : String(value);
  if (typeof value === "number" && field.type !== "year") return new Intl.NumberFormat(language, { maximumFractionDigits: 2 }).format(value);
  if (field.type === "date") {
    const date = new Date(`${value}T00:00:00Z`);
    if (!Number.isNaN(date.valueOf())) return new Intl.DateTimeFormat(language, { dateStyle: "long", timeZone: "UTC" }).format(date);
  }
  return String(value);
}
