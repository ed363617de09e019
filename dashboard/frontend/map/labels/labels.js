/** Names on the map, as HTML or along a line as SVG: the most important first, and none over another. */

import { beforeNextFrame, element, svgElement } from "../../dom.js";
import { controlBoxes } from "../controls/clear_area.js";
import { CellGrid } from "./cell_grid.js";
import { LabelSizes } from "./label_sizes.js";
import { DrawnTexts, shareRoom } from "./label_space.js";
import { spotsAlong, spotsAround, spotsAt, spotsBeside, spotsOn } from "./label_spots.js";
import { layerNames } from "./layer_names.js";
import { boxesAlong } from "./line_parts.js";
import { chipBoxes } from "../features/name_chip.js";
import { NameChoice } from "./name_choice.js";
import { spacedNames } from "./spaced_names.js";

/** Two features of a layer that share a name are both named, unless they are neighbors; those of different layers are one place. */
const REPEAT_PX = 90;

/** Places that are compared for names which share the room, by kind. @type {Record<string, number>} */
const MOST_SPOTS = { major: 16, minor: 16, region: 200 };

/** Names along a line in one view, and the distance between them. */
const MOST_ALONG_LINE = 2;
const LINE_REPEAT_PX = 500;

export class Labels {
  /** @param {Atlas} atlas */
  constructor(atlas) {
    const { map, layers, basemaps } = atlas;
    this.atlas = atlas;
    this.map = map;
    this.layers = layers;
    this.basemaps = basemaps;
    this.pane = map.createPane("atlas-labels");
    // Read one after the other, names without their places say nothing.
    this.pane.setAttribute("aria-hidden", "true");
    this.choice = new NameChoice(atlas, this.pane);
    this.sizes = new LabelSizes(this.pane);
    /** The window, and a little around it, in pixels of the pane. */
    this.window = L.bounds([0, 0], [0, 0]);
    this.around = this.window;
    this.hasBegun = false;
    /** Place all names again before the next frame. */
    this.request = beforeNextFrame(() => { if (this.hasBegun) this.place(); });
    map.on("zoomstart", () => this.pane.classList.add("atlas-zooming"));
    map.on("moveend zoomend resize", () => this.request());
  }

  /** Names come once the layers are seen, which they would delay. */
  begin() {
    this.hasBegun = true;
    this.request();
  }

  place() {
    const { map } = this;
    const zoom = map.getZoom();
    const topLeft = map.containerPointToLayerPoint([0, 0]);
    const margin = map.getSize().divideBy(10);
    this.window = L.bounds(topLeft, topLeft.add(map.getSize()));
    this.around = L.bounds(topLeft.subtract(margin), topLeft.add(map.getSize()).add(margin));
    const { symbols, names } = layerNames(this.atlas, this.window, this.around);
    names.push(...spacedNames(this.atlas, this.window));
    const taken = new Set([...names.map(({ text }) => text), this.atlas.selection.named?.properties.name]);
    const baseNames = this.basemaps.streetLabels().filter(({ text, kind }) => !(["town", "place", "country"].includes(kind) && taken.has(text)));
    for (const { name: text, lat, lng, minzoom, population } of this.basemaps.places()) {
      const point = map.latLngToLayerPoint([lat, lng]);
      if (zoom < minzoom || taken.has(text) || !this.around.contains(point)) continue;
      baseNames.push({ text, kind: "place", priority: -100 + Math.log10((population ?? 0) + 1), point, radius: 0, source: "places" });
    }
    this.draw([...names, ...baseNames].sort(byPriority), symbols);
  }

