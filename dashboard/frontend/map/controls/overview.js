/** "Where am I": the outline of the region in a corner, with what is in view; a click goes there. */

import { element, svgElement } from "../../dom.js";

const OUTLINE_WIDTH_PX = 132;

/** So much nearer than the whole region, one may ask. */
const ZOOMS_NEARER = 1.5;

/** Of the whole; what is smaller can't be seen in it. */
const SMALLEST_PART = 1 / 6;

export const Overview = L.Control.extend({
  options: { position: "bottomleft" },

  /** @param {{layers: object[], home: number[][], label: string, goHome: () => void}} context */
  initialize(context) {
    this.context = context;
  },

  onAdd(map) {
    const { label } = this.context;
    this.button = element("button", { type: "button", class: "atlas-overview", title: label, "aria-label": label, hidden: true });
    this.button.addEventListener("click", (event) => this.go(event));
    L.DomEvent.disableClickPropagation(this.button);
    this.handlers = { move: () => this.showView(), moveend: () => this.showView() };
    map.on(this.handlers);
    this.showView();
    return this.button;
  },

  onRemove(map) {
    map.off(this.handlers);
  },

  showView() {
    const home = this._map.getBoundsZoom(this.context.home);
    const isNeeded = this._map.getZoom() >= home + ZOOMS_NEARER;
    if (isNeeded && !this.view) this.drawOutlines();
    this.button.hidden = !isNeeded || !this.view;
    if (this.button.hidden) return;
    const view = this._map.getBounds();
    const { x, y } = this.toPoint(view.getNorthWest());
    const { x: right, y: bottom } = this.toPoint(view.getSouthEast());
    // However near the map is: something to see.
    const [width, height] = [Math.max(right - x, 6), Math.max(bottom - y, 5)];
    for (const [name, value] of Object.entries({ x: (x + right - width) / 2, y: (y + bottom - height) / 2, width, height })) {
      this.view.setAttribute(name, value.toFixed(1));
    }
  },

  drawOutlines() {
    const bounds = L.latLngBounds(this.context.home);
    const areas = this.context.layers
      .filter(({ options }) => options.role === "area")
      .flatMap((layer) => [...layer.features.values()])
      .flatMap(({ paths }) => paths.filter((path) => path instanceof L.Polygon && isLarge(path.getBounds(), bounds)));
    if (areas.length === 0) return;
    for (const area of areas) bounds.extend(area.getBounds());
    const project = (latlng) => L.CRS.EPSG3857.latLngToPoint(latlng, 0);
    const [origin, end] = [project(bounds.getNorthWest()), project(bounds.getSouthEast())];
    const scale = OUTLINE_WIDTH_PX / (end.x - origin.x);
    this.toPoint = (latlng) => project(latlng).subtract(origin).multiplyBy(scale);
    this.toLatLng = (point) => L.CRS.EPSG3857.pointToLatLng(point.divideBy(scale).add(origin), 0);
    const height = Math.round((end.y - origin.y) * scale);
    this.view = svgElement("rect", { class: "atlas-overview-view" });
    this.button.append(svgElement("svg", { viewBox: `0 0 ${OUTLINE_WIDTH_PX} ${height}`, width: OUTLINE_WIDTH_PX, height, "aria-hidden": "true" }, [
      svgElement("path", { d: areas.map((area) => this.outline(area)).join("") }),
      this.view,
    ]));
  },

  /** No point nearer to the last than a pixel. */
  outline(area) {
    return area.getLatLngs().flat(area.getLatLngs()[0][0] instanceof L.LatLng ? 0 : 1).map((ring) => {
      const points = [];
      for (const latlng of ring) {
        const point = this.toPoint(latlng);
        if (points.length === 0 || point.distanceTo(points.at(-1)) >= 1) points.push(point);
      }
      return `M${points.map(({ x, y }) => `${x.toFixed(1)},${y.toFixed(1)}`).join("L")}Z`;
    }).join("");
  },

  /** Where the pointer was; a key has no place, and leads back to the whole region. */
  go({ detail, clientX, clientY }) {
    if (detail === 0) {
      this.context.goHome();
      this._map.getContainer().focus();
      return;
    }
    const { left, top } = this.button.querySelector("svg").getBoundingClientRect();
    this._map.panTo(this.toLatLng(L.point(clientX - left, clientY - top)));
  },
});

function isLarge(bounds, whole) {
  return bounds.getEast() - bounds.getWest() >= (whole.getEast() - whole.getWest()) * SMALLEST_PART;
}
