/** The readout of the position under the pointer, or of the middle of the map, and of the place nearby. */

import { beforeNextFrame, element } from "../../dom.js";

const NEARBY_M = 15_000;

/** A position, latitude first as the search reads it, to about ten meters, and the name of a place nearby.
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
    const distance = path instanceof L.CircleMarker ? path.getLatLng().distanceTo(latlng) : Infinity;
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

/** @param {Atlas} atlas */
export function addPositionReadout({ map, layers, texts }) {
  const readout = element("div", { class: "atlas-position" });
  // A finger leaves its place at once: then the position is that of the middle.
  const isHovering = window.matchMedia("(hover: hover)");
  /** @type {L.LatLng | null} */
  let pointer = null;
  // A pointer moves more often than the screen is drawn.
  const write = beforeNextFrame(() => {
    const text = describePosition(pointer ?? map.getCenter(), layers, texts);
    if (readout.textContent !== text) readout.textContent = text;
  });
  map.on("mousemove", ({ latlng }) => { pointer = isHovering.matches ? latlng : null; write(); });
  map.on("mouseout", () => { pointer = null; write(); });
  map.on("moveend", write);
  write();
  Object.assign(new L.Control({ position: "bottomleft" }), { onAdd: () => readout }).addTo(map);
}
