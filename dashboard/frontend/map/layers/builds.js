/** Asks the server how far it is with the large layers that it builds. */

import { fetchJson } from "../fetching.js";

const PAUSE_MS = 1000;

/** Failed requests in a row before the layers count as failed; each pause is longer, as the server may be starting. */
const MAX_FAILURES = 60;

/** @param {LargeLayer[]} layers those that are being built */
export async function watchBuilds(layers) {
  const waiting = new Set(layers);
  for (let failures = 0; waiting.size > 0 && failures < MAX_FAILURES; ) {
    try {
      const builds = await fetchJson("./builds");
      failures = 0;
      for (const layer of waiting) {
        if (builds[layer.id]) layer.followBuild(builds[layer.id]);
        if (layer.state !== "building") waiting.delete(layer);
      }
    } catch {
      failures += 1;
    }
    if (waiting.size > 0) await new Promise((resolve) => { setTimeout(resolve, PAUSE_MS * (failures + 1)); });
  }
  for (const layer of waiting) layer.followBuild({ state: "failed", message: "" });
}
