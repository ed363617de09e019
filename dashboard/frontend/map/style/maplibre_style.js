/** From a layer's style in the catalog to MapLibre's layers: counts as circles, and from `detail_zoom` on each feature. */

import { lookOf } from "./leaflet_style.js";
import { bedOptions, gapOptions, middleOptions, tieOptions } from "./railway.js";

/** Radius of the circle for one feature, and what each tenfold adds. */
const COUNT_RADIUS_PX = 2.5;
const COUNT_GROWTH_PX = 2.5;

/** Opacity of the circle for one feature and for a hundred thousand. */
const COUNT_OPACITY = [0.35, 0.85];
const DARKEST_COUNT = 5;

/** At the first zoom with features, symbols have this part of their size; so many zooms later the whole. */
const SMALLEST_SYMBOL = 0.5;
const GROWTH_ZOOMS = 3;

/** The circle that stands for a number of features. @param {number} count */
export function countCircle(count) {
  const tenfolds = Math.log10(count);
  const [least, most] = COUNT_OPACITY;
  return {
    radius: COUNT_RADIUS_PX + COUNT_GROWTH_PX * tenfolds,
    opacity: Math.min(most, least + ((most - least) * tenfolds) / DARKEST_COUNT),
  };
}

/** The land under railways on the light and the dark map. */
const RAILWAY_GROUND = ["#f5f4f1", "#1f2831"];

/** Tiles may hold whole numbers as text. @type {any} */
const COUNT = ["to-number", ["get", "count"]];

/** MapLibre's layers of an atlas layer, from the bottom up; their source has the id of the atlas layer.
 * @param {LayerOptions} options @param {boolean} isDark @returns {MapLibreLayer[]} */
export function maplibreLayers({ id, style, tiles }, isDark) {
  const minzoom = tiles?.detail_zoom ?? 0;
  /** @param {(look: Look) => string | number} pick */
  const by = (pick) => byCategory(style, isDark, pick);
  /** @param {(look: Look) => number} pick @returns {any} */
  const growing = (pick) => [
    "interpolate", ["linear"], ["zoom"],
    minzoom, by((look) => pick(look) * SMALLEST_SYMBOL),
    minzoom + GROWTH_ZOOMS, by(pick),
  ];
  const plain = lookOf(style, {}, isDark);
  const detail = { source: id, "source-layer": "features", minzoom };
  const railway = railwayTileLayers({ id, style }, isDark, { ...detail, filter: ["!=", ["geometry-type"], "Point"] });
  return [
    {
      ...detail, id: `${id}/fill`, type: "fill", filter: ["==", ["geometry-type"], "Polygon"],
      paint: { "fill-color": by((look) => look.fillColor), "fill-opacity": by((look) => look.fillOpacity), "fill-antialias": false },
    },
    ...railway.under,
    {
      ...detail, id: `${id}/line`, type: "line", filter: ["!=", ["geometry-type"], "Point"],
      layout: { "line-cap": plain.dashArray ? "butt" : "round", "line-join": "round" },
      paint: {
        "line-color": by((look) => look.color),
        "line-opacity": by((look) => look.opacity),
        "line-width": growing((look) => look.weight),
        ...(plain.dashArray && { "line-dasharray": dashes(plain.dashArray, plain.weight) }),
      },
    },
    ...railway.over,
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
      id: `${id}/counts`, type: "circle", source: id, "source-layer": "counts", maxzoom: minzoom,
      layout: { "circle-sort-key": COUNT },
      paint: {
        "circle-color": plain.fillColor,
        "circle-radius": ["+", COUNT_RADIUS_PX, ["*", COUNT_GROWTH_PX, ["log10", COUNT]]],
        "circle-stroke-color": plain.color,
        "circle-stroke-width": style.is_raised ? 2 : 0,
        "circle-opacity": ["interpolate", ["linear"], ["log10", COUNT], 0, COUNT_OPACITY[0], DARKEST_COUNT, COUNT_OPACITY[1]],
      },
    },
  ];
}

/** What makes lines railways, under and over their strokes. Ties and dashes have one rhythm in a layer, that of its first railway.
 * @param {{id: string, style: Style}} options @param {boolean} isDark @param {any} base of MapLibre's layers
 * @returns {{under: MapLibreLayer[], over: MapLibreLayer[]}} */
function railwayTileLayers({ id, style }, isDark, base) {
  const { categories = [], category_field: field = "" } = style;
  const looks = [lookOf(style, {}, isDark), ...categories.map(({ value }) => lookOf(style, { [field]: value }, isDark))];
  const railway = looks.find(({ pattern }) => pattern);
  if (!railway) return { under: [], over: [] };
  /** @param {string} name @param {(look: Look) => L.PathOptions} optionsOf @param {(look: Look) => boolean} isDrawn */
  const stroke = (name, optionsOf, isDrawn = ({ pattern }) => pattern === railway.pattern) => ({
    ...base, id: `${id}/${name}`, type: "line",
    paint: {
      "line-color": byCategory(style, isDark, (look) => optionsOf(look).color ?? RAILWAY_GROUND[isDark ? 1 : 0]),
      "line-width": byCategory(style, isDark, (look) => (isDrawn(look) ? optionsOf(look).weight ?? 0 : 0)),
    },
  });
  const dashedOptions = railway.pattern === "railway" ? tieOptions : middleOptions;
  const { dashArray = "", weight = 1 } = dashedOptions(railway);
  const ties = stroke("ties", dashedOptions);
  ties.paint["line-dasharray"] = dashes(dashArray.toString(), weight);
  if (railway.pattern !== "railway") return { under: [], over: [ties] };
  return { under: [stroke("bed", bedOptions)], over: [stroke("gap", gapOptions, ({ tracks }) => tracks === 2), ties] };
}

/** A layer that is drawn fainter than it is. @param {any} layer @param {number} opacity from 0 to 1 @returns {MapLibreLayer} */
export function dimmed(layer, opacity) {
  const names = layer.type === "circle" ? ["circle-opacity", "circle-stroke-opacity"] : [`${layer.type}-opacity`];
  const paint = Object.fromEntries(names.map((name) => [name, opacity < 1 ? ["*", layer.paint[name] ?? 1, opacity] : layer.paint[name] ?? 1]));
  return { ...layer, paint: { ...layer.paint, ...paint } };
}

/** An expression where categories differ; else the value itself.
 * @param {Style} style @param {boolean} isDark @param {(look: Look) => string | number} pick @returns {any} */
function byCategory(style, isDark, pick) {
  const { categories = [], category_field: field = "" } = style;
  const plain = pick(lookOf(style, {}, isDark));
  const values = categories.map(({ value }) => [value, pick(lookOf(style, { [field]: value }, isDark))]);
  if (values.every(([, value]) => value === plain)) return plain;
  return ["match", ["to-string", ["get", field]], ...values.flat(), plain];
}

/** MapLibre measures dashes in widths of the line. @param {string} dashArray @param {number} weight */
function dashes(dashArray, weight) {
  return dashArray.split(/[ ,]+/).map((length) => Number(length) / Math.max(weight, 1));
}
