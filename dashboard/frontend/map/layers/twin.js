/** A shape drawn a second time in another style: it takes over how the first is drawn, which costs nothing to compute. */

export class Twin extends L.Path {
  /** @param {L.Polyline | L.Polygon} source @param {L.PolylineOptions} options */
  constructor(source, options) {
    super();
    L.setOptions(this, { renderer: source.options.renderer, ...options });
    this.source = source;
  }

  /** @param {L.Map} map */
  onAdd(map) {
    this.source.twins ??= new Set();
    this.source.twins.add(this);
    return super.onAdd(map);
  }

  /** @param {L.Map} map */
  onRemove(map) {
    this.source.twins?.delete(this);
    return super.onRemove(map);
  }

  /** Drawn later than its source, it has to look; else it is told. */
  _reset() {
    const drawn = this.source.getElement()?.getAttribute("d");
    if (drawn) this._renderer._setPath(this, drawn);
  }

  _project() {}

  _update() {}

  _updateBounds() {}
}
