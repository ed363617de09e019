/** Layers of databases: asked after while they have no answer, and drawn again once they have. */

import { fetchJson } from "../fetching.js";

const ASK_EVERY_MS = 2000;

const TROUBLED = ["building", "away", "failed", "incomplete"];

export class Databases {
  /** @param {Atlas} atlas whose layers of databases are looked after */
  constructor(atlas) {
    this.atlas = atlas;
    for (const layer of atlas.layers) if (layer.options.live) this.watch(layer);
  }

  get troubled() {
    return this.atlas.layers.filter(({ options, state }) => options.live && TROUBLED.includes(state));
  }

  watch(layer) {
    layer.on("state", () => this.ask());
    this.ask();
  }

  /** Ask the server again and again, as long as a layer is in trouble. */
  async ask() {
    if (this.isAsking) return;
    this.isAsking = true;
    while (this.troubled.length > 0) {
      try {
        const lang = new URLSearchParams({ lang: document.documentElement.lang });
        const builds = await fetchJson(`./builds?${lang}`);
        for (const layer of this.troubled) if (builds[layer.id]) await this.follow(layer, builds[layer.id]);
      } catch {
        // The server may be starting again.
      }
      await new Promise((resolve) => { setTimeout(resolve, ASK_EVERY_MS); });
    }
    this.isAsking = false;
  }

  /** @param {{state: string, message: string, tiles?: object, options?: object}} build as the server says */
  async follow(layer, build) {
    if (build.state === "away") {
      layer.awayFor = build.message;
      if (layer.state !== "away") layer.setState("away");
    } else if (build.state === "ready" && layer.tiles && build.tiles) {
      Object.assign(layer.options, { tiles: build.tiles, count: build.tiles.count });
      if (layer.isShown) layer.retry();
      else layer.setState(layer.loading ? "ready" : "waiting");
      if (layer.options.visible) await this.atlas.setLayer(layer, true, { isQuiet: true });
    } else if (build.state === "ready") {
      // What it is was not known when the map was made.
      this.watch(await this.atlas.replaceLayer(layer, build.options));
    }
  }
}
