/** Reads and writes what a link to the map says: `layers`, `feature`, `view` (`zoom/lat/lon`). */

const VIEW = /^(\d{1,2}(?:\.\d+)?)\/(-?\d{1,2}(?:\.\d+)?)\/(-?\d{1,3}(?:\.\d+)?)$/;

/** @param {string} search the query of the address
 * @param {Initial} initial what holds where the query says nothing */
export function readAddress(search, initial) {
  const query = new URLSearchParams(search);
  const view = query.get("view") ?? initial.view ?? null;
  const parsed = view === null ? null : parseView(view);
  return {
    layers: query.get("layers")?.split(",").filter(Boolean) ?? initial.layers ?? null,
    feature: query.get("feature") || initial.feature || null,
    view: parsed,
    wrongView: parsed === null ? view : null,
    reach: query.has("reach") || query.has("border") ? query.toString() : "",
    isPrint: query.has("print"),
    isPicture: query.has("picture"),
  };
}

/** @param {string} text @returns {MapView | null} */
export function parseView(text) {
  const match = VIEW.exec(text);
  if (!match) return null;
  const [zoom, lat, lng] = match.slice(1).map(Number);
  return Math.abs(lat) <= 85 && Math.abs(lng) <= 180 ? { zoom, lat, lng } : null;
}

/** West, south, east, north. @param {L.Map} map */
export function formatBounds(map) {
  return map.getBounds().toBBoxString().split(",").map((degrees) => Number(Number(degrees).toFixed(5)));
}

/** Zoom, latitude and longitude; four decimals are about ten meters. @param {L.Map} map */
export function formatView(map) {
  const { lat, lng } = map.getCenter();
  return `${Number(map.getZoom().toFixed(2))}/${lat.toFixed(4)}/${lng.toFixed(4)}`;
}
