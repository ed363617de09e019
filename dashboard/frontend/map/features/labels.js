/** Names on the map: the most important first, and none over another. */

import { beforeNextFrame } from "../../dom.js";
import { controlBoxes } from "../controls/clear_area.js";
import { drawLabels } from "./label_drawing.js";
import { LabelSizes } from "./label_sizes.js";
import { LabelSpace } from "./label_space.js";
import { spotsAlong, spotsAround, spotsAt, spotsOn } from "./label_spots.js";
import { boxesAlong } from "./line_parts.js";
import { NameChoice } from "./name_choice.js";
import { spacedNames } from "./spaced_names.js";

/** A town and its station share a name: once is enough where they are neighbors. */
const REPEAT_PX = 90;

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
    /** The view, and a little around it, in pixels of the pane. @type {LabelBox} */
    this.view = [0, 0, 0, 0];
    /** Place all names again before the next frame. */
    this.request = beforeNextFrame(() => this.place());
    map.on("zoomstart", () => this.pane.classList.add("atlas-zooming"));
    map.on("moveend zoomend resize", () => this.request());
  }

  place() {
    const zoom = this.map.getZoom();
    const view = this.map.getBounds().pad(0.1);
    const [topLeft, bottomRight] = [view.getNorthWest(), view.getSouthEast()].map((corner) => this.map.latLngToLayerPoint(corner));
    this.view = [topLeft.x, topLeft.y, bottomRight.x, bottomRight.y];
    /** @type {LabeledSymbol[]} */
    const symbols = [];
    /** @type {Label[]} */
    const names = [];
    for (const entry of this.layers.shown.flatMap(({ features }) => [...features.values()])) {
      const { layer, paths: [path], properties: { name } } = entry;
      const look = layer.lookOf(entry);
      const isPoint = path instanceof L.CircleMarker;
      const isArea = path instanceof L.Polygon;
      const center = isPoint ? path.getLatLng() : layer.middleOf(entry);
      if (look.isLabelSpaced || !view.contains(center)) continue;
      const point = this.map.latLngToLayerPoint(center);
      const radius = isPoint || (look.isSymbol && zoom <= look.symbolMaxzoom) ? look.radius : 0;
      const priority = look.labelPriority;
      if (radius) symbols.push({ point, radius, priority, box: [point.x - radius, point.y - radius, point.x + radius, point.y + radius] });
      if (zoom < look.labelMinzoom || zoom > look.labelMaxzoom || typeof name !== "string") continue;
      const kind = !radius ? "area" : priority >= 90 ? "major" : "minor";
      names.push({ text: name, kind, priority, point, radius, ...(isArea && !radius && { entry }) });
    }
    names.push(...spacedNames(this.atlas, symbols));
    const taken = new Set(names.map(({ text }) => text));
    const baseNames = this.basemaps.streetLabels().filter(({ text, kind }) => !(["town", "place"].includes(kind) && taken.has(text)));
    for (const place of this.basemaps.places()) {
      if (zoom < place.minzoom || taken.has(place.name) || !view.contains([place.lat, place.lng])) continue;
      const point = this.map.latLngToLayerPoint([place.lat, place.lng]);
      baseNames.push({ text: place.name, kind: "place", priority: -100 + Math.log10((place.population ?? 0) + 1), point, radius: 0 });
    }
    this.draw(names.sort(byPriority), symbols, baseNames.sort(byPriority));
  }

  /** Each name takes the first of its spots that is free. @param {Label[]} names @param {LabeledSymbol[]} symbols
   * @param {Label[]} baseNames of the base map, which leave room to all symbols */
  draw(names, symbols, baseNames) {
    const space = new LabelSpace();
    const { x, y } = this.map.containerPointToLayerPoint([0, 0]);
    for (const { min, max } of controlBoxes(this.map)) if (min && max) space.take([min.x + x, min.y + y, max.x + x, max.y + y]);
    /** @type {PlacedLabel[]} */
    const placed = [];
    const place = (/** @type {Label} */ label, /** @type {(box: LabelBox) => boolean} */ isBlocked) => {
      for (const spot of this.spotsOf(label)) {
        if (space.isNear(label.text, spot.anchor, label.repeat ?? REPEAT_PX)) continue;
        if (spot.boxes.some((box) => !space.isFree(box) || isBlocked(box))) continue;
        for (const box of spot.boxes) space.take(box);
        space.note(label.text, spot.anchor);
        placed.push({ label, spot });
        // A long street is named again farther on.
        if (!label.line) break;
      }
    };
    for (const name of names) place(name, (box) => symbols.some((symbol) => blocks(symbol, name, box)));
    for (const { box } of symbols) space.take(box);
    for (const box of this.lineBoxes()) space.take(box);
    for (const name of baseNames) place(name, () => false);
    this.choice.follow(drawLabels(this.pane, placed));
    this.pane.classList.remove("atlas-zooming");
  }

  /** Boxes along the lines of the layers, which the names of the base map keep clear of. */
  lineBoxes() {
    const entries = this.layers.shown.filter(({ options }) => options.role === "line").flatMap(({ features }) => [...features.values()]);
    const paths = entries.flatMap(({ paths: shapes }) => shapes.filter((path) => path instanceof L.Polyline));
    return paths.flatMap((path) => path._parts.flatMap(boxesAlong));
  }

  /** @param {Label} label @returns {Iterable<LabelSpot>} */
  spotsOf(label) {
    const size = this.sizes.of(label);
    if (label.cornersFor) return spotsAt(label.cornersFor(size), size);
    if (!label.line) return spotsAround(label, size);
    return label.isUpright ? spotsOn(label.line, size, this.view) : spotsAlong(label.line, size, this.view);
  }
}

/** Whether a name would hide another symbol that is at least as important.
 * @param {LabeledSymbol} symbol @param {Label} name @param {LabelBox} box */
function blocks(symbol, { point, radius, priority }, [left, top, right, bottom]) {
  if (symbol.priority < priority || (symbol.radius === radius && symbol.point.equals(point))) return false;
  const [l, t, r, b] = symbol.box;
  return left < r && right > l && top < b && bottom > t;
}

/** The most important first. @param {Label} a @param {Label} b */
const byPriority = (a, b) => b.priority - a.priority || a.text.localeCompare(b.text);
