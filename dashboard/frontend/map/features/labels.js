/** Names on the map: the most important first, and none over another. */

import { beforeNextFrame, element } from "../../dom.js";

const GAP_PX = 4;
const PADDING_PX = 2;
const REPEAT_PX = 90;

export class Labels {
  /** @param {Atlas} atlas */
  constructor({ map, layers, basemaps }) {
    this.map = map;
    this.layers = layers;
    this.basemaps = basemaps;
    this.pane = map.createPane("atlas-labels");
    // Read one after the other, names without their places say nothing.
    this.pane.setAttribute("aria-hidden", "true");
    this.measure = document.createElement("canvas").getContext("2d");
    /** @type {Map<string, L.Point>} */
    this.sizes = new Map();
    /** @type {Map<LabelKind, {font: string, size: number, spacing: number, isUppercase: boolean}>} */
    this.fonts = new Map();
    /** Place all names again before the next frame. */
    this.request = beforeNextFrame(() => this.place());
    map.on("zoomstart", () => this.pane.classList.add("atlas-zooming"));
    map.on("moveend zoomend resize", () => this.request());
  }

  place() {
    const zoom = this.map.getZoom();
    const view = this.map.getBounds().pad(0.1);
    const symbols = [];
    /** @type {Label[]} */
    const names = [];
    for (const entry of this.layers.shown.flatMap(({ features }) => [...features.values()])) {
      const { layer, paths: [path], properties: { name } } = entry;
      const look = layer.lookOf(entry);
      const isPoint = path instanceof L.CircleMarker;
      const center = isPoint ? path.getLatLng() : layer.boundsOf(entry).getCenter();
      if (!view.contains(center)) continue;
      const point = this.map.latLngToLayerPoint(center);
      const radius = isPoint || (look.isSymbol && zoom <= look.symbolMaxzoom) ? look.radius : 0;
      const priority = look.labelPriority;
      if (radius) symbols.push({ point, radius, priority, box: L.bounds(point.subtract([radius, radius]), point.add([radius, radius])) });
      if (zoom < look.labelMinzoom || typeof name !== "string") continue;
      names.push({ text: name, kind: !radius ? "area" : priority >= 90 ? "major" : "minor", priority, point, radius });
    }
    const taken = new Set(names.map(({ text }) => text));
    for (const place of this.basemaps.places()) {
      if (zoom < place.minzoom || taken.has(place.name) || !view.contains([place.lat, place.lng])) continue;
      const point = this.map.latLngToLayerPoint([place.lat, place.lng]);
      names.push({ text: place.name, kind: "place", priority: -100 + Math.log10((place.population ?? 0) + 1), point, radius: 0 });
    }
    names.sort((a, b) => b.priority - a.priority || a.text.localeCompare(b.text));
    this.draw(names, symbols);
  }

  /** Each name takes the first of its positions that is free. @param {Label[]} names @param {LabeledSymbol[]} symbols */
  draw(names, symbols) {
    /** @type {L.Bounds[]} */
    const boxes = [];
    const labels = [];
    /** @type {Map<string, L.Point[]>} */
    const drawn = new Map();
    for (const name of names) {
      // A town and its station share a name: once is enough where they are neighbors.
      if (drawn.get(name.text)?.some((point) => point.distanceTo(name.point) < REPEAT_PX)) continue;
      const size = this.sizeOf(name);
      for (const corner of positions(name, size)) {
        const box = L.bounds(corner.subtract([PADDING_PX, PADDING_PX]), corner.add(size).add([PADDING_PX, PADDING_PX]));
        if (boxes.some((other) => box.overlaps(other)) || symbols.some((symbol) => blocks(symbol, name, box))) continue;
        boxes.push(box);
        const label = element("span", { class: `atlas-label atlas-label-${name.kind}`, text: name.text });
        L.DomUtil.setPosition(label, corner.round());
        labels.push(label);
        drawn.set(name.text, [...(drawn.get(name.text) ?? []), name.point]);
        break;
      }
    }
    this.pane.replaceChildren(...labels);
    this.pane.classList.remove("atlas-zooming");
  }

  /** The size at which the style sheet draws a name; measured once per text and kind. @param {Label} name */
  sizeOf({ text, kind }) {
    const key = `${kind} ${text}`;
    const known = this.sizes.get(key);
    if (known) return known;
    const { font, size, spacing, isUppercase } = this.fontOf(kind);
    if (this.measure) this.measure.font = font;
    const textWidth = this.measure?.measureText(isUppercase ? text.toUpperCase() : text).width ?? 0;
    const measured = L.point(Math.ceil(textWidth + spacing * text.length), Math.ceil(size * 1.25));
    this.sizes.set(key, measured);
    return measured;
  }

  /** Reading a style makes the browser lay everything out, so each kind is read once. @param {LabelKind} kind */
  fontOf(kind) {
    const known = this.fonts.get(kind);
    if (known) return known;
    const probe = element("span", { class: `atlas-label atlas-label-${kind}` });
    this.pane.append(probe);
    const { fontWeight, fontSize, fontFamily, letterSpacing, textTransform } = getComputedStyle(probe);
    const font = {
      font: `${fontWeight} ${fontSize} ${fontFamily}`,
      size: Number.parseFloat(fontSize),
      spacing: Number.parseFloat(letterSpacing) || 0,
      isUppercase: textTransform === "uppercase",
    };
    probe.remove();
    this.fonts.set(kind, font);
    return font;
  }
}

/** Top left corners around a symbol; without one a name is centered. @param {Label} name @param {L.Point} size */
function positions({ point, radius, kind }, { x: width, y: height }) {
  const gap = radius + GAP_PX;
  const offsets = kind === "area" || kind === "place" ? [[-width / 2, -height / 2]]
    : [[gap, -height / 2], [-width / 2, gap - 2], [-width / 2, -gap - height + 2], [-gap - width, -height / 2]];
  return offsets.map(([x, y]) => point.add([x, y]));
}

/** Whether a name would hide another symbol that is at least as important.
 * @param {LabeledSymbol} symbol @param {Label} name @param {L.Bounds} box */
function blocks(symbol, { point, radius, priority }, box) {
  const isNamed = symbol.radius === radius && symbol.point.equals(point);
  return symbol.priority >= priority && !isNamed && box.overlaps(symbol.box);
}
