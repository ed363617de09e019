/** Reports what the map shows to the page around it or, alone in a tab, in its address. */

import { queryWith } from "../query.js";
import { formatBounds, formatView } from "./address.js";
import { isFramed, send } from "./messages.js";

export class MapState {
  /** @param {Atlas} atlas */
  constructor(atlas) {
    this.atlas = atlas;
  }

  read() {
    const { map, layers, selection } = this.atlas;
    return {
      layers: layers.all.filter(({ options }) => options.visible && !options.isUpload).map(({ id }) => id),
      feature: selection.reference,
      view: formatView(map),
      bounds: formatBounds(map),
    };
  }

  /** Report each move of the map from now on. */
  report() {
    const { map, theme } = this.atlas;
    map.on("moveend", () => {
      if (theme.isPrinting) return;
      const { view, bounds } = this.read();
      send("view", { view, bounds });
      this.writeAddress();
    });
  }

  /** Alone in a tab, the map keeps its address; in a frame the page around it does. */
  writeAddress() {
    if (isFramed || window.location.protocol === "file:") return;
    const { layers, feature, view } = this.read();
    const query = queryWith({ layers: layers.join(","), view, picture: null, print: null, feature });
    window.history.replaceState(null, "", `?${query}`);
  }
}
