/** One SVG for all layers: areas under lines under points, each in a group of its own, and one sheet to paint. */

import { svgElement } from "../../dom.js";

/** From the ground up; `group` in the options of a path says where it belongs. */
const GROUPS = ["areas", "casings", "lines", "points"];

export const GroupedSvg = L.SVG.extend({
  _initContainer() {
    L.SVG.prototype._initContainer.call(this);
    this._groups = Object.fromEntries(GROUPS.map((name) => [name, svgElement("g", { class: `atlas-${name}` })]));
    this._rootGroup.append(...Object.values(this._groups));
  },

  _addPath(layer) {
    L.SVG.prototype._addPath.call(this, layer);
    this._groups[layer.options.group]?.append(layer._path);
  },
});
