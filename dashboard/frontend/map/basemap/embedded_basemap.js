/**
 * The embedded base map: a Leaflet grid layer that draws GeoJSON on canvas tiles.
 *
 * Two sources: an overview for every zoom, and cells of full detail that are fetched once someone zooms in. Colors come
 * from basemap.css. It draws no text: `places()` returns the names for the labels.
 */

import { fetchText } from "../fetching.js";
import { readPalette } from "../style/palette.js";
import { Cell, TILE_SIZE, cellNames, digest, placeKey } from "./basemap_data.js";
import { COLORS, drawTile } from "./basemap_drawing.js";

const DETAIL_MINZOOM = 10;
/** Milliseconds of drawing per animation frame, so that dragging stays smooth. */
const FRAME_BUDGET_MS = 10;

/** Fires `placesload` when more places came. */
export class EmbeddedBasemap extends L.GridLayer {
  /** @param {string} overview address of the overview
   * @param {EmbeddedBasemapOptions["index"] | undefined} index addresses of the cells by name, as `{"9_265_168": address}`
   * @param {() => void} onError called with each file that fails */
  constructor(overview, index, onError) {
    super({ noWrap: true, className: "basemap-tiles", tileSize: TILE_SIZE });
    this._onError = onError;
    this._detailZoom = index?.detail_zoom ?? 0;
    this._cells = new Map(Object.entries(index?.cells ?? {}).map(([name, address]) => [name, new Cell(address)]));
    /** @type {Map<string, string>} */
    this._palette = new Map();
    this._overview = new Cell(overview);
    /** @type {Map<string, Place>} */
    this._places = new Map();
    /** Tiles on the page by canvas, with what Leaflet waits for. @type {Map<HTMLCanvasElement, BasemapTile>} */
    this._live = new Map();
    /** @type {Set<HTMLCanvasElement>} */
    this._queue = new Set();
    /** Cells are digested one after the other, so that their work never adds up. @type {Promise<unknown>} */
    this._digesting = Promise.resolve();
    this.on("tileunload", (/** @type {any} */ { tile }) => {
      this._live.delete(tile);
      this._queue.delete(tile);
    });
    this._load(this._overview);
  }

  /** @param {L.Map} map */
  onAdd(map) {
    this._palette = readPalette(map.getContainer(), COLORS);
    return super.onAdd(map);
  }

  getEvents() {
    return { .../** @type {Required<L.Layer>} */ (L.GridLayer.prototype).getEvents.call(this), zoomend: this._askForDetail };
  }

  /** @param {L.Coords} coords @param {L.DoneCallback} done @returns {any} a canvas, which the types of Leaflet leave out */
  createTile(coords, done) {
    const canvas = document.createElement("canvas");
    this._live.set(canvas, { coords, done });
    this._askForCells(coords);
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

  /** Resolve once no file is on its way any more. */
  async settle() {
    const files = [this._overview, ...this._cells.values()];
    while (files.some(({ isLoading }) => isLoading)) await new Promise((resolve) => { setTimeout(resolve, 50); });
  }

  /** The places of the overview and of the cells loaded so far. */
  places() {
    return [...this._places.values()];
  }

  /** Tiles of zoom 10 are drawn from zoom 9.5 on; their detail is due when the map itself is there. */
  _askForDetail() {
    for (const [canvas, { coords }] of this._live) {
      this._askForCells(coords);
      this._enqueue(canvas);
    }
  }

  /** @param {L.Coords} coords */
  _cellsOf(coords) {
    if (Math.min(coords.z, this._map.getZoom()) < DETAIL_MINZOOM || this._cells.size === 0) return [];
    const names = cellNames(coords, this._detailZoom);
    return names.map((name) => this._cells.get(name));
  }

  /** @param {L.Coords} coords */
  _askForCells(coords) {
    for (const cell of this._cellsOf(coords)) if (cell?.isWanted) this._load(cell);
  }

  /** @param {Cell} cell */
  async _load(cell) {
    const isOverview = cell === this._overview;
    cell.isLoading = true;
    cell.attempts += 1;
    try {
      const { shapes, places } = await this._digest(await fetchText(cell.address));
      cell.shapes = shapes;
      this._addPlaces(places);
    } catch {
      this._onError();
      // Tiles appear all the same, as plain background.
      if (isOverview) cell.shapes = new Map();
    }
    cell.isLoading = false;
    for (const [canvas, { coords }] of this._live) if (isOverview || this._cellsOf(coords).includes(cell)) this._enqueue(canvas);
  }

  /** Parse and project a file after those before it. @param {string} text */
  _digest(text) {
    const turn = this._digesting.then(() => digest(text));
    this._digesting = turn.catch(() => {});
    return turn;
  }

  /** @param {Place[]} places */
  _addPlaces(places) {
    const before = this._places.size;
    for (const place of places) {
      const key = placeKey(place);
      if (!this._places.has(key)) this._places.set(key, place);
    }
    if (this._places.size > before) this.fire("placesload");
  }

  /** A tile shows its cells once all of them are there, and the overview until then. @param {L.Coords} coords */
  _filesOf(coords) {
    const cells = this._cellsOf(coords).map((cell) => cell?.shapes);
    const files = cells.length > 0 && cells.every(Boolean) ? cells : [this._overview.shapes];
    return files.filter((shapes) => shapes !== null && shapes !== undefined);
  }

  /** @param {HTMLCanvasElement} canvas */
  _enqueue(canvas) {
    if (!this._overview.shapes) return;
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
    if (!tile) return;
    drawTile(canvas, tile.coords, this._filesOf(tile.coords), this._palette);
    // Leaflet wants to hear of a tile once; later drawings replace the canvas' content at once.
    tile.done?.(undefined, canvas);
    tile.done = null;
  }
}
