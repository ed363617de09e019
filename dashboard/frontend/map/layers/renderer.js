/** One SVG for all layers: areas under lines under railways under points, each in its group. */

import { setAttributes, svgElement } from "../../dom.js";

/** From the bottom up; the option `group` of a path names its group. */
const GROUPS = ["areas", "outlines", "casings", "lines", "railways", "points"];

let clipCount = 0;

export class GroupedSvg extends L.SVG {
  _initContainer() {
    super._initContainer();
    /** @type {Record<string, SVGGElement>} */
    this._groups = Object.fromEntries(GROUPS.map((name) => [name, svgElement("g", { class: `atlas-${name}` })]));
    this._rootGroup.append(...Object.values(this._groups));
  }

  /** The stroke of a path with the option `isInner` is cut at its own outline, so that only its inner half shows.
   * @param {L.Path} path */
  _initPath(path) {
    super._initPath(path);
    if (!path.options.isInner) return;
    clipCount += 1;
    const id = `atlas-clip-${clipCount}`;
    path.clip = svgElement("path", { "clip-rule": "evenodd" });
    path.clipNode = svgElement("clipPath", { id }, [path.clip]);
    setAttributes(path.getElement(), { "clip-path": `url(#${id})` });
  }

  /** @param {L.Path} path */
  _updateStyle(path) {
    super._updateStyle(path);
    const { icon = "", color, dim = 1 } = path.options;
    setAttributes(path.getElement(), { opacity: dim < 1 && dim });
    if (icon && path instanceof L.CircleMarker) path.iconNode ??= svgElement("path", { class: "atlas-icon" });
    if (!path.iconNode) return;
    setAttributes(path.iconNode, { d: icon, fill: color, opacity: dim < 1 && dim });
    this._raiseIcon(path);
  }

  /** A pictogram lies on its symbol, once that is on the map. @param {L.Path} path */
  _raiseIcon(path) {
    if (path.iconNode && path.getElement()?.parentNode) path.getElement()?.after(path.iconNode);
  }

  /** @param {L.Path} path */
  _bringToFront(path) {
    super._bringToFront(path);
    this._raiseIcon(path);
  }

  /** @param {L.Path} path @param {string} d */
  _setPath(path, d) {
    super._setPath(path, d);
    path.clip?.setAttribute("d", d);
    for (const twin of path.twins ?? []) this._setPath(twin, d);
  }

  /** @param {L.Path} path */
  _removePath(path) {
    super._removePath(path);
    path.clipNode?.remove();
    path.iconNode?.remove();
  }

  /** @param {L.Path} path */
  _addPath(path) {
    super._addPath(path);
    const { group } = path.options;
    const node = path.getElement();
    if (!node) return;
    if (group) this._groups?.[group].append(node);
    this._raiseIcon(path);
    if (path.clipNode) this._groups?.areas.prepend(path.clipNode);
    if (path.entry) node.setAttribute("data-feature", path.entry.reference);
  }
}
