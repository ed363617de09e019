/** Point symbols: shapes that tell layers apart without color, on the map and in the legend. */

import { svgElement } from "../../dom.js";
import { auraOptions } from "./leaflet_style.js";
import { countCircle } from "./maplibre_style.js";

/** Corners of unit shapes of about the same area, so that no layer dominates. @type {Record<string, number[][]>} */
const CORNERS = {
  square: [[-0.88, -0.88], [0.88, -0.88], [0.88, 0.88], [-0.88, 0.88]],
  diamond: [[0, -1.25], [1.25, 0], [0, 1.25], [-1.25, 0]],
  triangle: [[0, -1.3], [1.2, 0.85], [-1.2, 0.85]],
  hexagon: [0, 60, 120, 180, 240, 300].map((degrees) => {
    const angle = (degrees * Math.PI) / 180;
    return [1.1 * Math.cos(angle), 1.1 * Math.sin(angle)];
  }),
  cross: [
    [-0.4, -1.1], [0.4, -1.1], [0.4, -0.4], [1.1, -0.4], [1.1, 0.4], [0.4, 0.4],
    [0.4, 1.1], [-0.4, 1.1], [-0.4, 0.4], [-1.1, 0.4], [-1.1, -0.4], [-0.4, -0.4],
  ],
};

/** SVG path of a symbol. @param {string} shape @param {number} x @param {number} y @param {number} radius */
export function symbolPath(shape, x, y, radius) {
  const corners = CORNERS[shape];
  if (!corners) {
    return `M${x - radius},${y}a${radius},${radius} 0 1,0 ${2 * radius},0a${radius},${radius} 0 1,0 ${-2 * radius},0`;
  }
  const points = corners.map(([dx, dy]) => `${(x + dx * radius).toFixed(2)},${(y + dy * radius).toFixed(2)}`);
  return `M${points.join("L")}Z`;
}

/** A circle marker that draws the shape of its `shape` option. */
export class SymbolMarker extends L.CircleMarker {
  _updatePath() {
    const { shape = "circle", radius = 0 } = this.options;
    this._renderer._setPath(this, symbolPath(shape, this._point.x, this._point.y, radius));
  }
}

/** The circle that stands for a number of features. @param {number} count @param {string} color */
export function countSwatch(count, color) {
  const { radius, opacity } = countCircle(count);
  return svgElement("svg", { viewBox: "0 0 26 26", width: 26, height: 26, "aria-hidden": "true" }, [
    svgElement("circle", { cx: 13, cy: 13, r: radius, fill: color, "fill-opacity": opacity }),
  ]);
}

/** The legend's picture of a style: an area, a line or a symbol. @param {string} role @param {Look} look */
export function swatch(role, look) {
  const stroke = { stroke: look.color, "stroke-width": look.weight, "stroke-opacity": look.opacity };
  const dashed = { ...stroke, "stroke-dasharray": look.dashArray };
  const shapes = [];
  if (role === "line") {
    shapes.push(svgElement("path", { d: "M1,13 C8,2 17,18 25,5", fill: "none", ...dashed }));
  } else if (role === "area" && !look.isSymbol) {
    const fill = { fill: look.fillColor, "fill-opacity": Math.max(look.fillOpacity, 0.06) };
    shapes.push(svgElement("rect", { x: 2, y: 2, width: 22, height: 14, rx: 2, ...fill, ...dashed }));
  } else {
    const aura = auraOptions(look);
    if (look.isSoft) {
      shapes.push(svgElement("path", {
        d: symbolPath(look.shape, 13, 9, aura.radius ?? 0), fill: aura.fillColor, "fill-opacity": aura.fillOpacity,
        stroke: aura.color, "stroke-width": aura.weight, "stroke-opacity": aura.opacity,
      }));
    }
    const fill = { fill: look.fillColor, "fill-opacity": look.symbolFillOpacity };
    shapes.push(svgElement("path", { d: symbolPath(look.shape, 13, 9, Math.min(look.radius, 7)), ...fill, ...stroke }));
  }
  return svgElement("svg", { class: "atlas-swatch", viewBox: "0 0 26 18", width: 26, height: 18, "aria-hidden": "true" }, shapes);
}
