/** The base map under the layers: the embedded one, or an online one that somebody chose and that answers. */

import { EmbeddedBasemap } from "./embedded_basemap.js";
import { Streets } from "./streets.js";

/** Failed tiles before the first that comes: the host can't be reached. */
const MAX_FAILED_TILES = 2;

const EMBEDDED = "embedded";

export class Basemaps {
  /** @param {Atlas} atlas */
  constructor(atlas) {
    this.atlas = atlas;
    /** What the layer panel offers. @type {BasemapChoice[]} */
    this.choices = [];
    /** Tiles of the online base map that was chosen. @type {L.TileLayer | undefined} */
    this.tiles = undefined;
    this.hasGap = false;
    atlas.map.createPane("atlas-online").style.zIndex = "250";
  }

  /** @param {EmbeddedBasemapOptions} options */
  addEmbedded(options) {
    this.options = options;
    this.choices.unshift({ id: EMBEDDED, title: options.title });
    this.atlas.credits.add(options.attribution);
  }

  /** @param {OnlineBasemapOptions} online */
  addOnline(online) {
    this.choices.push({ id: online.id, title: online.title, online });
  }

  /** Draw the embedded base map, if the atlas has one. */
  drawEmbedded() {
    const { map, labels } = this.atlas;
    const { overview, streets } = this.options ?? {};
    if (!overview) return;
    this.embedded = new EmbeddedBasemap(overview, () => this.reportGap());
    this.embedded.on("placesload", () => labels.request());
    this.embedded.addTo(map);
    if (streets) this.streets = new Streets(this.atlas, streets, () => this.reportGap());
  }

  /** One message is enough: what is missing next is missing for the same reason. */
  reportGap() {
    const { announcer, texts } = this.atlas;
    if (!this.hasGap) announcer.notify(texts.basemapIncomplete);
    this.hasGap = true;
  }

  /** Show a base map; online tiles cover the embedded one once they are there. @param {BasemapChoice} choice */
  choose({ title, online }) {
    const { map, panel, labels, credits, announcer, texts } = this.atlas;
    this.tiles?.remove();
    this.tiles = undefined;
    this.streets?.cover(online !== undefined);
    credits.cover(online?.credit);
    labels.request();
    if (!online) return;
    const tiles = L.tileLayer(online.url, { ...online.options, pane: "atlas-online" });
    let failed = 0;
    tiles.on("tileload", () => { failed = -Infinity; });
    tiles.on("tileerror", () => {
      failed += 1;
      if (failed < MAX_FAILED_TILES || this.tiles !== tiles) return;
      this.choose({ id: EMBEDDED, title: "" });
      panel.setBasemap(EMBEDDED);
      announcer.notify(texts.basemapFailed.replace("{title}", title));
    });
    this.tiles = tiles.addTo(map);
  }

  /** Named places of the embedded base map, while it is in sight. */
  places() {
    return this.tiles || this.streets?.hasPlaces ? [] : this.embedded?.places ?? [];
  }

  /** Names of streets and what lies between them, while these are in sight. @returns {Label[]} */
  streetLabels() {
    return this.streets?.labels() ?? [];
  }

  /** Take the colors of the style sheets again, after the color scheme has changed. */
  restyle() {
    this.embedded?.refreshPalette();
    this.streets?.restyle();
  }

  /** Draw what waits to be drawn, at once: paper does not wait for the next frame. */
  drawNow() {
    this.embedded?.drawNow();
    this.streets?.drawNow();
  }

  /** Resolve once everything of the view is there. */
  async settle() {
    await this.embedded?.loading;
    await this.streets?.settle();
  }
}
