/** Point symbols: shapes that tell layers apart without color, on the map and in the legend. */

import { setAttributes, svgElement } from "../../dom.js";
import { auraOptions } from "./leaflet_style.js";
import { countCircle } from "./maplibre_style.js";
import { bedOptions, gapOptions, middleOptions, tieOptions } from "./railway.js";

/** Wider lines are straight in the legend, and none is wider than fits a row. */
const WIDEST_CURVE_PX = 4;
const WIDEST_SWATCH_PX = 8;

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

/** Two buffer stops seen from above, and the ground between them; only two of its sides have a stroke. */
const BREAK = [[-0.65, -0.8], [-0.65, 0.8], [0.65, 0.8], [0.65, -0.8]];

/** SVG path of a symbol. @param {string} shape @param {number} x @param {number} y @param {number} radius
 * @param {number} [angle] in degrees, clockwise */
export function symbolPath(shape, x, y, radius, angle = 0) {
  const corners = shape === "break" ? BREAK : CORNERS[shape];
  if (!corners) {
    return `M${x - radius},${y}a${radius},${radius} 0 1,0 ${2 * radius},0a${radius},${radius} 0 1,0 ${-2 * radius},0`;
  }
  const [cos, sin] = [Math.cos, Math.sin].map((part) => part((angle * Math.PI) / 180) * radius);
  const points = corners.map(([dx, dy]) => `${(x + dx * cos - dy * sin).toFixed(2)},${(y + dx * sin + dy * cos).toFixed(2)}`);
  return `M${points.join("L")}Z`;
}

/** How far a symbol reaches from its middle, sideways or upwards. @param {string} shape @param {number} radius */
export function symbolReach(shape, radius) {
  return radius * Math.max(1, ...(CORNERS[shape] ?? []).flat().map(Math.abs));
}

/** Attributes of a symbol's path besides `d`. @param {string} shape */
export function symbolAttributes(shape) {
  return shape === "break" ? { class: "atlas-break", pathLength: 5.8 } : {};
}

/** A pictogram fills this part of the radius of its symbol. */
const ICON_SCALE = 1 / 11;

/** Where and how large the pictogram of a symbol is. @param {number} x @param {number} y @param {number} radius */
function iconTransform(x, y, radius) {
  return `translate(${x},${y}) scale(${(radius * ICON_SCALE).toFixed(3)})`;
}

/** A circle marker that draws the shape of its `shape` option, and on it the pictogram of its `icon` option. */
export class SymbolMarker extends L.CircleMarker {
  _updatePath() {
    const { shape = "circle", radius = 0, angle } = this.options;
    this._renderer._setPath(this, symbolPath(shape, this._point.x, this._point.y, radius, angle));
    const { pathLength } = symbolAttributes(shape);
    if (pathLength) setAttributes(this.getElement(), { pathLength });
    this.iconNode?.setAttribute("transform", iconTransform(this._point.x, this._point.y, radius));
  }
}

/** The circle that stands for a number of features. @param {number} count @param {string} color */
export function countSwatch(count, color) {
  const { radius, opacity } = countCircle(count);
  return svgElement("svg", { viewBox: "0 0 26 26", width: 26, height: 26, "aria-hidden": "true" }, [
    svgElement("circle", { cx: 13, cy: 13, r: radius, fill: color, "fill-opacity": opacity }),
  ]);
}

/** A line, and what makes it a railway. @param {Look} look */
function lineSwatch(look) {
  const isStraight = look.pattern !== undefined || look.weight > WIDEST_CURVE_PX;
  /** @param {L.PathOptions} options @param {object} [more] */
  const stroke = ({ color, weight, opacity, dashArray, dashOffset }, more) => svgElement("path", {
    d: isStraight ? "M0,9H26" : "M1,13 C8,2 17,18 25,5",
    fill: "none", stroke: color, "stroke-width": Math.min(weight ?? 0, WIDEST_SWATCH_PX), "stroke-opacity": opacity,
    "stroke-dasharray": dashArray?.toString(), "stroke-dashoffset": dashOffset, ...more,
  });
  if (!look.pattern) return [stroke(look)];
  if (look.pattern === "railway_dashes") return [stroke(look), stroke(middleOptions(look), { class: "atlas-gap" })];
  return [
    ...(look.casingColor ? [stroke(bedOptions(look))] : []),
    stroke(look),
    ...(look.tracks === 2 ? [stroke(gapOptions(look), { class: "atlas-gap" })] : []),
    stroke(tieOptions(look)),
  ];
}

/** Areas that are symbols up to this zoom and farther in are symbols in the legend too. */
const SYMBOLIC_ZOOM = 10;

/** The legend's picture of a style: an area, a line or a symbol. @param {string} role @param {Look} look */
export function swatch(role, look) {
  const stroke = { stroke: look.color, "stroke-width": look.weight, "stroke-opacity": look.opacity };
  const dashed = { ...stroke, "stroke-dasharray": look.dashArray };
  const shapes = [];
  if (role === "line" && !look.hasShape) {
    shapes.push(...lineSwatch(look));
  } else if (role === "area" && !(look.isSymbol && look.symbolMaxzoom >= SYMBOLIC_ZOOM)) {
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
    const radius = Math.min(look.radius, look.icon ? 8.5 : 7);
    shapes.push(svgElement("path", { d: symbolPath(look.shape, 13, 9, radius), ...fill, ...stroke, ...symbolAttributes(look.shape) }));
    if (look.icon) shapes.push(svgElement("path", { d: look.icon, fill: look.color, transform: iconTransform(13, 9, radius) }));
  }
  return svgElement("svg", { class: "atlas-swatch", viewBox: "0 0 26 18", width: 26, height: 18, "aria-hidden": "true" }, shapes);
}
