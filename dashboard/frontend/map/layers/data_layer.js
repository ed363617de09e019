/** One layer of the atlas on the map: fetched, drawn, restyled, highlighted. */

import { fetchJson, takeHeldJson } from "../fetching.js";
import { auraOptions, isApproximate, pathOptions } from "../style/leaflet_style.js";
import { SymbolMarker } from "../style/symbols.js";

/** Wide enough for a finger; thin lines are hard to hit. */
const HIT_WEIGHT_PX = 16;

const PLACE_ZOOM = 12;

export class DataLayer extends L.Evented {
  /** @param {object} options the layer as the map document describes it */
  constructor(map, options, { renderer, isDark, translations, onSelect, stage, tooltip }) {
    super();
    this.map = map;
    this.renderer = renderer;
    this.options = options;
    this.id = options.id;
    this.isDark = isDark;
    this.translations = translations;
    this.onSelect = onSelect;
    this.stage = stage;
    this.tooltip = tooltip;
    this.state = "waiting";
    this.features = new Map();
    this.styles = new Map();
    this.highlighted = new Set();
    this.skipped = 0;
    this.group = L.featureGroup();
    // One listener for all: what happens to a path reaches its group.
    this.group.on("click", (event) => {
      L.DomEvent.stopPropagation(event);
      if (!(this.isGround && this.stage.click(event))) this.onSelect(this, event.layer.entry, event.latlng);
    });
    this.group.on("mouseover mousemove", ({ layer, latlng }) => {
      if (!(this.isGround && this.stage.hovered)) this.showName(layer.entry, latlng);
    });
    this.group.on("mouseout", () => this.tooltip.close());
  }

  /** Near enough to a place to see what is around it. */
  get nearZoom() {
    return PLACE_ZOOM;
  }

  /** Areas lie under everything else: who points at a feature of a large layer inside of one means that feature. */
  get isGround() {
    return this.options.role === "area" && !this.isLarge;
  }

  get isShown() {
    return this.map.hasLayer(this.group);
  }

  /** Fetch and draw once; a second call while it loads or after it has is the same promise. */
  load() {
    this.loading ??= this.fetchFeatures().catch((error) => {
      this.loading = undefined;
      this.setState(error.state ?? "failed");
      throw error;
    });
    return this.loading;
  }

  /** @returns {Promise<object | undefined>} a feature by its id */
  async find(id) {
    return this.features.get(id);
  }

  async fetchFeatures() {
    this.setState("loading");
    const [collection, translate] = await Promise.all([takeHeldJson(this.options.url) ?? fetchJson(this.options.url), this.translations]);
    this.translate = translate;
    for (const feature of collection.features ?? []) this.addFeature(feature);
    this.setState("ready");
  }

  setState(state) {
    this.state = state;
    this.fire("state");
  }

  /** Add one feature; one that can't be drawn is counted, and the others still are. */
  addFeature(feature) {
    try {
      const entry = { id: feature.id, paths: [], decorations: [], symbols: [] };
      this.draw(entry, feature);
      if (entry.paths.length === 0) throw new Error("no geometry");
      if (!this.features.has(feature.id)) this.features.set(feature.id, entry);
    } catch {
      this.skipped += 1;
    }
  }

  draw(entry, feature) {
    entry.properties = this.translate(feature.properties ?? {}, this.options.text_properties);
    const style = this.styleOf(entry);
    const shape = L.GeoJSON.geometryToLayer(feature, {
      ...style,
      renderer: this.renderer,
      group: `${this.options.role}s`,
      pointToLayer: (_, latlng) => this.symbolAt(latlng, style),
    });
    this.addShape(entry, shape, style);
  }

  addShape(entry, shape, style) {
    if (shape instanceof L.LayerGroup) {
      shape.eachLayer((part) => this.addShape(entry, part, style));
      return;
    }
    const isLine = shape instanceof L.Polyline && !(shape instanceof L.Polygon);
    if (isLine) {
      const latlngs = shape.getLatLngs();
      const casings = { renderer: this.renderer, group: "casings" };
      const casing = L.polyline(latlngs, { ...casings, className: "atlas-casing", interactive: false, ...casingOptions(style) });
      const hit = L.polyline(latlngs, { ...casings, weight: HIT_WEIGHT_PX, opacity: 0, className: "atlas-hit" });
      this.decorate(entry, casing, casingOptions);
      this.addPath(entry, hit);
    }
    if (style.isSoft && shape instanceof L.CircleMarker) {
      const aura = { renderer: this.renderer, group: "points", className: "atlas-aura", interactive: false, ...auraOptions(style) };
      this.decorate(entry, new SymbolMarker(shape.getLatLng(), aura), auraOptions);
    }
    entry.paths.push(shape);
    this.addPath(entry, shape);
    if (style.symbol && shape instanceof L.Polygon) {
      const symbol = this.symbolAt(shape.getBounds().getCenter(), style);
      entry.symbols.push(symbol);
      symbol.entry = entry;
    }
  }

