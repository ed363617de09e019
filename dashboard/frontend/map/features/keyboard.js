/**
 * Features by keyboard: one tab stop among them, which arrow keys move from neighbor to neighbor.
 *
 * Home and End lead to the first and last in view, Page Up and Page Down through all of them in order; Enter opens.
 * Only the feature that has the tab stop carries a role and a name, so that drawing many costs nothing.
 */

import { setAttributes } from "../../dom.js";
import { kindOf } from "./popup.js";

/** Where an arrow leads on the screen. @type {Record<string, [number, number]>} */
const DIRECTIONS = { ArrowRight: [1, 0], ArrowLeft: [-1, 0], ArrowDown: [0, 1], ArrowUp: [0, -1] };

/** A step aside costs this much more than one ahead. */
const ASIDE = 2;

export class FeatureKeys {
  /** @param {Atlas} atlas */
  constructor(atlas) {
    const { map } = atlas;
    this.atlas = atlas;
    this.map = map;
    /** The feature that has the tab stop. @type {KeyTarget | undefined} */
    this.current = undefined;
    /** @type {number | undefined} */
    this.idle = undefined;
    const container = map.getContainer();
    container.addEventListener("keydown", (event) => this.press(event));
    // The name shows as under a pointer.
    container.addEventListener("focusin", (event) => this.hover("mouseover", event));
    container.addEventListener("focusout", (event) => this.hover("mouseout", event));
    map.on("moveend", () => this.request());
  }

  /** Soon give the tab stop to a feature in view, if it is not on one. */
  request() {
    this.idle ??= window.setTimeout(() => {
      this.idle = undefined;
      if (this.current && this.isReachable(this.current)) return;
      this.setCurrent([...this.targets()].find(({ entry }) => !entry.isCovered));
    }, 100);
  }

  /** Give a feature the focus; false where it is not in view. @param {Entry} entry */
  focus(entry) {
    const target = [...this.targets()].find((other) => other.entry === entry);
    if (target) this.move(target);
    return target !== undefined;
  }

  /** @param {KeyboardEvent} event */
  press(event) {
    const { current } = this;
    if (!current || event.target !== current.path.getElement() || event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.key === "Enter" || event.key === " ") this.open(current);
    else {
      const target = this.targetOf(event.key, current);
      if (target === null) return;
      if (target) this.move(target);
    }
    event.preventDefault();
    event.stopPropagation();
  }

  /** @param {KeyTarget} target */
  open(target) {
    const { selection } = this.atlas;
    selection.choose(target.entry, this.map.containerPointToLatLng(this.anchorNow(target)));
    selection.element?.focus();
  }

  /** @param {string} key @param {KeyTarget} current @returns {KeyTarget | undefined | null} null where the key means nothing here */
  targetOf(key, current) {
    if (Object.hasOwn(DIRECTIONS, key)) return this.nearest(DIRECTIONS[key], current);
    const step = { Home: -Infinity, End: Infinity, PageUp: -1, PageDown: 1 }[key];
    if (step === undefined) return null;
    const all = [...this.targets()];
    const index = all.findIndex(({ entry }) => entry === current.entry);
    return all[Math.min(Math.max(index + step, 0), all.length - 1)];
  }

  /** @param {[number, number]} direction @param {KeyTarget} current */
  nearest([x, y], current) {
    const from = this.anchorNow(current);
    let best;
    let least = Infinity;
    for (const target of this.targets()) {
      const offset = target.anchor.subtract(from);
      const ahead = offset.x * x + offset.y * y;
      const aside = Math.abs(offset.x * y) + Math.abs(offset.y * x);
      const cost = ahead + ASIDE * aside;
      if (target.entry !== current.entry && ahead > 0 && aside <= 2 * ahead && cost < least) [best, least] = [target, cost];
    }
    return best;
  }

  /** @param {KeyTarget} target */
  move(target) {
    // The element that loses the tab stop gives up the focus first, while it still has its name and role.
    elementOf(this.current)?.blur();
    this.setCurrent(target);
    this.atlas.groups.bring(target.entry);
    elementOf(target)?.focus({ preventScroll: true });
  }

  /** @param {"mouseover" | "mouseout"} type @param {FocusEvent} event */
  hover(type, { target }) {
    const { current } = this;
    if (!current || target !== elementOf(current)) return;
    if (type === "mouseout") this.atlas.groups.bring(undefined);
    current.path.fire(type, { latlng: this.map.containerPointToLatLng(this.anchorNow(current)) }, true);
  }

  /** @param {KeyTarget | undefined} target */
  setCurrent(target) {
    setAttributes(elementOf(this.current), { tabindex: null, role: null, "aria-label": null, "aria-haspopup": null });
    this.current = target;
    if (!target) return;
    const name = target.entry.properties.name ?? this.atlas.texts.unnamed;
    const label = `${name}, ${kindOf(target.entry)}`;
    setAttributes(elementOf(target), { tabindex: 0, role: "button", "aria-label": label, "aria-haspopup": "dialog" });
  }

  /** The features in view, in the order of layers and of the features in them. @returns {Generator<KeyTarget, undefined>} */
  * targets() {
    for (const layer of this.atlas.layers.shown) {
      for (const entry of layer.features.values()) {
        const path = layer.isWithinReach(entry) && this.pathOf(entry);
        const anchor = path && this.anchorOf(path);
        if (anchor) yield { entry, path, anchor };
      }
    }
  }

  /** @param {KeyTarget} target */
  isReachable({ entry, path }) {
    return !entry.isCovered && entry.layer.isWithinReach(entry) && this.pathOf(entry) === path && this.anchorOf(path) !== null;
  }

  /** What of a feature is on the map: its shape, or the symbol in its place. @param {Entry} entry */
  pathOf({ symbols, paths }) {
    return [...symbols, ...paths].find((path) => this.map.hasLayer(path));
  }

  /** @param {KeyTarget} target */
  anchorNow({ path, anchor }) {
    return this.anchorOf(path) ?? anchor;
  }

  /** Of a line the point next to the window's middle, of an area the middle of its part in view. @param {FeaturePath} path */
  anchorOf(path) {
    const view = L.bounds([0, 0], this.map.getSize());
    const anchor = path instanceof L.CircleMarker ? this.map.latLngToContainerPoint(path.getLatLng())
      : path instanceof L.Polygon ? this.middleInView(path, view)
      : this.nextToMiddle(path, view);
    return anchor && view.contains(anchor) ? anchor : null;
  }

  /** @param {L.Polygon} path @param {L.Bounds} view */
  middleInView(path, view) {
    const bounds = path.getBounds();
    const [a, b] = [bounds.getNorthWest(), bounds.getSouthEast()].map((corner) => this.map.latLngToContainerPoint(corner));
    if (!view.intersects(L.bounds(a, b))) return null;
    const { x, y } = view.getBottomRight();
    return L.point(Math.max(a.x, 0) + Math.min(b.x, x), Math.max(a.y, 0) + Math.min(b.y, y)).divideBy(2);
  }

  /** @param {L.Polyline} path @param {L.Bounds} view */
  nextToMiddle(path, view) {
    const point = path.closestLayerPoint(this.map.containerPointToLayerPoint(view.getCenter()));
    return point && this.map.layerPointToContainerPoint(point);
  }
}

/** @param {KeyTarget} [target] */
function elementOf(target) {
  return /** @type {SVGElement | undefined} */ (target?.path.getElement());
}
