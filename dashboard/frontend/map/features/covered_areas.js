/** Features whose place is whole areas: they have no symbol, and while one is chosen, its areas stand out. */

const STYLE = { weight: 4, opacity: 0.9, fillOpacity: 0.12, interactive: false };
const RING_PX = 15;

export class CoveredAreas {
  /** @param {Atlas} atlas */
  constructor(atlas) {
    this.atlas = atlas;
    this.shown = L.featureGroup().addTo(atlas.map);
  }

  /** The features that make up the place of another; none for one with a place of its own. @param {Entry} entry */
  of({ id, layer: { options: { style } } }) {
    return (style.areas?.[id] ?? []).flatMap((reference) => {
      const [layerId, featureId] = reference.split(".");
      return this.atlas.layers.byId(layerId)?.features.get(featureId) ?? [];
    });
  }

  /** Load the layers of these features. @param {Entry} entry */
  async load({ id, layer: { options: { style } } }) {
    const layers = (style.areas?.[id] ?? []).map((reference) => this.atlas.layers.byId(reference.split(".")[0]));
    await Promise.allSettled(layers.map((layer) => layer?.load()));
  }

  /** @param {Entry} [entry] that is chosen */
  show(entry) {
    this.shown.clearLayers();
    if (!entry) return;
    const { fillColor: color } = entry.layer.lookOf(entry);
    const options = { ...STYLE, color, renderer: this.atlas.renderer };
    for (const path of this.of(entry).flatMap(({ paths }) => paths)) {
      this.shown.addLayer(path instanceof L.CircleMarker ? L.circleMarker(path.getLatLng(), { ...options, group: "points", radius: RING_PX, fill: false })
        : path instanceof L.Polygon ? L.polygon(/** @type {any} */ (path.getLatLngs()), { ...options, group: "outlines" })
        : L.polyline(/** @type {any} */ (path.getLatLngs()), { ...options, group: "lines", weight: 9, opacity: 0.6 }));
    }
  }

  /** What the map shows of a feature once it is chosen. @param {Entry} entry */
  boundsOf(entry) {
    const areas = this.of(entry);
    const bounds = L.latLngBounds([]);
    for (const part of areas.length > 0 ? areas : [entry]) bounds.extend(part.layer.boundsOf(part));
    return bounds;
  }
}
