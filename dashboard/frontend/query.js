/** The query of the document's address. */

/** @param {URLSearchParams} query @returns {string} with commas and slashes as they are: queries may hold them, and people read addresses */
export function formatQuery(query) {
  return query.toString().replaceAll("%2C", ",").replaceAll("%2F", "/");
}

/** The present query with some parameters set, or removed. @param {QueryChanges} changes */
export function queryWith(changes) {
  const query = new URLSearchParams(window.location.search);
  for (const [name, value] of Object.entries(changes)) {
    if (value === null || value === undefined) query.delete(name);
    else query.set(name, value);
  }
  return formatQuery(query);
}
