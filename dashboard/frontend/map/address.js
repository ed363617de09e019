/** What a shared link says: `layers`, `feature` and `view` (`zoom/lat/lon`), read and written. */

const VIEW = /^(\d{1,2}(?:\.\d+)?)\/(-?\d{1,2}(?:\.\d+)?)\/(-?\d{1,3}(?:\.\d+)?)$/;

/**
 * @param {string} search the query of the address
 * @param {{layers?: string[] | null, feature?: string | null, view?: string | null}} initial what holds where it says nothing
 * @returns {{layers: string[] | null, feature: string | null, view: object | null, wrong: string[], reach: string, isPrint: boolean}}
 */
export function readAddress(search, initial = {}) {
  const query = new URLSearchParams(search);
  const view = query.get("view") ?? initial.view ?? null;
  const parsed = view === null ? null : parseView(view);
  return {
    layers: query.has("layers") ? query.get("layers").split(",").filter(Boolean) : initial.layers ?? null,
    feature: query.get("feature") || initial.feature || null,
    view: parsed,
    wrong: view !== null && parsed === null ? [view] : [],
    reach: query.has("reach") || query.has("border") ? query.toString() : "",
    isPrint: query.has("print"),
  };
}

export function parseView(text) {
  const match = VIEW.exec(text);
  if (!match) return null;
  const [zoom, lat, lng] = match.slice(1).map(Number);
  return Math.abs(lat) <= 85 && Math.abs(lng) <= 180 ? { zoom, lat, lng } : null;
}

/** West, south, east, north. */
export function formatBounds(map) {
  const bounds = map.getBounds();
  return [bounds.getWest(), bounds.getSouth(), bounds.getEast(), bounds.getNorth()].map((degrees) => Number(degrees.toFixed(5)));
}

/** Four decimals are about ten metres: more than a screen shows at the deepest zoom that is shared. */
export function formatView(map) {
  const { lat, lng } = map.getCenter();
  return `${Number(map.getZoom().toFixed(2))}/${lat.toFixed(4)}/${lng.toFixed(4)}`;
}
