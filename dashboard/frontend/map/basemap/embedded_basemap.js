/**
 * The embedded base map: a Leaflet grid layer that draws an overview, in GeoJSON, on canvas tiles.
 *
 * It is there with the first view, and wherever there are no vector tiles. Colors come from basemap.css. It draws no
 * text: `places` are the names for the labels.
 */

import { fetchText } from "../fetching.js";
import { readPalette } from "../style/palette.js";
import { TILE_SIZE, digest } from "./basemap_data.js";
import { COLORS, drawTile } from "./basemap_drawing.js";

/** Milliseconds of drawing per animation frame, so that dragging stays smooth. */
const FRAME_BUDGET_MS = 10;

/** Fires `placesload` when its places are there. */
export class EmbeddedBasemap extends L.GridLayer {
  /** @param {string} address of the overview @param {() => void} onError called if it fails */
  constructor(address, onError) {
    super({ noWrap: true, className: "basemap-tiles", tileSize: TILE_SIZE });
    /** @type {Map<string, string>} */
    this._palette = new Map();
    /** @type {BasemapShapes | null} */
    this._shapes = null;
    /** @type {Place[]} */
    this.places = [];
    /** Tiles on the page by canvas, with what Leaflet waits for. @type {Map<HTMLCanvasElement, BasemapTile>} */
    this._live = new Map();
    /** @type {Set<HTMLCanvasElement>} */
    this._queue = new Set();
    this.on("tileunload", (/** @type {any} */ { tile }) => {
      this._live.delete(tile);
      this._queue.delete(tile);
    });
    /** Resolves once the overview is there, or has failed. */
    this.loading = this._load(address, onError);
  }

  /** @param {L.Map} map */
  onAdd(map) {
    this._palette = readPalette(map.getContainer(), COLORS);
    return super.onAdd(map);
  }

  /** @param {L.Coords} coords @param {L.DoneCallback} done @returns {any} a canvas, which the types of Leaflet leave out */
  createTile(coords, done) {
    const canvas = document.createElement("canvas");
    this._live.set(canvas, { coords, done });
    this._enqueue(canvas);
    return canvas;
  }

  /** Read the palette again and redraw, after the color scheme has changed. */
  refreshPalette() {
    if (!this._map) return;
    this._palette = readPalette(this._map.getContainer(), COLORS);
    for (const canvas of this._live.keys()) this._enqueue(canvas);
  }

  /** Draw what waits to be drawn, at once: paper does not wait for the next frame. */
  drawNow() {
    for (const canvas of this._queue) this._draw(canvas);
    this._queue.clear();
  }

  /** @param {string} address @param {() => void} onError */
  async _load(address, onError) {
    try {
      ({ shapes: this._shapes, places: this.places } = await digest(await fetchText(address)));
      this.fire("placesload");
    } catch {
      onError();
      // Tiles appear all the same, as plain background.
      this._shapes = new Map();
    }
    for (const canvas of this._live.keys()) this._enqueue(canvas);
  }

  /** @param {HTMLCanvasElement} canvas */
  _enqueue(canvas) {
    if (!this._shapes) return;
    if (this._queue.size === 0) requestAnimationFrame(() => this._drawQueue());
    this._queue.add(canvas);
  }

  _drawQueue() {
    const started = performance.now();
    for (const canvas of this._queue) {
      if (performance.now() - started > FRAME_BUDGET_MS) break;
      this._queue.delete(canvas);
      this._draw(canvas);
    }
    if (this._queue.size > 0) requestAnimationFrame(() => this._drawQueue());
  }

  /** @param {HTMLCanvasElement} canvas */
  _draw(canvas) {
    const tile = this._live.get(canvas);
    if (!tile || !this._shapes) return;
    drawTile(canvas, tile.coords, this._shapes, this._palette);
    // Leaflet wants to hear of a tile once; later drawings replace the canvas' content at once.
    tile.done?.(undefined, canvas);
    tile.done = null;
  }
}
