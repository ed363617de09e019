/** Measures distance and area: points by click, tap or key, with a running total. */

import { button, element } from "../../dom.js";
import { formatArea, formatDistance } from "../features/format.js";
import { areaOf, lengthOf } from "./geodesy.js";

const PANE = "atlas-measure";

/** A click this close to the first point closes the shape. */
const SAME_POINT_PX = 14;

/** The second click of a double click adds no point. */
const DOUBLE_CLICK_PX = 5;

export class Measure {
  isOn = false;
  isByKeys = false;
  isFinished = false;
  isClosed = false;
  /** @type {L.LatLng[]} */
  points = [];

  /** @param {Atlas} atlas */
  constructor(atlas) {
    const { map, texts } = atlas;
    this.atlas = atlas;
    this.map = map;
    map.createPane(PANE).style.zIndex = "640";
    const style = { pane: PANE, interactive: false };
    this.line = L.polyline([], { ...style, className: "atlas-measure-line" });
    this.guide = L.polyline([], { ...style, className: "atlas-measure-line atlas-measure-guide" });
    this.dots = L.layerGroup();
    this.total = element("p");
    this.undoButton = button({ text: texts.undo }, () => this.undo());
    this.closeButton = button({ text: texts.closeShape }, () => this.finish({ isClosed: true }));
    this.finishButton = button({ text: texts.finish }, () => this.finish());
    this.bar = element("div", { class: "atlas-measure", role: "group", "aria-label": texts.measure }, [
      this.total, this.undoButton, this.closeButton, this.finishButton,
      button({ text: "×", "aria-label": texts.stopMeasuring }, () => this.stop()),
    ]);
    L.DomEvent.disableClickPropagation(this.bar).disableScrollPropagation(this.bar);
    this.crosshair = element("div", { class: "atlas-crosshair", "aria-hidden": "true" });
    /** @type {L.LeafletEventHandlerFnMap} */
    this.handlers = {
      click: ({ latlng }) => { this.useKeys(false); this.addPoint(latlng); },
      dblclick: () => this.finish(),
      mousemove: ({ latlng }) => { this.useKeys(false); this.follow(latlng); },
      move: () => { if (this.isByKeys) this.follow(map.getCenter()); },
    };
    map.getContainer().addEventListener("keydown", (event) => { if (this.isOn) this.press(event); });
  }

  toggle() {
    if (this.isOn) this.stop();
    else this.start();
  }

  start() {
    const { map, atlas: { selection, announcer } } = this;
    const container = map.getContainer();
    for (const layer of [this.line, this.guide, this.dots]) layer.addTo(map);
    container.append(this.crosshair, this.bar);
    container.classList.add("atlas-measuring");
    map.on(this.handlers);
    map.doubleClickZoom.disable();
    container.focus({ preventScroll: true });
    this.clear();
    this.show(true);
    selection.clear();
    announcer.say(this.hint());
  }

  stop() {
    const { map } = this;
    for (const part of [this.line, this.guide, this.dots, this.bar, this.crosshair]) part.remove();
    map.getContainer().classList.remove("atlas-measuring", "atlas-measuring-keys");
    map.off(this.handlers);
    map.doubleClickZoom.enable();
    this.show(false)?.focus({ preventScroll: true });
  }

  /** Show on the button whether somebody measures. @param {boolean} isOn */
  show(isOn) {
    this.isOn = isOn;
    /** @type {HTMLElement | null} */
    const node = this.map.getContainer().querySelector("[data-button=measure]");
    node?.setAttribute("aria-pressed", String(isOn));
    return node;
  }

  /** Answer a key on the map; buttons of the bar keep their Enter. @param {KeyboardEvent} event */
  press(event) {
    const isOnMap = event.target === this.map.getContainer();
    if (!isOnMap && !this.bar.contains(/** @type {Node} */ (event.target))) return;
    if (event.key === "Escape") this.stop();
    else if (event.key === "Backspace") this.undo();
    else if (isOnMap && event.key === "Enter") this.enter();
    else if (isOnMap && /^Arrow|^[+=-]$/.test(event.key)) { this.useKeys(true); return; }
    else return;
    event.preventDefault();
    event.stopPropagation();
  }

