/** Layers that the session uploaded: the page says which ones the map shows. */

/** Show exactly these uploads; one with only another title or style keeps its shapes.
 * @param {Atlas} atlas @param {LayerOptions[]} uploads */
export function takeUploads({ layers, panel }, uploads) {
  for (const layer of layers.all.filter(({ options }) => options.isUpload)) {
    const options = uploads.find(({ id }) => id === layer.id);
    if (!options || addressOf(options) !== addressOf(layer.options)) layers.remove(layer);
    else if (sent.get(layer) !== titleAndStyleOf(options)) {
      sent.set(layer, titleAndStyleOf(options));
      layer.changeLook(options);
      panel.redraw(layer);
    }
  }
  for (const options of uploads) {
    if (layers.byId(options.id)) continue;
    const layer = layers.add({ ...options, isUpload: true });
    sent.set(layer, titleAndStyleOf(options));
    panel.addRow(layer);
    layers.set(layer, true);
  }
}

/** What the page last said of a layer's title and style. @type {WeakMap<object, string>} */
const sent = new WeakMap();

/** @param {LayerOptions} options */
const addressOf = ({ url, tiles }) => url ?? tiles?.url;

/** @param {LayerOptions} options */
const titleAndStyleOf = ({ title, style }) => JSON.stringify([title, style]);
