/** What a shared link says: `layers`, `feature` and `view` (`zoom/lat/lon`), read and written. */

const VIEW = /^(\d{1,2}(?:\.\d+)?)\/(-?\d{1,2}(?:\.\d+)?)\/(-?\d{1,3}(?:\.\d+)?)$/;

/** @returns {{layers: string[] | null, feature: string | null, view: object | null, wrong: string[]}} */
export function readAddress(search) {
  const query = new URLSearchParams(search);
  const view = query.get("view");
  const parsed = view === null ? null : parseView(view);
  return {
    layers: query.has("layers") ? query.get("layers").split(",").filter(Boolean) : null,
    feature: query.get("feature") || null,
    view: parsed,
    wrong: view !== null && parsed === null ? [view] : [],
  };
}

export function parseView(text) {
  const match = VIEW.exec(text);
  if (!match) return null;
  const [zoom, lat, lng] = match.slice(1).map(Number);
  return Math.abs(lat) <= 85 && Math.abs(lng) <= 180 ? { zoom, lat, lng } : null;
}

/** Four decimals are about ten metres: more than a screen shows at the deepest zoom that is shared. */
export function formatView(map) {
  const { lat, lng } = map.getCenter();
  return `${Number(map.getZoom().toFixed(2))}/${lat.toFixed(4)}/${lng.toFixed(4)}`;
}
