/** The strokes under and over a line: its casing, and what makes it a railway. */

import { bedOptions, gapOptions, middleOptions, tieOptions } from "../style/railway.js";

/** @param {Look} look @returns {L.PolylineOptions} */
export function casingOptions({ weight, casing }) {
  return { weight: weight + 3, opacity: casing, lineCap: "round" };
}

/** The strokes of all railways of a layer, each one path for a category: one for each section would be hundreds.
 * @param {DataLayer} layer @returns {SharedStroke[]} */
export function railwayStrokes(layer) {
  const { category_field: field = "" } = layer.options.style;
  const features = [...layer.features.values()];
  return [...new Set(features.map(({ properties }) => properties[field]))].flatMap((value) => {
    const example = { properties: { [field]: value } };
    const look = layer.lookOf(example);
    if (!look.pattern) return [];
    const latlngs = features.filter(({ properties }) => properties[field] === value)
      .flatMap(({ paths }) => paths.map((path) => /** @type {L.LatLng[]} */ (/** @type {L.Polyline} */ (path).getLatLngs())));
    /** @param {SharedStroke["optionsOf"]} optionsOf @param {L.PolylineOptions} options */
    const stroke = (optionsOf, options) => {
      const path = L.polyline(latlngs, { renderer: layer.atlas.renderer, interactive: false, ...options, ...optionsOf(look) });
      return { path, optionsOf, example };
    };
    const ground = { className: "atlas-casing" };
    if (look.pattern === "railway_dashes") return [stroke(middleOptions, { group: "lines", ...ground })];
    return [
      stroke(bedOptions, { group: "lines", ...(!look.casingColor && ground) }),
      ...(look.tracks === 2 ? [stroke(gapOptions, { group: "railways", ...ground })] : []),
      stroke(tieOptions, { group: "railways" }),
    ];
  });
}

/** The direction of a line on the map, in degrees clockwise from east. @param {L.Polyline} line */
export function directionOf(line) {
  const latlngs = /** @type {L.LatLng[]} */ (line.getLatLngs().flat(2));
  const [start, end] = [latlngs[0], latlngs[latlngs.length - 1]].map((latlng) => L.CRS.EPSG3857.project(latlng));
  return (Math.atan2(start.y - end.y, end.x - start.x) * 180) / Math.PI;
}
