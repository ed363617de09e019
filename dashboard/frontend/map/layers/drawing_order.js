/** The drawing order of the layers: which lies on which, and how one is moved past another. */

/** Parts of the drawing that have shapes of a layer; only in the same part can one lie over another. @param {DataLayer} layer */
function sheetsOf(layer) {
  if (layer.isLarge) return new Set(["tiles"]);
  const paths = [...layer.features.values()].flatMap((entry) => [...entry.paths, ...entry.symbols]);
  return new Set(paths.map(({ options }) => options.group));
}

/** The next layer above (1) or below (-1) a layer that can cover it, or be covered. @param {Layers} layers @param {DataLayer} layer @param {number} step */
export function neighborOf({ all }, layer, step) {
  const parts = sheetsOf(layer);
  const beyond = step > 0 ? all.slice(all.indexOf(layer) + 1) : all.slice(0, all.indexOf(layer)).toReversed();
  return beyond.find((other) => other.isShown && [...sheetsOf(other)].some((part) => parts.has(part)));
}

/** Draw a layer above (1) or below (-1) the next that is on. @param {Atlas} atlas @param {DataLayer} layer @param {number} step */
export function moveLayer({ layers, panel, announcer, texts }, layer, step) {
  const other = neighborOf(layers, layer, step);
  if (!layer.isShown || !other) return;
  const { all } = layers;
  all.splice(all.indexOf(layer), 1);
  all.splice(all.indexOf(other) + (step > 0 ? 1 : 0), 0, layer);
  for (const shown of layers.shown) shown.bringToFront();
  panel.order();
  const text = step > 0 ? texts.nowAbove : texts.nowBelow;
  announcer.say(text.replace("{layer}", layer.options.title).replace("{other}", other.options.title));
}
