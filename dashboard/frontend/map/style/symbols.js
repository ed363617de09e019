/** Point symbols: shapes that tell layers apart without color, on the map and in the legend. */

import { svgElement } from "../../dom.js";
import { countCircle } from "./maplibre_style.js";
import { auraOptions } from "./leaflet_style.js";

/** Corners of the unit shapes; areas are about equal, so that no layer shouts. */
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

/** SVG path of a symbol of this radius around a point. */
export function symbolPath(shape, x, y, radius) {
  const corners = CORNERS[shape];
  if (!corners) {
    return `M${x - radius},${y}a${radius},${radius} 0 1,0 ${2 * radius},0a${radius},${radius} 0 1,0 ${-2 * radius},0`;
  }
  const points = corners.map(([dx, dy]) => `${(x + dx * radius).toFixed(2)},${(y + dy * radius).toFixed(2)}`);
  return `M${points.join("L")}Z`;
}

/** A circle marker that draws itself as its `shape` option says. Made on first use, when Leaflet is there. */
export const SymbolMarker = L.CircleMarker.extend({
  _updatePath() {
    const { shape, radius } = this.options;
    this._renderer._setPath(this, symbolPath(shape, this._point.x, this._point.y, radius));
  },
});

/** The circle that stands for so many features. */
export function countSwatch(count, color) {
  const { radius, opacity } = countCircle(count);
  return svgElement("svg", { viewBox: "0 0 26 26", width: 26, height: 26, "aria-hidden": "true" }, [
    svgElement("circle", { cx: 13, cy: 13, r: radius, fill: color, "fill-opacity": opacity }),
  ]);
}

/** The legend's picture of a style: an area, a line or a symbol. */
export function swatch(role, style) {
  const icon = svgElement("svg", { class: "atlas-swatch", viewBox: "0 0 26 18", width: 26, height: 18, "aria-hidden": "true" });
  const paint = {
    stroke: style.color,
    "stroke-width": style.weight,
    "stroke-opacity": style.opacity,
    "stroke-dasharray": style.dashArray ?? undefined,
  };
  if (role === "line") {
    icon.append(svgElement("path", { d: "M1,13 C8,2 17,18 25,5", fill: "none", ...paint }));
  } else if (role === "area" && !style.symbol) {
    icon.append(svgElement("rect", {
      x: 2, y: 2, width: 22, height: 14, rx: 2, fill: style.fillColor, "fill-opacity": Math.max(style.fillOpacity, 0.06), ...paint,
    }));
  } else {
    const aura = auraOptions(style);
    if (style.isSoft) {
      icon.append(svgElement("path", {
        d: symbolPath(style.shape, 13, 9, aura.radius), fill: aura.fillColor, "fill-opacity": aura.fillOpacity,
        stroke: aura.color, "stroke-width": aura.weight, "stroke-opacity": aura.opacity,
      }));
    }
    icon.append(svgElement("path", {
      d: symbolPath(style.shape, 13, 9, Math.min(style.radius, 7)), fill: style.fillColor, "fill-opacity": style.symbolFillOpacity, ...paint,
      "stroke-dasharray": undefined,
    }));
  }
  return icon;
}
