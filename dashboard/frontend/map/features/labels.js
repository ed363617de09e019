/** Names on the map: the most important first, and none over another. */

import { element } from "../../dom.js";

const GAP_PX = 4;
const PADDING_PX = 2;
const REPEAT_PX = 90;

export class Labels {
  /**
   * @param {L.Map} map
   * @param {() => Iterable<object>} shownLayers layers in drawing order
   * @param {() => object[]} places places of the base map
   */
  constructor(map, { shownLayers, places }) {
    this.map = map;
    this.shownLayers = shownLayers;
    this.places = places;
    this.pane = map.createPane("atlas-labels");
    // Read one after the other, names without their places say nothing.
    this.pane.setAttribute("aria-hidden", "true");
    this.measure = document.createElement("canvas").getContext("2d");
    this.widths = new Map();
    this.fonts = new Map();
    map.on("zoomstart", () => this.pane.classList.add("atlas-zooming"));
    map.on("moveend zoomend resize", () => this.request());
  }

  /** Place all names again before the next frame. */
  request() {
    this.frame ??= requestAnimationFrame(() => {
      this.frame = undefined;
      this.place();
    });
  }

  place() {
    const zoom = this.map.getZoom();
    const view = this.map.getBounds().pad(0.1);
    const symbols = [];
    const names = [];
    for (const layer of this.shownLayers()) {
      for (const entry of layer.features.values()) this.collect(layer, entry, zoom, view, symbols, names);
    }
    const taken = new Set(names.map(({ text }) => text));
    for (const place of this.places()) {
      if (zoom < place.minzoom || taken.has(place.name) || !view.contains([place.lat, place.lng])) continue;
      const point = this.map.latLngToLayerPoint([place.lat, place.lng]);
      names.push({ text: place.name, kind: "place", priority: -100 + Math.log10((place.population ?? 0) + 1), point, radius: 0 });
    }
    names.sort((a, b) => b.priority - a.priority || a.text.localeCompare(b.text));
    this.draw(names, symbols);
  }

  collect(layer, entry, zoom, view, symbols, names) {
    const style = layer.styleOf(entry);
    const path = entry.paths[0];
    const isPoint = path instanceof L.CircleMarker;
    const isSymbol = !isPoint && style.symbol && zoom <= style.symbolMaxzoom;
    const center = isPoint ? path.getLatLng() : layer.boundsOf(entry).getCenter();
    if (!view.contains(center)) return;
    const point = this.map.latLngToLayerPoint(center);
    const radius = isPoint || isSymbol ? style.radius : 0;
    if (radius) symbols.push({ left: point.x - radius, top: point.y - radius, right: point.x + radius, bottom: point.y + radius, priority: style.labelPriority });
    if (zoom < style.labelMinzoom || typeof entry.properties.name !== "string") return;
    const kind = radius ? (style.labelPriority >= 90 ? "major" : "minor") : "area";
    names.push({ text: entry.properties.name, kind, priority: style.labelPriority, point, radius });
  }

  /** Greedy: each name takes the first of its positions that is free. */
  draw(names, symbols) {
    const boxes = [];
    const labels = [];
    const drawn = new Map();
    for (const name of names) {
      // A town and its station share a name: once is enough where they are neighbors.
      if (drawn.get(name.text)?.some((point) => point.distanceTo(name.point) < REPEAT_PX)) continue;
      const { width, height } = this.sizeOf(name);
      for (const [x, y] of positions(name, width, height)) {
        const box = { left: x - PADDING_PX, top: y - PADDING_PX, right: x + width + PADDING_PX, bottom: y + height + PADDING_PX };
        const blocked = (other) => meet(box, other);
        if (boxes.some(blocked) || symbols.some((symbol) => symbol.priority >= name.priority && blocked(symbol) && !isOwn(symbol, name))) continue;
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

  /** Width as the style sheet will draw it; measured once per text and kind. */
  sizeOf({ text, kind }) {
    const key = `${kind} ${text}`;
    if (!this.widths.has(key)) {
      const { font, size, spacing, isUppercase } = this.fontOf(kind);
      this.measure.font = font;
      const width = this.measure.measureText(isUppercase ? text.toUpperCase() : text).width + spacing * text.length;
      this.widths.set(key, { width: Math.ceil(width), height: Math.ceil(size * 1.25) });
    }
    return this.widths.get(key);
  }

  /** Asking for a style makes the browser lay everything out, so each kind is asked for once. */
  fontOf(kind) {
    if (!this.fonts.has(kind)) {
      const probe = element("span", { class: `atlas-label atlas-label-${kind}` });
      this.pane.append(probe);
      const { fontWeight, fontSize, fontFamily, letterSpacing, textTransform } = getComputedStyle(probe);
      this.fonts.set(kind, {
        font: `${fontWeight} ${fontSize} ${fontFamily}`,
        size: Number.parseFloat(fontSize),
        spacing: Number.parseFloat(letterSpacing) || 0,
        isUppercase: textTransform === "uppercase",
      });
      probe.remove();
    }
    return this.fonts.get(kind);
  }
}

/** Right, below, above, left of a symbol; centered where there is none. */
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

function meet(a, b) {
  return a.left < b.right && b.left < a.right && a.top < b.bottom && b.top < a.bottom;
}

function isOwn(symbol, { point, radius }) {
  return radius > 0 && symbol.left === point.x - radius && symbol.top === point.y - radius;
}
