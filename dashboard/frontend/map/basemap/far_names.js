/** Names of countries and towns around the streets, in the language of the map where they have one in it. */

import { FAR_SOURCE } from "../style/street_style.js";
import { bboxOf, projectPath } from "./basemap_data.js";

/** Names of countries are for small maps. */
const COUNTRY_MAXZOOM = 8;

/** Names of places keep clear of the symbol that a layer may have there. */
const FAR_SYMBOL_PX = 6;

/** Names of countries and of places by their rank. @param {MapLibreMap} gl @param {number} zoom
 * @returns {NameCandidate[]} */
export function readFarNames(gl, zoom) {
  if (!gl.getSource(FAR_SOURCE)) return [];
  return (zoom > COUNTRY_MAXZOOM ? ["places"] : ["places", "countries"]).flatMap((sourceLayer) => (
    gl.querySourceFeatures(FAR_SOURCE, { sourceLayer }).flatMap(({ properties, geometry }) => {
      const { rank, population = 0, [`name_${document.documentElement.lang}`]: text = properties.name } = properties;
      /** @type {NameRule} */
      const rule = sourceLayer === "countries" ? { zoom: rank + 2, priority: -90 - rank, kind: "country" }
        : { zoom: rank + (rank > 4 ? 3.75 : 3), priority: -94 - rank + Math.log10(population + 1) / 10, kind: rank <= 2 ? "town" : "place", radius: FAR_SYMBOL_PX };
      const path = geometry.type === "Point" ? projectPath([geometry.coordinates]) : new Float64Array();
      return path.length === 0 ? [] : [{ text, kind: rule.kind, rule, path, bbox: bboxOf(path), room: Infinity }];
    })
  ));
}
