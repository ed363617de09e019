/** Where one is: the coordinates under the pointer, or of the middle of the map, and the place nearby. */

import { element } from "../../dom.js";
import { distanceBetween } from "./geodesy.js";

const NEARBY_M = 15_000;

/** Latitude first, as the search takes it; four decimals are about ten metres. */
export function formatPosition({ lat, lng }) {
  return `${lat.toFixed(4)}, ${lng.toFixed(4)}`;
}

/** A position, and near which of the atlas's places it is. */
export function describePosition(latlng, layers, texts) {
  const place = nearestPlace(latlng, layers);
  const position = formatPosition(latlng);
  return place ? `${position} · ${texts.near.replace("{place}", place)}` : position;
}

/** @returns {string | null} name of the nearest place that is not far */
export function nearestPlace(latlng, layers) {
  let [nearest, least] = [null, NEARBY_M];
  for (const { properties, paths: [path] } of placeLayer(layers)?.features.values() ?? []) {
    const distance = path instanceof L.CircleMarker ? distanceBetween(path.getLatLng(), latlng) : Infinity;
    if (distance < least && properties.name) [nearest, least] = [properties.name, distance];
  }
  return nearest;
}

/** The places that people know best are those whose names the map writes first. */
function placeLayer(layers) {
  const priority = ({ options: { style } }) =>
    Math.max(...[style, ...(style.categories ?? [])].map(({ label_priority: value }) => value ?? -Infinity));
  return layers
    .filter(({ options }) => options.role === "point")
    .reduce((best, layer) => (!best || priority(layer) > priority(best) ? layer : best), undefined);
}

export const PositionReadout = L.Control.extend({
  options: { position: "bottomleft" },

  /** @param {(latlng: L.LatLng) => string} describe */
  initialize(describe) {
    this.describe = describe;
  },

  onAdd(map) {
    this.text = element("div", { class: "atlas-position" });
    // A finger covers the place that it points at; what it meant is in the middle sooner or later.
    const isHovering = window.matchMedia("(hover: hover)");
    this.handlers = {
      mousemove: ({ latlng }) => this.request(isHovering.matches ? latlng : null),
      mouseout: () => this.request(null),
      moveend: () => this.request(this.pointer),
    };
    map.on(this.handlers);
    this.request(null);
    return this.text;
  },

  onRemove(map) {
    map.off(this.handlers);
  },

  /** Write it before the next frame; a pointer moves more often than that. */
  request(pointer) {
    this.pointer = pointer;
    this.frame ??= requestAnimationFrame(() => {
      this.frame = undefined;
      const text = this.describe(this.pointer ?? this._map.getCenter());
      if (this.text.textContent !== text) this.text.textContent = text;
    });
  },
});