  /** Each name takes the first of its spots that is free. @param {Label[]} names @param {LabelBox[]} symbols */
  draw(names, symbols) {
    const { map } = this;
    const texts = new DrawnTexts();
    /** @type {CellGrid<boolean>[]} */
    const [space, marks, lines] = [new CellGrid(), new CellGrid(), new CellGrid()];
    const { x, y } = map.containerPointToLayerPoint([0, 0]);
    for (const { min, max } of controlBoxes(map)) if (min && max) space.add([min.x + x, min.y + y, max.x + x, max.y + y], true);
    for (const box of [...symbols, ...markerBoxes(map), ...chipBoxes(map)]) for (const grid of [space, marks]) grid.add(box, true);
    for (const box of this.lineBoxes()) lines.add(box, true);
    /** @param {LabelBox} box */
    const isClear = (box) => space.isFree(box) && lines.isFree(box);
    /** @type {PlacedLabel[]} */
    const placed = [];
    /** @param {Label} label @param {LabelSpot} spot */
    const place = (label, spot) => {
      for (const box of spot.boxes) space.add(box, true);
      texts.note(label.text, label.source, spot.anchor);
      placed.push({ label, spot });
      label.onPlaced?.(spot);
    };
    /** @param {Label} label @param {LabelSpot} spot */
    const isPlace = ({ text, source, beside, repeat = beside === undefined ? REPEAT_PX : LINE_REPEAT_PX }, { anchor, boxes, clear = 0 }) => (
      !this.isCut(boxes) && !texts.isNear(text, source, anchor, repeat) && boxes.every((box) => space.isFree(box))
      && boxes.every(([left, top, right, bottom]) => marks.isFree([left - clear, top - clear, right + clear, bottom + clear]))
    );
    /** @param {Label} label */
    const roomOf = (label) => {
      const spots = [];
      for (const spot of this.spotsOf(label, isClear)) {
        if (isPlace(label, spot) && spot.boxes.every((box) => lines.isFree(box))) spots.push(spot);
        if (spots.length === MOST_SPOTS[label.kind]) break;
      }
      return { label, spots };
    };
    // Names of regions and around symbols share the room with those that are as important.
    const sharing = Map.groupBy(names.filter(({ kind }) => kind in MOST_SPOTS), ({ priority }) => priority);
    for (const label of names) {
      const alike = label.kind in MOST_SPOTS && sharing.get(label.priority);
      if (alike && alike[0] === label) {
        for (const { label: other, spot } of shareRoom(alike.map(roomOf))) if (isPlace(other, spot)) place(other, spot);
      }
      if (alike && (label.kind !== "major" || placed.some((other) => other.label === label))) continue;
      const most = label.beside !== undefined ? MOST_ALONG_LINE - texts.count(label.text) : label.line ? Infinity : 1;
      let count = 0;
      let [least, second] = [Infinity, /** @type {LabelSpot | undefined} */ (undefined)];
      for (const spot of count < most ? this.spotsOf(label, isClear) : []) {
        if (!isPlace(label, spot)) continue;
        const crossed = (spot.edges ?? spot.boxes).reduce((sum, box) => sum + lines.count(box), 0);
        if (crossed < least) [least, second] = [crossed, spot];
        if (crossed > 0) continue;
        place(label, spot);
        count += 1;
        if (count >= most) break;
      }
      // The names that the map is about cross a line rather than being absent.
      if (count === 0 && second && label.kind === "major") place(label, second);
    }
    this.choice.follow(drawLabels(this.pane, placed));
    this.pane.classList.remove("atlas-zooming");
  }

  /** Whether the edge of the window would cut a name. @param {LabelBox[]} boxes */
  isCut(boxes) {
    const { min, max } = /** @type {Required<L.Bounds>} */ (this.window);
    const isIn = (/** @type {LabelBox} */ [left, top, right, bottom]) => left >= min.x && right <= max.x && top >= min.y && bottom <= max.y;
    const isOut = (/** @type {LabelBox} */ [left, top, right, bottom]) => right <= min.x || left >= max.x || bottom <= min.y || top >= max.y;
    return !boxes.every(isIn) && !boxes.every(isOut);
  }

  /** Boxes along the lines of the layers. */
  lineBoxes() {
    const entries = this.layers.shown.filter(({ options }) => options.role === "line").flatMap(({ features }) => [...features.values()]);
    return entries.flatMap((entry) => {
      const half = entry.layer.lookOf(entry).weight / 2;
      return entry.paths.flatMap((path) => (path instanceof L.Polyline ? path._parts.flatMap((part) => boxesAlong(part, half)) : []));
    });
  }

