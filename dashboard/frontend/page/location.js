/** The page's address, with and without what changes. */

/** What the map and the page have in common. */
const SHARED = ["layers", "feature", "view", "reach", "minutes", "scenario", "against", "waiting", "to", "border"];

/** The present address with some parameters set, or taken out where their value is null. */
export function addressWith(changes) {
  const query = new URLSearchParams(window.location.search);
  for (const [name, value] of Object.entries(changes)) {
    if (value === null || value === undefined) query.delete(name);
    else query.set(name, value);
  }
  // Commas and slashes are allowed in a query, and people read addresses.
  const text = query.toString().replaceAll("%2C", ",").replaceAll("%2F", "/");
  return text ? `?${text}` : window.location.pathname;
}

export function writeAddress(changes) {
  window.history.replaceState(window.history.state, "", addressWith(changes));
}

/** An address beside the page, wherever a path prefix puts it, with what the map has in common with the page. */
export function besidePage(path, extra = {}) {
  const own = new URLSearchParams(window.location.search);
  const shared = SHARED.filter((name) => own.has(name)).map((name) => [name, own.get(name)]);
  const query = new URLSearchParams([["lang", document.documentElement.lang], ...shared, ...Object.entries(extra)]);
  const folder = window.location.pathname.replace(/\/?$/, "/");
  return new URL(`${folder}${path}?${query.toString().replaceAll("%2C", ",").replaceAll("%2F", "/")}`, window.location.origin).href;
}
