/** The page's address, and addresses beside the page. */

import { formatQuery, queryWith } from "../query.js";

/** Parameters that the map and the page have in common. */
const SHARED = ["layers", "feature", "view", "reach", "minutes", "scenario", "against", "waiting", "to", "border"];

/** The folder of the page, wherever a path prefix puts it. */
const folder = window.location.pathname.replace(/\/?$/, "/");

/** The present address with some parameters set, or removed. @param {QueryChanges} changes */
export function addressWith(changes) {
  const query = queryWith(changes);
  return query ? `?${query}` : window.location.pathname;
}

/** @param {QueryChanges} changes */
export function writeAddress(changes) {
  window.history.replaceState(window.history.state, "", addressWith(changes));
}

/** Return an address beside the page, with the language and what the map has in common with the page.
 * @param {string} path @param {Record<string, string>} [extra] parameters */
export function besidePage(path, extra = {}) {
  const shared = [...new URLSearchParams(window.location.search)].filter(([name]) => SHARED.includes(name));
  const query = new URLSearchParams([["lang", document.documentElement.lang], ...shared, ...Object.entries(extra)]);
  return new URL(`${folder}${path}?${formatQuery(query)}`, window.location.origin).href;
}
