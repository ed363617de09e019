/** Asks the server about layers of databases that have no answer, and draws them again once they have. */

import { fetchJson } from "../fetching.js";
import { LargeLayer } from "./large_layer.js";

const ASK_EVERY_MS = 2000;

const TROUBLED = ["building", "away", "failed", "incomplete"];

export class Databases {
  /** @param {Layers} layers */
  constructor(layers) {
    this.layers = layers;
    this.isAsking = false;
    for (const layer of layers.all) if (layer.options.live) this.watch(layer);
  }

  get troubled() {
    return this.layers.all.filter(({ options, state }) => options.live && TROUBLED.includes(state));
  }

  /** @param {DataLayer} layer */
  watch(layer) {
    layer.on("state", () => this.ask());
    this.ask();
  }

  /** Ask the server again and again while a layer is in trouble. */
  async ask() {
    if (this.isAsking) return;
    this.isAsking = true;
    while (this.troubled.length > 0) {
      try {
        const builds = await fetchJson(`./builds?${new URLSearchParams({ lang: document.documentElement.lang })}`);
        for (const layer of this.troubled) if (builds[layer.id]) await this.follow(layer, builds[layer.id]);
      } catch {
        // The server may be starting again.
      }
      await new Promise((resolve) => { setTimeout(resolve, ASK_EVERY_MS); });
    }
    this.isAsking = false;
  }

  /** @param {DataLayer} layer @param {Build} build as the server says */
  async follow(layer, build) {
    if (build.state === "away" && layer instanceof LargeLayer) {
      layer.awayReason = build.message;
      if (layer.state !== "away") layer.setState("away");
    } else if (build.state === "ready" && build.tiles && layer instanceof LargeLayer && layer.tiles) {
      Object.assign(layer.options, { tiles: build.tiles, count: build.tiles.count });
      if (layer.isShown) layer.retry();
      else layer.setState(layer.loading ? "ready" : "waiting");
      if (layer.options.visible) await this.layers.set(layer, true, { isQuiet: true });
    } else if (build.state === "ready" && build.options) {
      // The server did not know the layer when it made the map.
      this.watch(await this.layers.replace(layer, build.options));
    }
  }
}
