/** Small pictures in front of search results: symbols of features, and one for each kind of name. */

import { svgElement } from "../../dom.js";

/** Drawings of the names of the base map, as lines in a box of 24. @type {Record<string, string>} */
const DRAWINGS = {
  pin: "M12 21C7.5 15.5 5.5 12.8 5.5 9.5a6.5 6.5 0 0 1 13 0c0 3.3-2 6-6.5 11.5ZM12 7.5a2 2 0 1 0 0 4a2 2 0 0 0 0-4Z",
  place: "M4 20V11L9 7L14 11V20ZM14 20V4H20V20M17 8V8.1M17 12V12.1M17 16V16.1M8 20V15H10V20",
  street: "M8 3L4.5 21M16 3L19.5 21M12 4V7M12 10.5V13.5M12 17V20",
  water: "M3 8.5C5 6.5 7 6.5 9 8.5S13 10.5 15 8.5S19 6.5 21 8.5M3 15.5C5 13.5 7 13.5 9 15.5S13 17.5 15 15.5S19 13.5 21 15.5",
  green: "M12 21V11M12 3.5C7.5 5 6 8 6.5 12C7 14.5 9 16 12 16S17 14.5 17.5 12C18 8 16.5 5 12 3.5Z",
  hill: "M2.5 19L9.5 6L13 12L15.5 9L21.5 19Z",
  sight: "M3.5 9L12 4L20.5 9ZM5.5 9V17.5M10 9V17.5M14 9V17.5M18.5 9V17.5M3.5 20H20.5",
};

/** The drawing of a name. @param {string} icon */
export function drawing(icon) {
  return picture("0 0 24 24", [svgElement("path", { class: "atlas-drawing", d: DRAWINGS[icon] ?? DRAWINGS.place })]);
}

/** A feature's symbol as it is on the map, about. @param {FoundSymbol} symbol */
export function symbolPicture({ shape, stroke, fill, icon }) {
  if (shape === "line") return picture("0 0 24 24", [colored("path", { d: "M2 17C8 17 8 7 12 12S18 15 22 6", "stroke-width": 3.5 }, null, stroke)]);
  if (shape === "area") {
    return picture("0 0 24 24", [colored("rect", { x: 3, y: 5, width: 18, height: 14, rx: 2.5, "fill-opacity": 0.18, "stroke-width": 2 }, fill ?? stroke, stroke ?? fill)]);
  }
  const dot = colored("circle", { cx: 12, cy: 12, r: icon ? 10 : 6.5, "stroke-width": 1.5 }, fill ?? stroke, stroke ?? fill);
  if (!icon) return picture("0 0 24 24", [dot]);
  return picture("0 0 24 24", [dot, colored("path", { d: icon, transform: "translate(12,12)" }, stroke, null)]);
}

/** @param {string} viewBox @param {Element[]} shapes */
function picture(viewBox, shapes) {
  return svgElement("svg", { class: "atlas-result-picture", viewBox, width: 24, height: 24, "aria-hidden": "true" }, shapes);
}

/** A shape in colors by day and by night.
 * @param {"path" | "rect" | "circle"} tag @param {Attributes} attributes
 * @param {[string, string] | null} fill @param {[string, string] | null} stroke */
function colored(tag, attributes, fill, stroke) {
  const shape = svgElement(tag, attributes);
  shape.style.fill = fill ? `light-dark(${fill.join(", ")})` : "none";
  shape.style.stroke = stroke ? `light-dark(${stroke.join(", ")})` : "none";
  return shape;
}
