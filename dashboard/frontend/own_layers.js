/** Layers that the session has for itself: the page says which there are, and hands on what is dropped here. */

import { send } from "./messages.js";

/** Have exactly these layers beside those of the map, in this order; a layer that changed is added anew. */
export function takeOwn(atlas, { layers }) {
  if (!Array.isArray(layers)) return;
  const own = atlas.layers.filter(({ options }) => options.isOwn);
  const texts = layers.map((options) => JSON.stringify(options));
  const firstChange = own.findIndex((layer, place) => layer.told !== texts[place]);
  const outdated = firstChange < 0 ? [] : own.slice(firstChange);
  const hidden = new Set(outdated.filter(({ options }) => !options.visible).map(({ id }) => id));
  for (const layer of outdated) atlas.removeLayer(layer);
  for (const [place, options] of [...layers.entries()].slice(own.length - outdated.length)) {
    const layer = atlas.addLayer({ ...options, isOwn: true });
    layer.told = texts[place];
    atlas.panel.add(layer);
    if (hidden.has(layer.id)) layer.options.visible = false;
    else atlas.setLayer(layer, true);
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
