/** Which base map is under the layers: the embedded one, unless an online one was chosen and answers. */

/** So many tiles without one that came: the host can't be reached. */
const FAILURES_BEFORE_GIVING_UP = 2;

export class Basemaps {
  constructor(map, { onFailure }) {
    this.map = map;
    this.onFailure = onFailure;
    this.all = [];
  }

  addEmbedded(title, attribution) {
    this.embedded = { id: "embedded", title, isEmbedded: true };
    this.all.unshift(this.embedded);
    this.map.attributionControl.addAttribution(attribution);
  }

  addOnline({ id, title, url, options }) {
    this.all.push({ id, title, url, options, isEmbedded: false });
  }

  /** Show a base map; tiles go over the embedded one, which stays until they are there. */
  choose(basemap) {
    if (this.tiles) this.map.removeLayer(this.tiles);
    this.tiles = undefined;
    if (basemap.isEmbedded) return;
    const tiles = L.tileLayer(basemap.url, { ...basemap.options, pane: "atlas-online" });
    let failed = 0;
    tiles.on("tileload", () => { failed = -Infinity; });
    tiles.on("tileerror", () => {
      failed += 1;
      if (failed < FAILURES_BEFORE_GIVING_UP || this.tiles !== tiles) return;
      this.choose(this.embedded);
      this.onFailure(basemap);
    });
    this.tiles = tiles.addTo(this.map);
  }

  get isEmbeddedShown() {
    return this.tiles === undefined;
  }
}
