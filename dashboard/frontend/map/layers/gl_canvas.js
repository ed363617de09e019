/** A MapLibre map as a sheet inside the Leaflet map, as wide as Leaflet's own: moved with it, drawn anew where it comes to rest. */

import { element } from "../../dom.js";

/** MapLibre's tiles are twice as wide as Leaflet's. */
const ZOOM_OFFSET = -1;

/** Drawing while the map moves costs frames; a long way is drawn in between all the same. */
const BETWEEN_MS = 150;

/** Whoever turns the wheel zooms again within this; until then the picture is stretched, and not drawn for a view that is left at once. */
const SERIES_MS = 250;
const REST_MS = 120;
const STRETCHED_MS = 400;

export const GlCanvas = L.Renderer.extend({
  options: { pane: "atlas-large", padding: 0.2 },

  getEvents() {
    return { ...L.Renderer.prototype.getEvents.call(this), move: this._followMove };
  },

  _initContainer() {
    L.Renderer.prototype._update.call(this);
    const view = this._view();
    this._container = element("div", { class: "atlas-gl", "aria-hidden": "true" });
    this._fit(view.size);
    this.getPane().append(this._container);
    this.gl = new window.maplibregl.Map({
      container: this._container,
      style: { version: 8, sources: {}, layers: [] },
      center: view.center,
      zoom: view.zoom,
      interactive: false,
      attributionControl: false,
      trackResize: false,
      fadeDuration: 0,
      // Paper is drawn from what is on the canvas.
      canvasContextAttributes: { preserveDrawingBuffer: true, antialias: false },
    });
    this.styled = new Promise((resolve) => { this.gl.once("style.load", resolve); });
  },

  _destroyContainer() {
    clearTimeout(this._resting);
    this.gl.remove();
    this._container.remove();
    delete this._container;
  },

  /** Where the sheet is, in the words of MapLibre. */
  _view() {
    const { _map: map, _bounds: bounds } = this;
    const { lat, lng } = map.layerPointToLatLng(bounds.getCenter());
    return { center: [lng, lat], zoom: map.getZoom() + ZOOM_OFFSET, size: bounds.getSize() };
  },

  _fit({ x, y }) {
    this._container.style.width = `${x}px`;
    this._container.style.height = `${y}px`;
  },

  _update() {
    if (this._map._animatingZoom && this._bounds) return;
    if (this.gl && this._isInSeries()) this._stretch();
    else this._draw();
  },

  /** Whether the picture is that of another zoom for the moment. */
  isStretched() {
    return Boolean(this._resting);
  },

  /** Whether this zoom follows another one so soon that more are to be expected. */
  _isInSeries() {
    if (this._map.getZoom() === this._zoom) return false;
    const now = performance.now();
    const isSoon = now - this._zoomedAt < SERIES_MS;
    this._zoomedAt = now;
    return isSoon && now - this._drawnAt < STRETCHED_MS;
  },

  _stretch() {
    this._updateTransform(this._map.getCenter(), this._map.getZoom());
    clearTimeout(this._resting);
    this._resting = setTimeout(() => this._settle(), REST_MS);
  },

  /** Draw what was only stretched so far. */
  _settle() {
    if (!this._resting) return;
    if (this._map._animatingZoom) this._stretch();
    else this._draw();
  },

  _draw() {
    clearTimeout(this._resting);
    this._resting = undefined;
    L.Renderer.prototype._update.call(this);
    if (!this.gl) return;
    const { center, zoom, size } = this._view();
    L.DomUtil.setPosition(this._container, this._bounds.min);
    // Leaflet says it twice where the map jumps.
    const view = [...center, zoom, size.x, size.y].join(" ");
    if (view === this._drawn) return;
    this._drawn = view;
    const { clientWidth, clientHeight } = this._container;
    this._fit(size);
    if (clientWidth !== size.x || clientHeight !== size.y) this.gl.resize();
    this.gl.jumpTo({ center, zoom });
    // In the same frame, or the old picture would be seen in the new place.
    this.gl.redraw();
    this._drawnAt = performance.now();
  },

  /** On a long way the sheet would end within the view. */
  _followMove() {
    if (this._map._animatingZoom || this._map.getZoom() !== this._zoom) return;
    const view = L.bounds(this._map.containerPointToLayerPoint([0, 0]), this._map.containerPointToLayerPoint(this._map.getSize()));
    if (!this._bounds.contains(view) && performance.now() - this._drawnAt > BETWEEN_MS) this._update();
  },

  /** What is drawn around a point of the window, topmost first. */
  query({ x, y }, reach, layerIds) {
    this._settle();
    const point = this._map.containerPointToLayerPoint([x, y]).subtract(this._bounds.min);
    return this.gl.queryRenderedFeatures([[point.x - reach, point.y - reach], [point.x + reach, point.y + reach]], { layers: layerIds });
  },
});