  /** Add what goes along with a shape; `look` is its path options from the feature's style. */
  decorate(entry, path, look) {
    entry.decorations.push({ path, look });
    this.group.addLayer(path);
  }

  symbolAt(latlng, style) {
    return new SymbolMarker(latlng, { renderer: this.renderer, group: "points", ...symbolOptions(style) });
  }

  /** Features of one category look the same, so each look is worked out once. */
  styleOf({ properties }) {
    const isDark = this.isDark();
    const isSoft = isApproximate(this.options.style, properties);
    const key = `${isDark} ${isSoft} ${properties[this.options.style.category_field]}`;
    if (!this.styles.has(key)) this.styles.set(key, { ...pathOptions(this.options.style, properties, isDark), isSoft });
    return this.styles.get(key);
  }

  addPath(entry, path) {
    path.entry = entry;
    this.group.addLayer(path);
  }

  show() {
    this.map.addLayer(this.group);
    this.updateSymbols();
    this.group.eachLayer((path) => {
      if (path.entry) path.getElement().dataset.feature = `${this.id}.${path.entry.id}`;
    });
    for (const entry of this.features.values()) if (this.isEmphasized(entry)) this.styleEntry(entry);
  }

  hide() {
    this.tooltip.close();
    this.map.removeLayer(this.group);
  }

  showName({ properties: { name } }, latlng) {
    if (!name || name === this.tooltip.told || this.map.dragging.moving()) return;
    if (this.tooltip.text !== name) this.tooltip.setContent(document.createTextNode(name));
    this.tooltip.text = name;
    this.tooltip.setLatLng(latlng).openOn(this.map);
  }

  /** Small areas are symbols until the map is near enough to show their shape. */
  updateSymbols() {
    const zoom = this.map.getZoom();
    for (const entry of this.features.values()) {
      const { symbols } = entry;
      if (symbols.length === 0) continue;
      const { symbolMaxzoom } = this.styleOf(entry);
      for (const symbol of symbols) {
        if (zoom > symbolMaxzoom) this.group.removeLayer(symbol);
        else if (!this.group.hasLayer(symbol)) {
          this.group.addLayer(symbol);
          symbol.getElement().dataset.feature = `${this.id}.${symbol.entry.id}`;
        }
      }
    }
  }

  bringToFront() {
    for (const { paths, symbols, decorations } of this.features.values()) {
      for (const path of [...decorations.map((decoration) => decoration.path), ...paths, ...symbols]) if (path._map) path.bringToFront();
    }
  }

  /** Have another title and style from now on. */
  changeLook({ title, style }) {
    Object.assign(this.options, { title, style });
    this.styles.clear();
    this.restyle();
  }

  restyle() {
    for (const entry of this.features.values()) this.styleEntry(entry);
  }

  /** Make a feature the chosen one, or none. */
  select(entry) {
    const before = this.selected;
    this.selected = entry;
    for (const changed of [before, entry]) if (changed) this.styleEntry(changed);
  }

  /** Make some features stand out, and those before them no more. */
  highlight(ids) {
    const changed = new Set([...this.highlighted, ...ids]);
    this.highlighted = new Set(ids);
    for (const id of changed) if (this.features.has(id)) this.styleEntry(this.features.get(id));
  }

  isEmphasized(entry) {
    return entry === this.selected || this.highlighted.has(entry.id);
  }

  styleEntry(entry) {
    const style = this.styleOf(entry);
    const isSelected = entry === this.selected;
    const isHighlighted = this.highlighted.has(entry.id);
    const emphasis = isSelected ? { weight: style.weight + 2, opacity: 1, radius: style.radius + 3, dashArray: null }
      : isHighlighted ? { weight: style.weight + 1.5, opacity: 1, radius: style.radius + 2 }
      : {};
    const fill = this.isEmphasized(entry) && this.options.role === "area" ? Math.max(style.fillOpacity, 0.18) : style.fillOpacity;
    for (const path of entry.paths) {
      const isPoint = path instanceof L.CircleMarker;
      path.setStyle({ ...(isPoint ? symbolOptions(style) : { ...style, fillOpacity: fill }), ...emphasis });
      path.getElement()?.classList.toggle("atlas-selected", isSelected);
      path.getElement()?.classList.toggle("atlas-highlighted", isHighlighted);
    }
    for (const symbol of entry.symbols) symbol.setStyle({ ...symbolOptions(style), ...emphasis });
    for (const { path, look } of entry.decorations) path.setStyle(look({ ...style, ...emphasis }));
    if (isSelected) for (const path of [...entry.paths, ...entry.symbols]) if (path._map) path.bringToFront();
  }

  boundsOf(entry) {
    return entry.paths.reduce(
      (bounds, path) => bounds.extend(path.getBounds?.call(path) ?? path.getLatLng()),
      L.latLngBounds([]),
    );
  }
}

function casingOptions({ weight, casing }) {
  return { weight: weight + 3, opacity: casing, lineCap: "round" };
}

function symbolOptions(style) {
  return { ...style, dashArray: null, fillOpacity: style.symbolFillOpacity };
}
