/** The page's address, and addresses beside the page. */

import { formatQuery, queryWith } from "../query.js";

/** Parameters that the map and the page have in common. */
const SHARED = ["layers", "feature", "view", "reach", "minutes", "scenario", "against", "waiting", "to", "border"];

/** What the browser's Back undoes: a choice, a chapter, another panel; layers and view go with it. */
const STEPS = ["feature", "story", "panel", "of", "reach", "to", "border"];

/** The query that the page shows. */
let shown = window.location.search;

/** A step that the page has taken, and the server has not answered; the first answer only tidies the address. */
let isUnanswered = true;

/** The folder of the page, wherever a path prefix puts it. */
const folder = window.location.pathname.replace(/\/?$/, "/");

/** The present address with some parameters set, or removed. @param {QueryChanges} changes */
export function addressWith(changes) {
  const query = queryWith(changes);
  return query ? `?${query}` : window.location.pathname;
}

/** Write what the page shows; a step is a new entry of the browser's history, and the server's answer to it belongs to it.
 * @param {QueryChanges} changes @param {{isAnswer?: boolean}} [options] */
export function writeAddress(changes, { isAnswer = false } = {}) {
  const query = new URLSearchParams(window.location.search);
  const isStep = STEPS.some((name) => name in changes && (changes[name] || null) !== (query.get(name) || null));
  const address = addressWith(changes);
  if (isStep && !(isAnswer && isUnanswered)) window.history.pushState(window.history.state, "", address);
  else window.history.replaceState(window.history.state, "", address);
  if (isStep || isAnswer) isUnanswered = !isAnswer;
  shown = window.location.search;
}

/** The query to which Back or Forward has led, once; null where only the fragment changed. */
export function takeVisited() {
  if (shown === window.location.search) return null;
  isUnanswered = false;
  shown = window.location.search;
  return shown;
}

/** Return an address beside the page, with the language and what the map has in common with the page.
 * @param {string} path @param {Record<string, string>} [extra] parameters */
export function besidePage(path, extra = {}) {
  const shared = [...new URLSearchParams(window.location.search)].filter(([name]) => SHARED.includes(name));
  const query = new URLSearchParams([["lang", document.documentElement.lang], ...shared, ...Object.entries(extra)]);
  return new URL(`${folder}${path}?${formatQuery(query)}`, window.location.origin).href;
}
