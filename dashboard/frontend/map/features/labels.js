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
    /** @type {Map<string, {width: number, height: number}>} */
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
    /** @type {SymbolBox[]} */
    const symbols = [];
    /** @type {Label[]} */
    const names = [];
    for (const layer of this.layers.shown) {
      for (const entry of layer.features.values()) this.collect(layer, entry, zoom, view, symbols, names);
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

  /** @param {DataLayer} layer @param {Entry} entry @param {number} zoom @param {L.LatLngBounds} view
   * @param {SymbolBox[]} symbols @param {Label[]} names */
  collect(layer, entry, zoom, view, symbols, names) {
    const look = layer.lookOf(entry);
    const path = entry.paths[0];
    const isPoint = path instanceof L.CircleMarker;
    const isSymbol = !isPoint && look.isSymbol && zoom <= look.symbolMaxzoom;
    const center = isPoint ? path.getLatLng() : layer.boundsOf(entry).getCenter();
    if (!view.contains(center)) return;
    const point = this.map.latLngToLayerPoint(center);
    const radius = isPoint || isSymbol ? look.radius : 0;
    if (radius) symbols.push({ ...boxAt(point.x - radius, point.y - radius, 2 * radius, 2 * radius), priority: look.labelPriority });
    if (zoom < look.labelMinzoom || typeof entry.properties.name !== "string") return;
    const kind = radius ? (look.labelPriority >= 90 ? "major" : "minor") : "area";
    names.push({ text: entry.properties.name, kind, priority: look.labelPriority, point, radius });
  }

  /** Each name, the most important first, takes the first of its positions that is free.
   * @param {Label[]} names @param {SymbolBox[]} symbols */
  draw(names, symbols) {
    /** @type {Box[]} */
    const boxes = [];
    /** @type {HTMLElement[]} */
    const labels = [];
    /** @type {Map<string, L.Point[]>} */
    const drawn = new Map();
    for (const name of names) {
      // A town and its station share a name: once is enough where they are neighbors.
      if (drawn.get(name.text)?.some((point) => point.distanceTo(name.point) < REPEAT_PX)) continue;
      const { width, height } = this.sizeOf(name);
      for (const [x, y] of positions(name, width, height)) {
        const box = boxAt(x - PADDING_PX, y - PADDING_PX, width + 2 * PADDING_PX, height + 2 * PADDING_PX);
        if (boxes.some((other) => meet(box, other)) || symbols.some((symbol) => blocks(symbol, name, box))) continue;
        boxes.push(box);
        const label = element("span", { class: `atlas-label atlas-label-${name.kind}`, text: name.text });
        L.DomUtil.setPosition(label, L.point(Math.round(x), Math.round(y)));
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
    const measured = { width: Math.ceil(textWidth + spacing * text.length), height: Math.ceil(size * 1.25) };
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

/** @param {number} left @param {number} top @param {number} width @param {number} height @returns {Box} */
function boxAt(left, top, width, height) {
  return { left, top, right: left + width, bottom: top + height };
}

/** Right of, below, above and left of a symbol; a name without a symbol is centered.
 * @param {Label} name @param {number} width @param {number} height */
function positions({ point, radius, kind }, width, height) {
  if (kind === "area" || kind === "place") return [[point.x - width / 2, point.y - height / 2]];
  const gap = radius + GAP_PX;
  return [
    [point.x + gap, point.y - height / 2],
    [point.x - width / 2, point.y + gap - 2],
    [point.x - width / 2, point.y - gap - height + 2],
    [point.x - gap - width, point.y - height / 2],
  ];
}

/** @param {Box} a @param {Box} b */
function meet(a, b) {
  return a.left < b.right && b.left < a.right && a.top < b.bottom && b.top < a.bottom;
}

/** Whether a symbol of the same or more importance lies under a name; the symbol of the name does not count.
 * @param {SymbolBox} symbol @param {Label} name @param {Box} box */
function blocks(symbol, { point, radius, priority }, box) {
  const isItsOwn = radius > 0 && symbol.left === point.x - radius && symbol.top === point.y - radius;
  return symbol.priority >= priority && !isItsOwn && meet(box, symbol);
}
