/** A MapLibre map as a sheet inside the Leaflet map: it moves with the map, and is drawn again where the map comes to rest. */

import { element } from "../../dom.js";

/** MapLibre's tiles are twice as wide as Leaflet's. */
export const ZOOM_OFFSET = -1;

/** Drawing while the map moves costs frames, so on a long way the sheet is drawn at most this often. */
const BETWEEN_MS = 150;

/** Where drawing is slow, it takes at most this part of the time: one in so many. */
const COST_FACTOR = 4;

/** A zoom within this after another belongs to a series, as of a wheel: the picture is stretched until the series rests. */
const SERIES_MS = 250;
const REST_MS = 120;
const STRETCHED_MS = 400;

/** @type {MapLibreStyle} */
const NOTHING = { version: 8, sources: {}, layers: [] };

export class GlCanvas extends L.Renderer {
  /** @param {{pane: string, padding?: number, style?: MapLibreStyle}} options the sheet is larger than the view by `padding`, as a part */
  constructor({ pane, padding = 0.2, style = NOTHING }) {
    super({ pane, padding });
    this._style = style;
    this._isHidden = false;
    this._zoomedAt = -Infinity;
    this._drawnAt = -Infinity;
    /** Time until the last picture was on the screen. */
    this._costMs = 0;
    this._drawn = "";
  }

  getEvents() {
    return { .../** @type {Required<L.Layer>} */ (L.Renderer.prototype).getEvents.call(this), move: this._followMove };
  }

  _initContainer() {
    super._update();
    const view = this._view();
    this._container = element("div", { class: "atlas-gl", "aria-hidden": "true" });
    this._fit(view.size);
    this.getPane()?.append(this._container);
    this.gl = new window.maplibregl.Map({
      container: this._container,
      style: this._style,
      center: view.center,
      zoom: view.zoom,
      interactive: false,
      attributionControl: false,
      trackResize: false,
      fadeDuration: 0,
      // Paper is drawn from what is on the canvas.
      canvasContextAttributes: { preserveDrawingBuffer: true, antialias: false },
    });
    this.styled = this.gl.once("style.load");
  }

  _destroyContainer() {
    clearTimeout(this._resting);
    this.gl?.remove();
    this._container?.remove();
    delete this._container;
  }

  /** Where the sheet is, in MapLibre's terms. */
  _view() {
    const { _map: map, _bounds: bounds } = this;
    const { lat, lng } = map.layerPointToLatLng(bounds.getCenter());
    return { center: /** @type {[number, number]} */ ([lng, lat]), zoom: map.getZoom() + ZOOM_OFFSET, size: bounds.getSize() };
  }

  /** @param {L.Point} size */
  _fit({ x, y }) {
    if (this._container) Object.assign(this._container.style, { width: `${x}px`, height: `${y}px` });
  }

  /** Hide the sheet, which keeps its tiles. */
  hide() {
    this._isHidden = true;
    if (this._container) this._container.hidden = true;
  }

  /** Show the sheet again, at the view of the map. */
  show() {
    if (!this._isHidden) return;
    this._isHidden = false;
    if (this._container) this._container.hidden = false;
    this._draw();
  }

  _update() {
    if (this._isHidden || (this._map._animatingZoom && this._bounds)) return;
    if (this.gl && this._isInSeries()) this._stretch();
    else this._redraw();
  }

  _redraw() {
    this._draw();
  }

  /** Whether the picture is that of another zoom for the moment. */
  get isStretched() {
    return this._resting !== undefined;
  }

  /** Whether this zoom follows another one so soon that more will come. */
  _isInSeries() {
    if (this._map.getZoom() === this._zoom) return false;
    const now = performance.now();
    const isSoon = now - this._zoomedAt < SERIES_MS;
    this._zoomedAt = now;
    return isSoon && now - this._drawnAt < STRETCHED_MS;
  }

  _stretch() {
    this._updateTransform(this._map.getCenter(), this._map.getZoom());
    clearTimeout(this._resting);
    this._resting = window.setTimeout(() => this._settle(), REST_MS);
  }

  /** Draw a stretched picture. */
  _settle() {
    if (!this.isStretched) return;
    if (this._map._animatingZoom) this._stretch();
    else this._redraw();
  }

  _draw() {
    clearTimeout(this._resting);
    this._resting = undefined;
    super._update();
    const { gl, _container: container } = this;
    if (!gl || !container) return;
    const { center, zoom, size } = this._view();
    L.DomUtil.setPosition(container, this._bounds.getTopLeft());
    // Leaflet calls twice when the map jumps.
    const view = [...center, zoom, size.x, size.y].join(" ");
    if (view === this._drawn) return;
    this._drawn = view;
    const { clientWidth, clientHeight } = container;
    this._fit(size);
    if (clientWidth !== size.x || clientHeight !== size.y) gl.resize();
    gl.jumpTo({ center, zoom });
    // In the same frame, or the old picture would show in the new place.
    gl.redraw();
    const drawnAt = performance.now();
    this._drawnAt = drawnAt;
    requestAnimationFrame(() => requestAnimationFrame(() => { this._costMs = performance.now() - drawnAt; }));
  }

  /** On a long way the sheet would end within the view. */
  _followMove() {
    if (this._isHidden || this._map._animatingZoom || this._map.getZoom() !== this._zoom) return;
    const view = L.bounds(this._map.containerPointToLayerPoint([0, 0]), this._map.containerPointToLayerPoint(this._map.getSize()));
    const wait = Math.max(BETWEEN_MS, COST_FACTOR * this._costMs);
    if (!this._bounds.contains(view) && performance.now() - this._drawnAt > wait) this._update();
  }

  /** What MapLibre drew around a point of the window, topmost first.
   * @param {L.Point} containerPoint @param {number} reach in pixels @param {string[]} layerIds */
  query({ x, y }, reach, layerIds) {
    this._settle();
    const point = this._map.containerPointToLayerPoint([x, y]).subtract(this._bounds.getTopLeft());
    if (!this.gl) return [];
    return this.gl.queryRenderedFeatures([[point.x - reach, point.y - reach], [point.x + reach, point.y + reach]], { layers: layerIds });
  }
}
