/** Large layers that are not ready yet: the server is asked how far they are, and each is told. */

import { fetchJson } from "../fetching.js";

const PAUSE_MS = 1000;

/** The server may be starting again; it is asked less often then, and not for ever. */
const PATIENCE = 60;

/** @param {object[]} layers those that are being built */
export async function watchBuilds(layers) {
  const waiting = new Set(layers);
  for (let missed = 0; waiting.size > 0 && missed < PATIENCE; ) {
    try {
      const builds = await fetchJson("./builds");
      missed = 0;
      for (const layer of waiting) {
        const build = builds[layer.id];
        if (build) layer.followBuild(build);
        if (layer.state !== "building") waiting.delete(layer);
      }
    } catch {
      missed += 1;
    }
    if (waiting.size > 0) await new Promise((resolve) => { setTimeout(resolve, PAUSE_MS * (missed + 1)); });
  }
  for (const layer of waiting) layer.followBuild({ state: "failed", message: "" });
}
