/** A MapLibre sheet whose tiles are drawn together, as each drawing costs a quarter of a second without a graphics card. */

import { GlCanvas, ZOOM_OFFSET } from "./gl_canvas.js";

/** While tiles come, the sheet is drawn at most this often. */
const LOADING_MS = 400;

export class TileSheet extends GlCanvas {
  _initContainer() {
    this._isEmpty = true;
    super._initContainer();
    const { gl } = this;
    if (!gl) return;
    // By itself, MapLibre draws the whole sheet for each tile that comes.
    const draw = gl.triggerRepaint.bind(gl);
    let timer = 0;
    gl.triggerRepaint = () => {
      if (this.isAwaiting || gl.areTilesLoaded()) {
        clearTimeout(timer);
        timer = 0;
        draw();
      } else timer ||= window.setTimeout(() => { timer = 0; draw(); }, Math.max(LOADING_MS, 2 * this._costMs));
    };
    const { painter } = gl;
    const paint = painter.render.bind(painter);
    painter.render = (style, options) => {
      // Tiles that come before the first picture need it, or they stay empty.
      painter.style = style;
      if (this._arrive()) paint(style, options);
    };
  }

  /** Tiles are fetched while the map still moves. @param {{center: L.LatLng, zoom: number}} event */
  _onAnimZoom({ center, zoom }) {
    super._onAnimZoom({ center, zoom });
    if (this._isHidden || !this.gl) return;
    this._await({});
    this.gl.jumpTo({ center, zoom: zoom + ZOOM_OFFSET });
  }

  _destroyContainer() {
    clearTimeout(this._late);
    super._destroyContainer();
  }

  hide() {
    this._forgetNext();
    super.hide();
  }

  /** Whether the next picture is still to be drawn. */
  get isAwaiting() {
    return this._next !== undefined;
  }

  /** Draw with the tiles that are there. */
  drawNow() {
    if (this.isAwaiting) this._draw();
    else this.gl?.redraw();
  }

  _draw() {
    this._forgetNext();
    this._isEmpty = false;
    super._draw();
  }

  /** The first picture waits for its tiles. At another zoom, the old one stays, stretched, until the tiles of the new one are there. */
  _redraw() {
    const { gl, _container: container, _map: map, _bounds, _center, _zoom } = this;
    if (!gl || !container || (map.getZoom() === _zoom && !this._isEmpty)) {
      this._draw();
      return;
    }
    L.Renderer.prototype._update.call(this);
    const next = { _bounds: this._bounds, _center: this._center, _zoom: this._zoom };
    const { center, zoom, size } = this._view();
    Object.assign(this, { _bounds, _center, _zoom });
    if (container.clientWidth !== size.x || container.clientHeight !== size.y) {
      this._draw();
      return;
    }
    clearTimeout(this._resting);
    this._resting = undefined;
    if (!this._isEmpty) this._updateTransform(map.getCenter(), map.getZoom());
    this._await(next);
    gl.jumpTo({ center, zoom });
  }

  /** Draw once all tiles are there, or it takes too long. @param {object} next where the sheet belongs then */
  _await(next) {
    clearTimeout(this._late);
    this._next = next;
    this._drawn = "";
    this._late = window.setTimeout(() => { if (!this._map._animatingZoom) this._draw(); }, LOADING_MS);
  }

  _forgetNext() {
    clearTimeout(this._late);
    this._next = undefined;
  }

  /** Put the sheet where its next picture belongs, if that can be drawn. @returns {boolean} whether to draw */
  _arrive() {
    if (!this._next) return true;
    if (this._map._animatingZoom || !this.gl?.isStyleLoaded()) return false;
    Object.assign(this, this._next);
    this._forgetNext();
    this._isEmpty = false;
    if (this._container) L.DomUtil.setPosition(this._container, this._bounds.getTopLeft());
    return true;
  }
}
