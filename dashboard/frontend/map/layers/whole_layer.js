/** What is done with a layer as a whole: raised above others, dimmed, shown from end to end. */

/** Everything that is drawn of a layer, from the bottom up. @param {DataLayer} layer @returns {L.Path[]} */
export function drawnOf({ features, strokes }) {
  const shapes = [...features.values()].flatMap(({ paths, symbols, decorations, hits, marks }) => (
    [...decorations.map(({ path }) => path), ...hits, ...paths, ...symbols, ...marks]
  ));
  return [...shapes, ...strokes.map(({ path }) => path)];
}

/** Draw a layer fainter than it is. @param {DataLayer} layer @param {number} opacity from 0 to 1 */
export function dimLayer(layer, opacity) {
  layer.opacity = opacity;
  for (const path of drawnOf(layer)) path.setStyle({ dim: opacity });
  if (layer.isLarge) layer.atlas.stage.restyle(layer);
  layer.atlas.labels.request();
}

/** Where the features of a layer are. @param {DataLayer} layer */
export function extentOf(layer) {
  const bounds = L.latLngBounds([]);
  const { tiles } = layer.options;
  if (tiles) {
    const [west, south, east, north] = tiles.bbox;
    return bounds.extend([south, west]).extend([north, east]);
  }
  for (const entry of layer.features.values()) bounds.extend(layer.boundsOf(entry));
  return bounds;
}
