/** One SVG for all layers: areas under lines under railways under points, each in its group. */

import { svgElement } from "../../dom.js";

/** From the bottom up; the option `group` of a path names its group. */
const GROUPS = ["areas", "casings", "lines", "railways", "points"];

export class GroupedSvg extends L.SVG {
  _initContainer() {
    super._initContainer();
    /** @type {Record<string, SVGGElement>} */
    this._groups = Object.fromEntries(GROUPS.map((name) => [name, svgElement("g", { class: `atlas-${name}` })]));
    this._rootGroup.append(...Object.values(this._groups));
  }

  /** @param {L.Path} path */
  _addPath(path) {
    super._addPath(path);
    const { group } = path.options;
    const node = path.getElement();
    if (!node) return;
    if (group) this._groups?.[group].append(node);
    if (path.entry) node.setAttribute("data-feature", path.entry.reference);
  }
}
