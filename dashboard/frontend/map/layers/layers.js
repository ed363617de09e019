/** The layers of the map: added, switched on and off, replaced, removed. */

import { onFirstUse } from "../../dom.js";
import { formatCount } from "../features/format.js";
import { fetchJson } from "../fetching.js";
import { send } from "../messages.js";
import { DataLayer } from "./data_layer.js";
import { Databases } from "./databases.js";
import { LargeLayer } from "./large_layer.js";

export class Layers {
  /** @param {Atlas} atlas */
  constructor(atlas) {
    this.atlas = atlas;
    /** In the catalog's order, which is that of drawing. @type {DataLayer[]} */
    this.all = [];
    /** Messages about missing data that people have seen, by layer. @type {WeakMap<DataLayer, string | undefined>} */
    this.announced = new WeakMap();
    atlas.map.on("zoomend", () => { for (const layer of this.shown) layer.updateZoom(); });
  }

  get shown() {
    return this.all.filter((layer) => layer.isShown);
  }

  get large() {
    return this.all.filter((layer) => layer instanceof LargeLayer);
  }

  get ordinary() {
    return this.all.filter((layer) => !layer.isLarge);
  }

  /** @param {string} id */
  byId(id) {
    return this.all.find((layer) => layer.id === id);
  }

  /** @param {LayerOptions} options */
  add(options) {
    const layer = options.url ? new DataLayer(this.atlas, options) : new LargeLayer(this.atlas, options);
    layer.on("state", () => this.announceMissing(layer));
    this.all.push(layer);
    return layer;
  }

  /** @param {DataLayer} layer */
  remove(layer) {
    this.set(layer, false, { isQuiet: true });
    this.all.splice(this.all.indexOf(layer), 1);
    this.atlas.panel.removeRow(layer);
  }

  /** Put a layer in the place of one that knew less. @param {DataLayer} layer @param {LayerOptions} options */
  async replace(layer, options) {
    const { visible } = layer.options;
    const place = this.all.indexOf(layer);
    this.set(layer, false, { isQuiet: true });
    const other = this.add({ ...options, visible });
    this.all.splice(place, 1, ...this.all.splice(-1));
    this.atlas.panel.replaceRow(layer, other);
    if (visible) await this.set(other, true, { isQuiet: true });
    if (layer instanceof LargeLayer) layer.built.resolve();
    return other;
  }

  /** Switch on the layers of the address, and off all others. */
  followAddress() {
    const { address, texts, problems } = this.atlas;
    if (address.layers === null) return;
    for (const layer of this.all) layer.options.visible = address.layers.includes(layer.id);
    for (const id of address.layers) if (!this.byId(id)) problems.push(texts.unknownLayer.replace("{layer}", id));
  }

  /** Load and show the ordinary layers that are on; large ones show their first picture. */
  async drawFirst() {
    const visible = this.ordinary.filter((layer) => layer.options.visible);
    await Promise.allSettled(visible.map((layer) => layer.load()));
    for (const layer of visible) if (layer.state === "ready") this.show(layer);
    for (const layer of this.large) if (layer.options.visible) layer.showFirstPicture();
  }

  /** At the first sign of somebody, load the layers that are off: switching them on then takes no time, and who only looks saves them. */
  loadRestSoon() {
    onFirstUse(() => {
      for (const layer of this.ordinary) if (layer.state === "waiting") layer.load().catch(() => {});
    });
  }

  /** Show the large layers that are on; those that the server still builds follow when they are ready. */
  drawLarge() {
    const visible = this.large.filter((layer) => layer.options.visible);
    const drawn = visible.map((layer) => new Promise((resolve) => { layer.once("drawn", resolve); }));
    if (visible.length > 0) Promise.all(drawn).then(() => performance.mark("atlas-large-drawn"));
    for (const layer of visible) this.set(layer, true, { isQuiet: true });
    watchBuilds(this.large.filter(({ state, options }) => state === "building" && !options.live));
    new Databases(this);
  }

  /** @param {DataLayer} layer @param {boolean} isOn */
  async set(layer, isOn, { isQuiet = false } = {}) {
    const { panel, credits, selection, groups, labels, keys, announcer, state } = this.atlas;
    layer.options.visible = isOn;
    panel.setChecked(layer, isOn);
    if (!isOn && layer instanceof LargeLayer) layer.endFirstPicture();
    if (isOn && !layer.isShown) {
      // Loaded layers answer within this task; only the others wait for the network.
      if (layer.state !== "ready") await layer.load().catch(() => {});
      // Meanwhile somebody may have switched it off.
      if (layer.state !== "ready" || !layer.options.visible || layer.isShown) return;
      this.show(layer);
      // Leaflet draws the last one added on top; the catalog's order is the one to keep.
      for (const other of this.shown) other.bringToFront();
    } else if (!isOn && layer.isShown) {
      layer.hide();
      credits.drop(layer.options.attribution);
      if (selection.entry?.layer === layer) selection.clear();
    }
    groups.update();
    labels.request();
    keys.request();
    if (isQuiet) return;
    announcer.say(this.switchText(layer.options, isOn));
    send("layers", state.read());
    state.writeAddress();
  }

  /** Load a layer that failed, or the tiles that it misses. @param {DataLayer} layer */
  retry(layer) {
    if (layer.isShown && layer instanceof LargeLayer) layer.retry();
    else this.set(layer, true);
  }

  /** @param {DataLayer} layer */
  show(layer) {
    layer.show();
    this.atlas.credits.add(layer.options.attribution);
  }

  /** @param {LayerOptions} options @param {boolean} isOn */
  switchText({ title, count }, isOn) {
    const { texts, language } = this.atlas;
    const text = !isOn ? texts.layerOff : count === 1 ? texts.layerOnOne : texts.layerOn;
    return text.replace("{layer}", title).replace("{count}", count === null ? "…" : formatCount(count, language));
  }

  /** Notify of missing data; the layer panel, which may be closed, offers to try again. @param {DataLayer} layer */
  announceMissing(layer) {
    const { texts, announcer } = this.atlas;
    const { state, options } = layer;
    if (state === "loading") return;
    const text = { failed: texts.layerFailed, incomplete: texts.layerIncomplete, away: texts.layerAway }[/** @type {string} */ (state)];
    if (text && text !== this.announced.get(layer) && options.visible) announcer.notify(text.replace("{layer}", options.title));
    this.announced.set(layer, text);
  }

  /** Make features stand out, those of hidden layers once they are shown. @param {string[]} references */
  highlight(references) {
    for (const layer of this.all) {
      const start = `${layer.id}.`;
      layer.highlight(references.filter((text) => text.startsWith(start)).map((text) => text.slice(start.length)));
    }
    // Beside what stands out, the other symbols step back.
    this.atlas.map.getContainer().classList.toggle("atlas-telling", references.length > 0);
    this.atlas.groups.follow();
    this.atlas.labels.request();
  }
}

const PAUSE_MS = 1000;

/** Failed requests in a row before the layers count as failed; each pause is longer, as the server may be starting. */
const MAX_FAILURES = 60;

/** @param {LargeLayer[]} layers those that are being built */
async function watchBuilds(layers) {
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
