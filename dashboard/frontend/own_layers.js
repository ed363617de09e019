/** Layers that the session has for itself: the page says which there are, and hands on what is dropped here. */

import { send } from "./messages.js";

/** Have exactly these layers beside those of the map. */
export function takeOwn(atlas, { layers }) {
  if (!Array.isArray(layers)) return;
  const own = atlas.layers.filter(({ options }) => options.isOwn);
  const kept = own.filter((layer) => layers.some(({ id, url, tiles }) => id === layer.id && url === layer.options.url && tiles?.url === layer.options.tiles?.url));
  for (const layer of own) if (!kept.includes(layer)) atlas.removeLayer(layer);
  for (const options of layers) {
    if (atlas.layers.some(({ id }) => id === options.id)) continue;
    const layer = atlas.addLayer({ ...options, isOwn: true });
    atlas.panel.add(layer);
    atlas.setLayer(layer, true);
  }
}

/** A file that is dropped on the map would replace it; the page around it knows what to do with it. */
export function passOnDrops() {
  document.addEventListener("dragover", (event) => { if (event.dataTransfer?.types.includes("Files")) event.preventDefault(); });
  document.addEventListener("drop", (event) => {
    if (!event.dataTransfer?.types.includes("Files")) return;
    event.preventDefault();
    send("files", { files: [...event.dataTransfer.files] });
  });
}
