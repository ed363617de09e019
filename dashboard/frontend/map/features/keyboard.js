/**
 * Features by keyboard: one tab stop among them, which arrow keys move from neighbor to neighbor.
 *
 * Home and End lead to the first and last in view, Page Up and Page Down through all of them in order; Enter opens.
 * Only the feature that has the tab stop carries a role and a name, so that drawing many costs nothing.
 */

import { kindOf } from "./popup.js";

/** Which way an arrow leads, on the screen. */
const DIRECTIONS = { ArrowRight: [1, 0], ArrowLeft: [-1, 0], ArrowDown: [0, 1], ArrowUp: [0, -1] };

/** How much worse a step aside is than one ahead. */
const ASIDE = 2;

export class FeatureKeys {
  /** @param {L.Map} map @param {{layers: object[], texts: object, onOpen: (layer: object, entry: object, latlng: L.LatLng) => void}} context */
  constructor(map, context) {
    this.map = map;
    this.context = context;
    const container = map.getContainer();
    container.addEventListener("keydown", (event) => this.press(event));
    // As under a pointer: the name shows at once.
    container.addEventListener("focusin", (event) => this.hover("mouseover", event));
    container.addEventListener("focusout", (event) => this.hover("mouseout", event));
    map.on("moveend", () => this.request());
    this.request();
  }

  /** See to it, at leisure, that the tab stop is on a feature in view. */
  request() {
    this.idle ??= setTimeout(() => {
      this.idle = undefined;
      if (this.current && this.isReachable(this.current)) return;
      this.setCurrent(this.targets().next().value);
    }, 100);
  }

  /** Give a feature the focus; false where it is not in view. */
  focus(layer, entry) {
    const path = pathOf(entry);
    const anchor = path && this.anchorOf(path);
    if (!anchor) return false;
    this.move({ layer, entry, path, anchor });
    return true;
  }

  press(event) {
    if (!this.current || event.target !== this.current.path.getElement() || event.ctrlKey || event.metaKey || event.altKey) return;
    const { key } = event;
    if (key === "Enter" || key === " ") {
      const { layer, entry, path } = this.current;
      this.context.onOpen(layer, entry, this.map.containerPointToLatLng(this.anchorOf(path)));
    } else {
      const target = this.targetOf(key);
      if (target === null) return;
      if (target) this.move(target);
    }
    event.preventDefault();
    event.stopPropagation();
  }

  /** @returns {object | undefined | null} null where the key means nothing here */
  targetOf(key) {
    if (Object.hasOwn(DIRECTIONS, key)) return this.nearest(DIRECTIONS[key]);
    const step = { Home: -Infinity, End: Infinity, PageUp: -1, PageDown: 1 }[key];
    if (step === undefined) return null;
    const all = [...this.targets()];
    const index = all.findIndex(({ entry }) => entry === this.current.entry);
    return all[Math.min(Math.max(index + step, 0), all.length - 1)];
  }

  nearest([x, y]) {
    const from = this.anchorOf(this.current.path) ?? this.current.anchor;
    let [best, least] = [undefined, Infinity];
    for (const target of this.targets()) {
      const offset = target.anchor.subtract(from);
      const ahead = offset.x * x + offset.y * y;
      const aside = Math.abs(offset.x * y) + Math.abs(offset.y * x);
      const cost = ahead + ASIDE * aside;
      if (target.entry !== this.current.entry && ahead > 0 && aside <= 2 * ahead && cost < least) [best, least] = [target, cost];
    }
    return best;
  }

  move(target) {
    // Before its name and role go with the tab stop, what had the focus gives it up.
    this.current?.path.getElement()?.blur();
    this.setCurrent(target);
    target.path.getElement().focus({ preventScroll: true });
  }

  hover(type, { target }) {
    const path = this.current?.path;
    if (!path || target !== path.getElement()) return;
    const anchor = this.anchorOf(path) ?? this.current.anchor;
    path.fire(type, { latlng: this.map.containerPointToLatLng(anchor) }, true);
  }

  setCurrent(target) {
    const before = this.current?.path.getElement();
    if (before) for (const name of ["tabindex", "role", "aria-label", "aria-haspopup"]) before.removeAttribute(name);
    this.current = target;
    if (!target) return;
    const { layer, entry, path } = target;
    const name = entry.properties.name ?? this.context.texts.unnamed;
    const attributes = { tabindex: "0", role: "button", "aria-label": `${name}, ${kindOf(layer.options, entry.properties)}`, "aria-haspopup": "dialog" };
    for (const [key, value] of Object.entries(attributes)) path.getElement().setAttribute(key, value);
  }

  /** What is in view, in the order of layers and of the features in them. */
  * targets() {
    for (const layer of this.context.layers) {
      if (!layer.isShown) continue;
      for (const entry of layer.features.values()) {
        const path = pathOf(entry);
        const anchor = path && this.anchorOf(path);
        if (anchor) yield { layer, entry, path, anchor };
      }
    }
  }

  isReachable({ entry, path }) {
    return pathOf(entry) === path && path.getElement()?.isConnected && this.anchorOf(path) !== null;
  }

  /** Where in the window a shape is met: a point itself, of a line the part next to the middle, of an area what is in view. */
  anchorOf(path) {
    const view = L.bounds([0, 0], this.map.getSize());
    const anchor = path instanceof L.CircleMarker ? this.map.latLngToContainerPoint(path.getLatLng())
      : path instanceof L.Polygon ? this.middleInView(path, view)
      : this.nextToMiddle(path, view);
    return anchor && view.contains(anchor) ? anchor : null;
  }

  middleInView(path, view) {
    const bounds = path.getBounds();
    const [a, b] = [bounds.getNorthWest(), bounds.getSouthEast()].map((corner) => this.map.latLngToContainerPoint(corner));
    if (!view.intersects(L.bounds(a, b))) return null;
    const { min, max } = view;
    const middle = (from, to, least, most) => (Math.max(from, least) + Math.min(to, most)) / 2;
    return L.point(middle(a.x, b.x, min.x, max.x), middle(a.y, b.y, min.y, max.y));
  }

  nextToMiddle(path, view) {
    const point = path.closestLayerPoint(this.map.containerPointToLayerPoint(view.getCenter()));
    return point && this.map.layerPointToContainerPoint(L.point(point.x, point.y));
  }
}

/** What of a feature can be seen: its shape, or the symbol in its stead. */
function pathOf({ symbols, paths }) {
  return [...symbols, ...paths].find((path) => path._map);
}
