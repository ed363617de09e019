/** Says on the map what has changed since the data that its link is pinned to. */

import { fetchJson } from "./fetching.js";

/** @param {Atlas} atlas */
export async function showLinkChanges({ announcer, language, texts }) {
  const query = new URLSearchParams(window.location.search);
  if (!query.has("data") || window.location.protocol === "file:") return;
  query.set("lang", language);
  try {
    const { text } = await fetchJson(`./changes.json?${query}`);
    if (text) announcer.keep(text, texts.close);
  } catch {
    announcer.notify(texts.changesFailed);
  }
}
