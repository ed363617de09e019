/** The looks of a layer's features at the zoom of the map: each is made once, as features of one category look the same. */

import { isApproximate, lookOf } from "../style/leaflet_style.js";
import { hasIconsAt, lineScale } from "../style/zoomed.js";

export class Looks {
  /** @param {DataLayer} layer */
  constructor(layer) {
    this.layer = layer;
    /** @type {Map<string, Look>} */
    this.known = new Map();
  }

  /** @param {Properties} properties of a feature */
  of(properties) {
    const { map, options: { style }, atlas: { theme: { isDark } } } = this.layer;
    const [scale, hasIcons] = [lineScale(style, map.getZoom()), hasIconsAt(style, map.getZoom())];
    const values = [style.category_field, style.icon_field].map((field = "") => properties[field]);
    const key = [isDark, scale, hasIcons, isApproximate(style, properties), ...values].join(" ");
    const look = this.known.get(key) ?? lookOf(style, properties, isDark, { scale, hasIcons });
    this.known.set(key, look);
    return look;
  }
}
