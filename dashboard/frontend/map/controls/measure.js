/** Measuring distance and area: points by click, tap or key, with a running total. */

import { element } from "../../dom.js";
import { formatArea, formatDistance } from "../features/format.js";
import { areaOf, lengthOf } from "./geodesy.js";

const PANE = "atlas-measure";

/** Nearer to another point than this, a click means that point. */
const SAME_POINT_PX = 14;

/** Of two clicks that make a double click, the second is no point of its own. */
const DOUBLE_CLICK_PX = 5;

export class Measuring {
  /** @param {L.Map} map @param {{texts: object, language: string, say: (text: string) => void, onChange: (isOn: boolean) => void}} context */
  constructor(map, context) {
    this.map = map;
    this.context = context;
    this.points = [];
    this.handlers = {
      click: ({ latlng }) => { this.useKeys(false); this.addPoint(latlng); },
      dblclick: () => this.finish(),
      mousemove: ({ latlng }) => { this.useKeys(false); this.follow(latlng); },
      move: () => { if (this.isByKeys) this.follow(map.getCenter()); },
    };
    this.onKeyDown = (event) => this.press(event);
  }

  get isOn() {
    return this.bar !== undefined;
  }

  toggle() {
    if (this.isOn) this.stop();
    else this.start();
  }

  start() {
    const { map, context: { texts } } = this;
    if (!map.getPane(PANE)) map.createPane(PANE).style.zIndex = 640;
    const style = { pane: PANE, interactive: false, className: "atlas-measure-line" };
    this.line = L.polyline([], style).addTo(map);
    this.guide = L.polyline([], { ...style, className: "atlas-measure-line atlas-measure-guide" }).addTo(map);
    this.dots = L.layerGroup([]).addTo(map);
    this.buildBar(texts);
    this.crosshair = element("div", { class: "atlas-crosshair", "aria-hidden": "true" });
    const container = map.getContainer();
    container.append(this.crosshair, this.bar);
    container.classList.add("atlas-measuring");
    container.addEventListener("keydown", this.onKeyDown);
    map.on(this.handlers);
    map.doubleClickZoom.disable();
    container.focus({ preventScroll: true });
    this.clear();
    this.context.onChange(true);
    this.context.say(this.hint());
  }

  stop() {
    const { map } = this;
    const container = map.getContainer();
    for (const layer of [this.line, this.guide, this.dots]) layer.remove();
    this.bar.remove();
    this.bar = undefined;
    this.crosshair.remove();
    container.classList.remove("atlas-measuring", "atlas-measuring-keys");
    container.removeEventListener("keydown", this.onKeyDown);
    map.off(this.handlers);
    map.doubleClickZoom.enable();
    this.context.onChange(false);
  }

  buildBar(texts) {
    const button = (text, onClick) => {
      const node = element("button", { type: "button", text });
      node.addEventListener("click", onClick);
      return node;
    };
    this.total = element("p");
    this.undoButton = button(texts.undo, () => this.undo());
    this.closeButton = button(texts.closeShape, () => this.finish({ isClosed: true }));
    this.finishButton = button(texts.finish, () => this.finish());
    const stop = button("×", () => this.stop());
    stop.setAttribute("aria-label", texts.stopMeasuring);
    this.bar = element("div", { class: "atlas-measure", role: "group", "aria-label": texts.measure }, [
      this.total, this.undoButton, this.closeButton, this.finishButton, stop,
    ]);
    L.DomEvent.disableClickPropagation(this.bar).disableScrollPropagation(this.bar);
  }

  /** On the map itself; the buttons of the bar keep their own Enter. */
  press(event) {
    const isOnMap = event.target === this.map.getContainer();
    if (!isOnMap && !this.bar.contains(event.target)) return;
    if (event.key === "Escape") this.stop();
    else if (event.key === "Backspace") this.undo();
    else if (isOnMap && event.key === "Enter") this.enter();
    else if (isOnMap && /^Arrow|^[+=-]$/.test(event.key)) { this.useKeys(true); return; }
    else return;
    event.preventDefault();
    event.stopPropagation();
  }

  /** By keyboard, Enter sets a point in the middle of the map; after clicks, or twice in one place, it is the end. */
  enter() {
    const center = this.map.getCenter();
    const isFirst = this.points.length === 0 || this.isFinished;
    if (isFirst) this.useKeys(true);
    if (!isFirst && (!this.isByKeys || this.isNear(this.points.at(-1), center, DOUBLE_CLICK_PX))) this.finish();
    else this.addPoint(center);
  }

  useKeys(isByKeys) {
    this.isByKeys = isByKeys;
    this.map.getContainer().classList.toggle("atlas-measuring-keys", isByKeys);
    if (isByKeys) this.follow(this.map.getCenter());
  }

  addPoint(latlng) {
    if (this.isFinished) this.clear();
    const { points } = this;
    if (points.length > 0 && this.isNear(points.at(-1), latlng, DOUBLE_CLICK_PX)) return;
    if (points.length > 2 && this.isNear(points[0], latlng, SAME_POINT_PX)) {
      this.finish({ isClosed: true });
      return;
    }
    points.push(latlng);
    this.draw();
    this.context.say(this.context.texts.point.replace("{number}", points.length).replace("{total}", this.result()));
  }

  undo() {
    if (this.isFinished) {
      this.isFinished = false;
      this.isClosed = false;
    } else {
      this.points.pop();
    }
    this.draw();
    this.context.say(this.result());
  }

  finish({ isClosed = false } = {}) {
    if (this.points.length < (isClosed ? 3 : 2) || this.isFinished) return;
    this.isFinished = true;
    this.isClosed = isClosed;
    this.draw();
    this.context.say(this.result());
  }

  clear() {
    this.points = [];
    this.isFinished = false;
    this.isClosed = false;
    this.draw();
  }

  draw() {
    const { points, isClosed } = this;
    this.line.setLatLngs(isClosed ? [...points, points[0]] : points);
    this.line.getElement().classList.toggle("atlas-measure-area", isClosed);
    this.guide.setLatLngs([]);
    this.dots.clearLayers();
    for (const point of points) {
      L.circleMarker(point, { pane: PANE, radius: 4.5, interactive: false, className: "atlas-measure-dot" }).addTo(this.dots);
    }
    this.undoButton.disabled = points.length === 0;
    this.closeButton.disabled = points.length < 3 || this.isFinished;
    this.finishButton.disabled = points.length < 2 || this.isFinished;
    this.total.textContent = this.result();
  }

  /** The next stretch, as it would be. */
  follow(latlng) {
    if (this.points.length === 0 || this.isFinished) return;
    this.guide.setLatLngs([this.points.at(-1), latlng]);
    this.total.textContent = this.distanceText([...this.points, latlng]);
  }

  result() {
    const { points, isClosed, context: { texts, language } } = this;
    if (points.length === 0) return this.hint();
    if (!isClosed) return this.distanceText(points);
    return texts.areaMeasured
      .replace("{area}", formatArea(areaOf(points), language))
      .replace("{length}", formatDistance(lengthOf([...points, points[0]]), language));
  }

  distanceText(points) {
    return this.context.texts.distanceMeasured.replace("{length}", formatDistance(lengthOf(points), this.context.language));
  }

  hint() {
    const { texts } = this.context;
    return window.matchMedia("(pointer: coarse)").matches ? texts.measureByTouch : texts.measureByClick;
  }

  isNear(latlng, other, px) {
    return this.map.latLngToContainerPoint(latlng).distanceTo(this.map.latLngToContainerPoint(other)) <= px;
  }
}
