/** The MapLibre canvas of all large layers: made with the first that is shown, removed with the last. */

import { beforeNextFrame } from "../../dom.js";
import { SILENCE_MS } from "../fetching.js";
import { GlCanvas } from "../gl/gl_canvas.js";
import { dimmed, maplibreLayers } from "../style/maplibre_style.js";

/** Distance from a pointer, and from a finger, at which it meets a feature. */
const REACH_PX = 4;
const TOUCH_REACH_PX = 12;

export class GlStage {
  /** @param {Atlas} atlas */
  constructor({ map, maplibre }) {
    this.map = map;
    this.maplibre = maplibre;
    /** @type {LargeLayer[]} */
    this.layers = [];
    /** The layer under the pointer. @type {LargeLayer | undefined} */
    this.hovered = undefined;
    // A pointer moves more often than the screen is drawn.
    const requestHover = beforeNextFrame(() => { if (this.hovering) this.hover(this.hovering); });
    this.reach = window.matchMedia("(pointer: coarse)").matches ? TOUCH_REACH_PX : REACH_PX;
    /** @type {L.LeafletEventHandlerFnMap} */
    this.handlers = { mousemove: (event) => { this.hovering = event; requestHover(); }, mouseout: () => this.leave(), movestart: () => this.leave() };
    map.createPane("atlas-large");
  }

  get gl() {
    return this.canvas?.gl;
  }

  /** @param {LargeLayer} layer */
  async add(layer) {
    if (this.layers.includes(layer)) return;
    this.layers.push(layer);
    if (!this.canvas) this.open();
    const { canvas } = this;
    await canvas?.styled;
    // Meanwhile it may have been switched off again.
    if (this.canvas === canvas && this.layers.includes(layer)) this.draw(layer);
  }

  open() {
    this.canvas = new GlCanvas({ pane: "atlas-large" }).addTo(this.map);
    const { gl } = this;
    gl?.on("error", (event) => {
      if ("sourceId" in event) this.layers.find(({ id }) => id === event.sourceId)?.missTile();
    });
    gl?.on("idle", () => {
      clearTimeout(this.silence);
      for (const layer of this.layers) layer.fire("drawn");
    });
    gl?.on("dataloading", () => this.awaitTiles());
    gl?.on("data", () => this.awaitTiles());
    this.map.on(this.handlers);
  }

  /** Tiles that stall cause no event: a layer misses them once nothing has come for a while. */
  awaitTiles() {
    clearTimeout(this.silence);
    this.silence = setTimeout(() => {
      for (const layer of this.layers) if (this.gl?.getSource(layer.id) && !this.gl.isSourceLoaded(layer.id)) layer.missTile();
    }, SILENCE_MS);
  }

  /** @param {LargeLayer} layer */
  draw({ options, atlas, opacity }) {
    const { tiles } = options;
    if (!tiles) return;
    this.gl?.addSource(options.id, { type: "vector", tiles: [absolute(tiles.url)], minzoom: 0, maxzoom: tiles.max_zoom, bounds: tiles.bbox });
    for (const layer of maplibreLayers(options, atlas.theme.isDark)) this.gl?.addLayer(dimmed(layer, opacity));
  }

  /** @param {LargeLayer} layer */
  remove(layer) {
    this.layers = this.layers.filter((other) => other !== layer);
    this.leave();
    if (this.layers.length === 0) this.close();
    else this.erase(layer);
  }

  /** @param {LargeLayer} layer */
  erase(layer) {
    for (const id of this.drawnIds(layer)) this.gl?.removeLayer(id);
    if (this.gl?.getSource(layer.id)) this.gl.removeSource(layer.id);
  }

  close() {
    clearTimeout(this.silence);
    this.map.off(this.handlers);
    this.canvas?.remove();
    this.canvas = undefined;
  }

  /** Change the look of a layer, if it is drawn yet. @param {Pick<LargeLayer, "options" | "atlas" | "opacity">} layer */
  restyle({ options, atlas, opacity }) {
    for (const { id, paint = {} } of maplibreLayers(options, atlas.theme.isDark).map((layer) => dimmed(layer, opacity))) {
      if (!this.gl?.getLayer(id)) continue;
      for (const [name, value] of Object.entries(paint)) this.gl.setPaintProperty(id, name, value);
    }
  }

  /** @param {LargeLayer} layer */
  bringToFront(layer) {
    for (const id of this.drawnIds(layer)) this.gl?.moveLayer(id);
  }

  /** @param {LargeLayer} layer @returns {string[]} ids of its MapLibre layers that are on the canvas */
  drawnIds({ options }) {
    return maplibreLayers(options, false).map(({ id }) => id).filter((id) => this.gl?.getLayer(id));
  }

  /** The topmost feature at a point of the window, and its layer. @param {L.Point} point */
  find(point) {
    const drawn = this.layers.flatMap((layer) => this.drawnIds(layer));
    if (drawn.length === 0) return null;
    const [feature] = [1, this.reach].flatMap((reach) => this.canvas?.query(point, reach, drawn).slice(0, 1) ?? []);
    const layer = this.layers.find(({ id }) => id === feature?.source);
    return layer ? { layer, feature } : null;
  }

  /** @param {L.LeafletMouseEvent} event */
  hover({ containerPoint, latlng, originalEvent: { target } }) {
    // Lines and points of ordinary layers lie above and show their names.
    const isOnShape = target instanceof Element && target.closest("path.leaflet-interactive:not(.atlas-areas *)");
    if (isOnShape || this.map.dragging.moving() || this.isBusy || this.canvas?.isStretched) return;
    const hit = this.find(containerPoint);
    if (this.hovered && this.hovered !== hit?.layer) this.hovered.atlas.tooltip.close();
    this.hovered = hit?.layer;
    hit?.layer.hover(hit.feature, latlng);
    this.map.getContainer().classList.toggle("atlas-pointing", hit !== null);
  }

  leave() {
    this.hovering = undefined;
    this.hovered?.atlas.tooltip.close();
    this.hovered = undefined;
    this.map.getContainer().classList.remove("atlas-pointing");
  }

  /** While somebody measures, clicks and pointer have another meaning. */
  get isBusy() {
    return this.map.getContainer().classList.contains("atlas-measuring");
  }

  /** Open what a click on the map meets; false where that is nothing. @param {L.LeafletMouseEvent} event */
  click({ containerPoint, latlng }) {
    const hit = this.isBusy ? null : this.find(containerPoint);
    hit?.layer.open(hit.feature, latlng);
    return hit !== null;
  }
}

/** MapLibre fetches from a worker, which has no address. @param {string} template */
function absolute(template) {
  return new URL(".", document.baseURI).href + template.replace(/^\.\//, "");
}
