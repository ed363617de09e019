/** The veil over all that lies outside of a layer's areas. */

import { areaParts } from "./rings.js";

const OUTSIDE_PANE = "atlas-outside";

/** The world as far as Web Mercator shows it. @type {L.LatLngTuple[]} */
const WORLD = [[-85.06, -180], [-85.06, 180], [85.06, 180], [85.06, -180]];

/** The veil reaches a window's width beyond the window, so that dragging and zooming out don't show its edge. */
const VEIL_REACH = 1;

/** @type {WeakMap<L.Map, L.Renderer>} */
const renderers = new WeakMap();

/** @param {DataLayer} layer whose features are drawn @param {number} opacity */
export function veilOutside({ map, features }, opacity) {
  const areas = [...features.values()].flatMap(({ paths }) => paths.flatMap((path) => (path instanceof L.Polygon ? [path] : [])));
  return L.polygon([WORLD, ...areas.flatMap(areaParts).flat()], {
    renderer: rendererOf(map), pane: OUTSIDE_PANE, interactive: false, stroke: false, fillOpacity: opacity, className: "atlas-outside",
  });
}

/** @param {L.Map} map */
function rendererOf(map) {
  const known = renderers.get(map);
  if (known) return known;
  map.createPane(OUTSIDE_PANE);
  const renderer = L.svg({ pane: OUTSIDE_PANE, padding: VEIL_REACH });
  renderers.set(map, renderer);
  return renderer;
}