  /** Add a point in the middle of the map; after clicks, or twice in one place, finish. */
  enter() {
    const center = this.map.getCenter();
    const last = this.isFinished ? undefined : this.points.at(-1);
    if (!last) this.useKeys(true);
    if (last && (!this.isByKeys || this.isNear(last, center, DOUBLE_CLICK_PX))) this.finish();
    else this.addPoint(center);
  }

  /** @param {boolean} isByKeys points are set in the middle of the map */
  useKeys(isByKeys) {
    this.isByKeys = isByKeys;
    this.map.getContainer().classList.toggle("atlas-measuring-keys", isByKeys);
    if (isByKeys) this.follow(this.map.getCenter());
  }

  /** @param {L.LatLng} latlng */
  addPoint(latlng) {
    if (this.isFinished) this.clear();
    const { points, atlas: { announcer, texts } } = this;
    const last = points.at(-1);
    if (last && this.isNear(last, latlng, DOUBLE_CLICK_PX)) return;
    if (points.length > 2 && this.isNear(points[0], latlng, SAME_POINT_PX)) {
      this.finish({ isClosed: true });
      return;
    }
    points.push(latlng);
    this.draw();
    announcer.say(texts.point.replace("{number}", String(points.length)).replace("{total}", this.result()));
  }

  undo() {
    if (!this.isFinished) this.points.pop();
    this.isFinished = false;
    this.isClosed = false;
    this.draw();
    this.atlas.announcer.say(this.result());
  }

  finish({ isClosed = false } = {}) {
    if (this.points.length < (isClosed ? 3 : 2) || this.isFinished) return;
    this.isFinished = true;
    this.isClosed = isClosed;
    this.draw();
    this.atlas.announcer.say(this.result());
  }

  clear() {
    this.points = [];
    this.isFinished = false;
    this.isClosed = false;
    this.draw();
  }

  draw() {
    const { points, isClosed, isFinished } = this;
    this.line.setLatLngs(isClosed ? [...points, points[0]] : points);
    this.line.getElement()?.classList.toggle("atlas-measure-area", isClosed);
    this.guide.setLatLngs([]);
    this.dots.clearLayers();
    for (const point of points) {
      L.circleMarker(point, { pane: PANE, radius: 4.5, interactive: false, className: "atlas-measure-dot" }).addTo(this.dots);
    }
    this.undoButton.disabled = points.length === 0;
    this.closeButton.disabled = points.length < 3 || isFinished;
    this.finishButton.disabled = points.length < 2 || isFinished;
    this.total.textContent = this.result();
  }

  /** Draw the next stretch to where the pointer is. @param {L.LatLng} latlng */
  follow(latlng) {
    const last = this.points.at(-1);
    if (!last || this.isFinished) return;
    this.guide.setLatLngs([last, latlng]);
    this.total.textContent = this.distanceText([...this.points, latlng]);
  }

  result() {
    const { points, isClosed, atlas: { texts, language } } = this;
    if (points.length === 0) return this.hint();
    if (!isClosed) return this.distanceText(points);
    return texts.areaMeasured
      .replace("{area}", formatArea(areaOf(points), language))
      .replace("{length}", formatDistance(lengthOf([...points, points[0]]), language));
  }

  /** @param {L.LatLng[]} points */
  distanceText(points) {
    const { texts, language } = this.atlas;
    return texts.distanceMeasured.replace("{length}", formatDistance(lengthOf(points), language));
  }

  hint() {
    const { texts } = this.atlas;
    return window.matchMedia("(pointer: coarse)").matches ? texts.measureByTouch : texts.measureByClick;
  }

  /** @param {L.LatLng} latlng @param {L.LatLng} other @param {number} px */
  isNear(latlng, other, px) {
    return this.map.latLngToContainerPoint(latlng).distanceTo(this.map.latLngToContainerPoint(other)) <= px;
  }
}
