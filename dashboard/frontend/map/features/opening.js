/** Opens features by their references, `<layer>.<feature id>`, and says what changed since a link was made. */

import { fetchJson } from "../fetching.js";
import { isInDashboard } from "../messages.js";

/** Select a feature, and switch its layer on if need be; false if there is no such feature.
 * @param {Atlas} atlas @param {string} reference @param {{fly?: boolean}} [options] @returns {Promise<boolean>} */
export async function openFeature(atlas, reference, { fly = true } = {}) {
  const { layers, selection, announcer, texts } = atlas;
  const [layerId, featureId] = reference.split(".", 2);
  const layer = layers.byId(layerId);
  if (!layer) return false;
  const build = layers.large.find((large) => large === layer);
  if (build?.state === "building" || (build?.state === "away" && !build.tiles)) {
    build.built.promise.then(() => openFeature(atlas, reference, { fly }), () => {});
    return true;
  }
  if (!layer.isShown) await layers.set(layer, true);
  if (layer.state !== "ready") return false;
  let entry;
  try {
    entry = await layer.find(featureId);
  } catch {
    announcer.notify(texts.featureFailed.replace("{feature}", reference));
    return true;
  }
  if (!entry) return false;
  await atlas.areas.load(entry);
  if (fly) selection.flyTo(entry);
  else selection.point(entry);
  return true;
}

/** Open the feature of the address, and say what of the address means nothing here. @param {Atlas} atlas */
export async function openFromAddress(atlas) {
  const { address, announcer, texts, problems } = atlas;
  const { feature, view } = address;
  if (feature && !(await openFeature(atlas, feature, { fly: view === null }))) {
    problems.push(texts.unknownFeature.replace("{feature}", feature));
  }
  // The dashboard reads the same address and says it beside the map.
  if (isInDashboard) return;
  for (const problem of problems) announcer.notify(problem);
  showLinkChanges(atlas);
}

/** @param {Atlas} atlas */
async function showLinkChanges({ announcer, language, texts }) {
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
