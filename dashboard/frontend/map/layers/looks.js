/** The looks of a layer's features at the zoom of the map: each is made once, as features of one category look the same. */

import { isApproximate, lookOf } from "../style/leaflet_style.js";
import { hasIconsAt, lineScale } from "../style/zoomed.js";

export class Looks {
  /** @param {DataLayer} layer */
  constructor(layer) {
    this.layer = layer;
    /** Those of one zoom and one color scheme. @type {Map<string, Look>} */
    this.known = new Map();
    /** @type {number | undefined} */
    this.zoom = undefined;
    this.isDark = false;
  }

  /** @param {Properties} properties of a feature */
  of(properties) {
    const { map, options: { style }, atlas: { theme: { isDark } } } = this.layer;
    const zoom = map.getZoom();
    if (zoom !== this.zoom || isDark !== this.isDark) {
      this.known.clear();
      this.zoom = zoom;
      this.isDark = isDark;
    }
    const { category_field: category = "", icon_field: icon = "" } = style;
    const key = `${isApproximate(style, properties)} ${properties[category]} ${properties[icon]}`;
    const look = this.known.get(key)
      ?? lookOf(style, properties, isDark, { scale: lineScale(style, zoom), hasIcons: hasIconsAt(style, zoom) });
    this.known.set(key, look);
    return look;
  }
}
