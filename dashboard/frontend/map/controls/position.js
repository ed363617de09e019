/** The readout of the position under the pointer, or of the middle of the map, and of the place nearby. */

import { element } from "../../dom.js";
import { distanceBetween } from "./geodesy.js";

const NEARBY_M = 15_000;

/** A position, and the name of a place of the atlas that is near. Latitude first, as the search reads it; four
 * decimals are about ten meters.
 * @param {L.LatLng} latlng @param {Layers} layers @param {Texts} texts */
export function describePosition(latlng, layers, texts) {
  const place = nearestPlace(latlng, layers);
  const position = `${latlng.lat.toFixed(4)}, ${latlng.lng.toFixed(4)}`;
  return place ? `${position} · ${texts.near.replace("{place}", place)}` : position;
}

/** @param {L.LatLng} latlng @param {Layers} layers @returns {string | null} name of the nearest place within `NEARBY_M` */
function nearestPlace(latlng, layers) {
  let nearest = null;
  let least = NEARBY_M;
  for (const { properties, paths: [path] } of placeLayer(layers)?.features.values() ?? []) {
    const distance = path instanceof L.CircleMarker ? distanceBetween(path.getLatLng(), latlng) : Infinity;
    if (distance < least && properties.name) [nearest, least] = [properties.name, distance];
  }
  return nearest;
}

/** The layer of the places that people know best: its names come first on the map. @param {Layers} layers */
function placeLayer({ all }) {
  /** @param {DataLayer} layer */
  const priority = ({ options: { style } }) =>
    Math.max(...[style, ...(style.categories ?? [])].map(({ label_priority: value }) => value ?? -Infinity));
  const points = all.filter(({ options }) => options.role === "point");
  return points.length ? points.reduce((best, layer) => (priority(layer) > priority(best) ? layer : best)) : undefined;
}

export class PositionReadout extends L.Control {
  /** @param {Atlas} atlas */
  constructor({ map, layers, texts }) {
    super({ position: "bottomleft" });
    this.text = element("div", { class: "atlas-position" });
    /** @type {L.LatLng | null} */
    this.pointer = null;
    this.describe = () => describePosition(this.pointer ?? map.getCenter(), layers, texts);
  }

  /** @param {L.Map} map */
  onAdd(map) {
    // A finger covers the place that it points at, so touch screens read the middle of the map.
    const isHovering = window.matchMedia("(hover: hover)");
    map.on("mousemove", ({ latlng }) => this.request(isHovering.matches ? latlng : null));
    map.on("mouseout", () => this.request(null));
    map.on("moveend", () => this.request(this.pointer));
    this.request(null);
    return this.text;
  }

  /** Write the position before the next frame; a pointer moves more often than that.
   * @param {L.LatLng | null} pointer */
  request(pointer) {
    this.pointer = pointer;
    this.frame ??= requestAnimationFrame(() => {
      this.frame = undefined;
      const text = this.describe();
      if (this.text.textContent !== text) this.text.textContent = text;
    });
  }
}
