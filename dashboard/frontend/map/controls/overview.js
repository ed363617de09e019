/** "Where am I": the outline of the region in a corner, with what is in view; a click goes there. */

import { button, setAttributes, svgElement } from "../../dom.js";
import { areaParts } from "../layers/rings.js";
import { HOME_MAXZOOM } from "../view.js";

const OUTLINE_WIDTH_PX = 132;

/** The overview shows from so many zooms nearer than the whole region on. */
const ZOOMS_NEARER = 1.5;

/** Areas narrower than this part of the region are too small for the outline. */
const SMALLEST_PART = 1 / 6;

export class Overview extends L.Control {
  /** @param {Atlas} atlas */
  constructor(atlas) {
    super({ position: "bottomleft" });
    this.atlas = atlas;
    const label = atlas.texts.whereAmI;
    this.button = button({ class: "atlas-overview", title: label, "aria-label": label, hidden: true }, (event) => this.go(event));
    this.window = svgElement("rect", { class: "atlas-overview-view" });
    // Where the outline's pixels begin in Leaflet's projected points, and how large they are.
    this.origin = L.point(0, 0);
    this.scale = 0;
  }

  onAdd() {
    L.DomEvent.disableClickPropagation(this.button);
    this.atlas.map.on("move moveend", () => this.showView());
    this.showView();
    return this.button;
  }

  showView() {
    const { map, options: { home } } = this.atlas;
    const isNeeded = map.getZoom() >= Math.min(map.getBoundsZoom(home), HOME_MAXZOOM) + ZOOMS_NEARER;
    if (isNeeded && !this.scale) this.drawOutlines();
    this.button.hidden = !isNeeded || !this.scale;
    if (this.button.hidden) return;
    const view = map.getBounds();
    const { x, y } = this.toPoint(view.getNorthWest());
    const { x: right, y: bottom } = this.toPoint(view.getSouthEast());
    // However near the map is, the window stays large enough to see.
    const [width, height] = [Math.max(right - x, 6), Math.max(bottom - y, 5)];
    setAttributes(this.window, { x: (x + right - width) / 2, y: (y + bottom - height) / 2, width, height });
  }

  drawOutlines() {
    const bounds = L.latLngBounds(this.atlas.options.home);
    const least = (bounds.getEast() - bounds.getWest()) * SMALLEST_PART;
    const areas = this.atlas.layers.all
      .filter(({ options }) => options.role === "area")
      .flatMap((layer) => [...layer.features.values()])
      .flatMap(({ paths }) => paths.flatMap((path) => (path instanceof L.Polygon ? [path] : [])))
      .filter((area) => area.getBounds().getEast() - area.getBounds().getWest() >= least);
    if (areas.length === 0) return;
    for (const area of areas) bounds.extend(area.getBounds());
    const [origin, end] = [bounds.getNorthWest(), bounds.getSouthEast()].map((corner) => L.CRS.EPSG3857.latLngToPoint(corner, 0));
    this.origin = origin;
    this.scale = OUTLINE_WIDTH_PX / (end.x - origin.x);
    const height = Math.round((end.y - origin.y) * this.scale);
    this.button.append(svgElement("svg", { viewBox: `0 0 ${OUTLINE_WIDTH_PX} ${height}`, width: OUTLINE_WIDTH_PX, height, "aria-hidden": "true" }, [
      svgElement("path", { d: areas.map((area) => this.outline(area)).join("") }),
      this.window,
    ]));
  }

  /** @param {L.LatLng} latlng */
  toPoint(latlng) {
    return L.CRS.EPSG3857.latLngToPoint(latlng, 0).subtract(this.origin).multiplyBy(this.scale);
  }

  /** SVG path of an area; points within a pixel of the one before are left out. @param {L.Polygon} area */
  outline(area) {
    return areaParts(area).flat().map((ring) => {
      /** @type {L.Point[]} */
      const points = [];
      for (const point of ring.map((latlng) => this.toPoint(latlng))) {
        const last = points.at(-1);
        if (!last || point.distanceTo(last) >= 1) points.push(point);
      }
      return `M${points.map(({ x, y }) => `${x.toFixed(1)},${y.toFixed(1)}`).join("L")}Z`;
    }).join("");
  }

  /** Go where the pointer was; a key has no place, and leads back to the whole region. @param {MouseEvent} event */
  go({ detail, clientX, clientY }) {
    const { map, view } = this.atlas;
    const outline = this.button.firstElementChild;
    if (detail === 0 || !outline) {
      view.goHome();
      map.getContainer().focus();
      return;
    }
    const { left, top } = outline.getBoundingClientRect();
    const point = L.point(clientX - left, clientY - top).divideBy(this.scale).add(this.origin);
    map.panTo(L.CRS.EPSG3857.pointToLatLng(point, 0));
  }
}