  /** @param {Label} label @param {(box: LabelBox) => boolean} isClear @returns {Iterable<LabelSpot>} */
  spotsOf(label, isClear) {
    const size = this.sizes.of(label);
    const { line, beside, cornersFor, isUpright } = label;
    if (cornersFor) return spotsAt(cornersFor(size, isClear), size);
    if (!line) return spotsAround(label, size);
    if (beside !== undefined) return spotsBeside(line, size, beside, this.window);
    return isUpright ? spotsOn(line, size, this.around) : spotsAlong(line, size, this.around);
  }
}

/** Markers that lie over the layers, as those of travel times do. @param {L.Map} map @returns {LabelBox[]} */
function markerBoxes(map) {
  const markers = /** @type {NodeListOf<HTMLElement>} */ (map.getPanes().mapPane.querySelectorAll(".leaflet-marker-icon"));
  return [...markers].map((marker) => {
    const { x, y } = L.DomUtil.getPosition(marker);
    // A figure may be larger than its marker.
    const figure = marker.querySelector("b");
    const [halfWidth, halfHeight] = [Math.max(marker.offsetWidth, figure?.offsetWidth ?? 0) / 2, Math.max(marker.offsetHeight, figure?.offsetHeight ?? 0) / 2];
    return [x - halfWidth, y - halfHeight, x + halfWidth, y + halfHeight];
  });
}

/** The most important first. @param {Label} a @param {Label} b */
const byPriority = (a, b) => b.priority - a.priority || a.text.localeCompare(b.text);

/** Draw names, and return the areas that they choose, by element.
 * @param {HTMLElement} pane @param {PlacedLabel[]} placed @returns {Map<EventTarget | null, Entry>} */
function drawLabels(pane, placed) {
  /** @type {Map<EventTarget | null, Entry>} */
  const entries = new Map();
  const spans = placed.flatMap(({ label, spot: { corner } }) => {
    if (!corner) return [];
    const span = spanOf(label, corner);
    if (label.entry) entries.set(span, label.entry);
    return [span];
  });
  const texts = placed.flatMap(({ label, spot: { path } }, at) => (path ? textAlong(label, path, `atlas-name-line-${at}`) : []));
  pane.replaceChildren(svgElement("svg", { class: "atlas-line-labels", width: 1, height: 1 }, texts), ...spans);
  return entries;
}

/** @param {Label} label @param {L.Point} corner */
function spanOf({ text, kind, color, entry, opacity = 1 }, corner) {
  const span = element("span", { class: `atlas-label atlas-label-${kind}${entry ? " atlas-label-choosing" : ""}`, text });
  if (color) span.style.color = color;
  if (opacity < 1) span.style.opacity = String(opacity);
  L.DomUtil.setPosition(span, corner.round());
  return span;
}

/** @param {Label} label @param {number[][]} path @param {string} id */
function textAlong({ text, kind, color, opacity = 1 }, path, id) {
  const line = svgElement("textPath", { href: `#${id}`, startOffset: "50%", "text-anchor": "middle", text });
  const name = svgElement("text", { class: `atlas-label atlas-label-${kind}`, dy: "0.34em" }, [line]);
  if (color) name.style.color = color;
  if (opacity < 1) name.style.opacity = String(opacity);
  return [svgElement("path", { id, d: smooth(path), fill: "none" }), name];
}

/** A path that goes round its corners. @param {number[][]} path */
function smooth(path) {
  const texts = path.map(([x, y]) => `${x.toFixed(1)} ${y.toFixed(1)}`);
  const turns = path.slice(1, -1).map(([x, y], at) => {
    const [nextX, nextY] = path[at + 2];
    return `Q${texts[at + 1]} ${((x + nextX) / 2).toFixed(1)} ${((y + nextY) / 2).toFixed(1)}`;
  });
  return `M${texts[0]}${turns.join("")}L${texts[texts.length - 1]}`;
}
