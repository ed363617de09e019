/** Layers that the session has for itself: the page says which there are, and hands on what is dropped here. */

import { send } from "../messages.js";

/** Have exactly these layers beside those of the map; of one that only looks otherwise, the shapes stay. */
export function takeOwn(atlas, { layers }) {
  if (!Array.isArray(layers)) return;
  const own = atlas.layers.filter(({ options }) => options.isOwn);
  for (const layer of own) {
    const options = layers.find(({ id }) => id === layer.id);
    if (!options || addressOf(options) !== addressOf(layer.options)) atlas.removeLayer(layer);
    else if (looksOf(options) !== layer.looks) {
      layer.looks = looksOf(options);
      layer.changeLook(options);
      atlas.panel.redraw(layer);
    }
  }
  for (const options of layers) {
    if (atlas.layers.some(({ id }) => id === options.id)) continue;
    const layer = atlas.addLayer({ ...options, isOwn: true });
    layer.looks = looksOf(options);
    atlas.panel.add(layer);
    atlas.setLayer(layer, true);
  }
}

/** Of its data, which another session has elsewhere. */
function addressOf({ url, tiles }) {
  return url ?? tiles?.url;
}

function looksOf({ title, style }) {
  return JSON.stringify([title, style]);
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
