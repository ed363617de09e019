/**
 * The embedded base map: a Leaflet grid layer that draws GeoJSON on canvas tiles.
 *
 * Two sources: an overview for every zoom, and cells of full detail that are fetched
 * once someone zooms in. Colors come from CSS (see basemap.css). It draws no text:
 * `places()` hands the names to whoever draws labels.
 */

import { Cell, TILE_SIZE, cellNames, digest, placeKey } from "./basemap_data.js";
import { drawTile, readPalette } from "./basemap_drawing.js";
import { fetchText } from "../fetching.js";

/** @typedef {import("./basemap_data.js").Place} Place */
/** @typedef {import("./basemap_data.js").Shapes} Shapes */

const DETAIL_MINZOOM = 10;
/** Milliseconds of drawing per animation frame, so that dragging stays smooth. */
const FRAME_BUDGET = 10;

/**
 * Make the base map's layer.
 *
 * @param {object} options Further options go to `L.GridLayer` (`attribution`, `pane`, …).
 * @param {string} options.overview The address of the overview.
 * @param {{detail_zoom: number, cells: Object<string, string>}} options.index
 *   The addresses of the cells by name, as `{"9_265_168": address}`.
 * @param {boolean} [options.detail] False: draw the overview at every zoom, fetch no cell.
 * @param {(error: Error) => void} [options.onError] Called once, for the first file that fails.
 * @returns {L.GridLayer} With `places()`, `refreshPalette()`, `ready` (a promise that resolves
 *   once the overview is there, or is known not to come), and the events `placesload`
 *   (more places came) and `detailload` (a cell came).
 */
export function createBasemap({ overview, index, detail = true, onError = () => {}, ...options }) {
  return new Basemap({ overview, index, detail, onError }, options);
}

const Basemap = L.GridLayer.extend({
  initialize({ overview, index, detail, onError }, options) {
    L.GridLayer.prototype.initialize.call(this, {
      noWrap: true,
      className: "basemap-tiles",
      ...options,
      tileSize: TILE_SIZE,
    });
    this._onError = onError;
    this._detailZoom = index?.detail_zoom ?? 0;
    const cells = detail ? Object.entries(index?.cells ?? {}) : [];
    this._cells = new Map(cells.map(([name, address]) => [name, new Cell(address)]));
    this._palette = null;
    /** @type {Shapes | null} */
    this._overview = null;
    this._places = new Map();
    /** Tiles on the page by canvas, with what Leaflet waits for. */
    this._live = new Map();
    this._queue = new Set();
    /** Cells are digested one after the other, so that their work never adds up. */
    this._digesting = Promise.resolve();
    this.on("tileunload", ({ tile }) => this._forget(tile));
    this.ready = this._loadOverview(overview);
  },

  onAdd(map) {
    this._palette = readPalette(map.getContainer());
    map.on("zoomend", this._askForDetail, this);
    return L.GridLayer.prototype.onAdd.call(this, map);
  },

  onRemove(map) {
    map.off("zoomend", this._askForDetail, this);
    L.GridLayer.prototype.onRemove.call(this, map);
  },

  createTile(coords, done) {
    const canvas = document.createElement("canvas");
    this._live.set(canvas, { coords: { ...coords }, done });
    this._askForCells(coords);
    this._enqueue(canvas);
    return canvas;
  },

  /** Read the palette anew and redraw: call it after the color scheme has changed. */
  refreshPalette() {
    if (!this._map) return this;
    this._palette = readPalette(this._map.getContainer());
    for (const canvas of this._live.keys()) this._enqueue(canvas);
    return this;
  },

  /** Draw what waits to be drawn, at once: paper does not wait for the next frame. */
  drawNow() {
    for (const canvas of this._queue) this._draw(canvas);
    this._queue.clear();
  },

  /** Resolves once nothing is on its way any more. */
  async settle() {
    await this.ready;
    const isLoading = () => [...this._cells.values()].some(({ loading }) => loading);
    while (isLoading()) await new Promise((resolve) => { setTimeout(resolve, 50); });
  },

  /** @returns {Place[]} The places of the overview and of the cells loaded so far. */
  places() {
    return [...this._places.values()];
  },

  async _loadOverview(address) {
    try {
      const { shapes, places } = await this._digest(await fetchText(address));
      this._overview = shapes;
      this._addPlaces(places);
    } catch (error) {
      // Tiles are still shown, as plain background, rather than never.
      this._overview = new Map();
      this._report(error);
    }
    for (const canvas of this._live.keys()) this._enqueue(canvas);
  },

  /** One message is enough: the next files fail for the same reason. */
  _report(error) {
    this._onError?.(error);
    this._onError = null;
  },

  /** Tiles of zoom 10 are drawn from zoom 9.5 on; their detail is due when the map itself is there. */
  _askForDetail() {
    for (const [canvas, { coords }] of this._live) {
      this._askForCells(coords);
      this._enqueue(canvas);
    }
  },

  _cellsOf(coords) {
    if (Math.min(coords.z, this._map.getZoom()) < DETAIL_MINZOOM || this._cells.size === 0) return [];
    const names = cellNames(coords, this._detailZoom);
    return names.map((name) => this._cells.get(name));
  },

  _askForCells(coords) {
    for (const cell of this._cellsOf(coords)) {
      if (cell?.wanted) this._loadCell(cell);
    }
  },

  async _loadCell(cell) {
    cell.loading = true;
    cell.attempts += 1;
    try {
      const { shapes, places } = await this._digest(await fetchText(cell.address));
      cell.shapes = shapes;
      this._addPlaces(places);
      this._redrawTilesOf(cell);
      this.fire("detailload");
    } catch (error) {
      this._report(error);
    } finally {
      cell.loading = false;
    }
  },

  /** Parse and project a file after those before it. */
  _digest(text) {
    const turn = this._digesting.then(() => digest(text));
    this._digesting = turn.catch(() => {});
    return turn;
  },

  _redrawTilesOf(cell) {
    for (const [canvas, { coords }] of this._live) {
      if (this._cellsOf(coords).includes(cell)) this._enqueue(canvas);
    }
  },

  _addPlaces(places) {
    const before = this._places.size;
    for (const place of places) {
      const key = placeKey(place);
      if (!this._places.has(key)) this._places.set(key, place);
    }
    if (this._places.size > before) this.fire("placesload");
  },

  /** A tile shows its cells once all of them are there; one that has none, the overview. */
  _filesOf(coords) {
    const cells = this._cellsOf(coords);
    const complete = cells.length > 0 && cells.every((cell) => cell?.shapes);
    return complete ? cells.map((cell) => cell.shapes) : [this._overview];
  },

  _enqueue(canvas) {
    if (!this._overview) return;
    if (this._queue.size === 0) requestAnimationFrame(() => this._drawQueue());
    this._queue.add(canvas);
  },

  _drawQueue() {
    const started = performance.now();
    for (const canvas of this._queue) {
      if (performance.now() - started > FRAME_BUDGET) break;
      this._queue.delete(canvas);
      this._draw(canvas);
    }
    if (this._queue.size > 0) requestAnimationFrame(() => this._drawQueue());
  },

  _draw(canvas) {
    const tile = this._live.get(canvas);
    if (!tile) return;
    drawTile(canvas, tile.coords, this._filesOf(tile.coords), this._palette);
    // Leaflet wants to hear of a tile once; later drawings replace the canvas' content at once.
    tile.done?.(null, canvas);
    tile.done = null;
  },

  _forget(canvas) {
    this._live.delete(canvas);
    this._queue.delete(canvas);
  },
});
