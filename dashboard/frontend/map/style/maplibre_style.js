/** From a layer's style in the catalog to MapLibre's layers: counts as circles, and from `detail_zoom` on each feature. */

import { pathOptions } from "./leaflet_style.js";

/** A circle that stands for one, and what it gains with each tenfold. */
const COUNT_RADIUS_PX = 2.5;
const COUNT_GROWTH_PX = 2.5;

/** From one to a hundred thousand. */
const COUNT_OPACITY = [0.35, 0.85];
const DARKEST_COUNT = 5;

/** Where a layer is densest its symbols are smaller; so many zooms later they are as the catalog has them. */
const GROWTH_ZOOMS = 3;
const SMALLEST_SYMBOL = 0.5;

/** @returns {{radius: number, opacity: number}} of the circle that stands for so many */
export function countCircle(count) {
  const tenfolds = Math.log10(count);
  const [least, most] = COUNT_OPACITY;
  return {
    radius: COUNT_RADIUS_PX + COUNT_GROWTH_PX * tenfolds,
    opacity: Math.min(most, least + ((most - least) * tenfolds) / DARKEST_COUNT),
  };
}

/** Tiles may hold whole numbers as text. */
const COUNT = ["to-number", ["get", "count"]];

/** @returns {object[]} from the ground up; their ids begin with that of the layer, which is their source too */
export function glLayers({ id, style, tiles: { detail_zoom: detailZoom } }, isDark) {
  const by = (pick) => byCategory(style, isDark, pick);
  const growing = (pick) => [
    "interpolate", ["linear"], ["zoom"],
    detailZoom, by((look) => pick(look) * SMALLEST_SYMBOL),
    detailZoom + GROWTH_ZOOMS, by(pick),
  ];
  const plain = pathOptions(style, {}, isDark);
  const detail = { source: id, "source-layer": "features", minzoom: detailZoom };
  const line = { ...detail, type: "line", filter: ["!=", ["geometry-type"], "Point"], layout: { "line-cap": plain.dashArray ? "butt" : "round", "line-join": "round" } };
  return [
    {
      ...detail, id: `${id}/fill`, type: "fill", filter: ["==", ["geometry-type"], "Polygon"],
      paint: { "fill-color": by((look) => look.fillColor), "fill-opacity": by((look) => look.fillOpacity), "fill-antialias": false },
    },
    {
      ...line, id: `${id}/line`,
      paint: {
        "line-color": by((look) => look.color),
        "line-opacity": by((look) => look.opacity),
        "line-width": growing((look) => look.weight),
        ...(plain.dashArray && { "line-dasharray": dashes(plain) }),
      },
    },
    {
      ...detail, id: `${id}/circle`, type: "circle", filter: ["==", ["geometry-type"], "Point"],
      paint: {
        "circle-color": by((look) => look.fillColor),
        "circle-opacity": by((look) => look.symbolFillOpacity),
        "circle-radius": growing((look) => look.radius),
        "circle-stroke-color": by((look) => look.color),
        "circle-stroke-opacity": by((look) => look.opacity),
        "circle-stroke-width": growing((look) => look.weight),
      },
    },
    {
      id: `${id}/counts`, type: "circle", source: id, "source-layer": "counts", maxzoom: detailZoom,
      layout: { "circle-sort-key": COUNT },
      paint: {
        "circle-color": plain.fillColor,
        "circle-radius": ["+", COUNT_RADIUS_PX, ["*", COUNT_GROWTH_PX, ["log10", COUNT]]],
        "circle-opacity": ["interpolate", ["linear"], ["log10", COUNT], 0, COUNT_OPACITY[0], DARKEST_COUNT, COUNT_OPACITY[1]],
      },
    },
  ];
}

/** What differs between categories, as an expression; else the value itself. */
function byCategory(style, isDark, pick) {
  const { categories = [], category_field: field } = style;
  const of = (properties) => pick(pathOptions(style, properties, isDark));
  const looks = categories.map(({ value }) => [value, of({ [field]: value })]);
  if (looks.every(([, look]) => look === of({}))) return of({});
  return ["match", ["to-string", ["get", field]], ...looks.flat(), of({})];
}

/** MapLibre counts dashes in widths of the line. */
function dashes({ dashArray, weight }) {
  return dashArray.split(/[ ,]+/).map((length) => Number(length) / Math.max(weight, 1));
}
