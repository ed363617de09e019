/** A link that is pinned to a version of the data, opened on the map alone: what has changed since is said on it. */

import { fetchJson } from "./fetching.js";

/**
 * @param {{keep: (text: string, close: string) => void, notify: (text: string) => void}} announcer
 * @param {string} search the query of the address
 * @param {{language: string, texts: object}} options
 */
export async function tellChanges(announcer, search, { language, texts }) {
  const query = new URLSearchParams(search);
  if (!query.has("data") || window.location.protocol === "file:") return;
  query.set("lang", language);
  try {
    const { text } = await fetchJson(`./changes.json?${query}`);
    if (text) announcer.keep(text, texts.close);
  } catch {
    announcer.notify(texts.changesFailed);
  }
}
