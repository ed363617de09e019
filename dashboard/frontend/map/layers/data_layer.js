/** One layer of the atlas on the map: fetched, drawn, restyled, highlighted. */

import { fetchJson, takeHeldJson } from "../fetching.js";
import { auraOptions } from "../style/leaflet_style.js";
import { SymbolMarker, symbolAttributes } from "../style/symbols.js";
import { lineScale } from "../style/zoomed.js";
import { drawEntryStyle, hideEntry, symbolOptions } from "./entry_style.js";
import { directionOf, railwayStrokes } from "./line_strokes.js";
import { Looks } from "./looks.js";
import { addAreaParts, addLineParts } from "./outlines.js";
import { veilOutside } from "./outside.js";
import { middleOf } from "./rings.js";
import { drawnOf } from "./whole_layer.js";
import { followZoom } from "./zoom.js";

const PLACE_ZOOM = 12;

export class DataLayer extends L.Evented {
  isLarge = false;

  /** @param {Atlas} atlas @param {LayerOptions} options */
  constructor(atlas, options) {
    super();
    this.atlas = atlas;
    this.map = atlas.map;
    this.options = options;
    this.id = options.id;
    /** @type {LayerState} */
    this.state = "waiting";
    /** @type {Map<string, Entry>} */
    this.features = new Map();
    this.looks = new Looks(this);
    /** @type {Set<string>} */
    this.highlighted = new Set();
    /** Over and under all railways. @type {SharedStroke[]} */
    this.strokes = [];
    /** Of the lines as they are drawn. */
    this.scale = 1;
    this.hasIcons = true;
    /** By which all that is drawn is dimmed. */
    this.opacity = 1;
    /** What the pointer or its legend is on. @type {Set<Entry>} */
    this.hovered = new Set();
    /** Number of features that could not be drawn. */
    this.skipped = 0;
    /** @type {Promise<void> | undefined} */
    this.loading = undefined;
    /** @type {Translate} */
    this.translate = (properties) => properties;
    // One listener for all paths: their events reach the group.
    this.group = L.featureGroup();
    this.group.on("click", (event) => {
      L.DomEvent.stopPropagation(event);
      if (!(this.isGround && atlas.stage.click(event))) atlas.selection.choose(event.layer.entry, event.latlng);
    });
    this.group.on("mouseover mousemove", (/** @type {any} */ { layer: { entry }, latlng }) => {
      const isOver = !(this.isGround && atlas.stage.hovered);
      this.setHovered(isOver ? [entry] : []);
      if (isOver) atlas.tooltip.show(entry.properties.name, latlng);
    });
    this.group.on("mouseout", () => {
      this.setHovered([]);
      atlas.tooltip.close();
    });
  }

  /** Areas lie under everything else: a click on a feature of a large layer inside of one means that feature. */
  get isGround() {
    return this.options.role === "area" && !this.isLarge;
  }

  /** The zoom at which a place is seen with what is around it. */
  get nearZoom() {
    return PLACE_ZOOM;
  }

  get isShown() {
    return this.map.hasLayer(this.group);
  }

  /** Fetch and draw once; a second call while it loads, or after it has, returns the same promise. */
  load() {
    this.loading ??= this.fetchFeatures().catch((error) => {
      this.loading = undefined;
      this.setState(error.state ?? "failed");
      throw error;
    });
    return this.loading;
  }

  /** @param {string} id @returns {Promise<Entry | undefined>} */
  async find(id) {
    return this.features.get(id);
  }

  /** Fetch what is not known of a feature yet. @param {Entry} _entry */
  async complete(_entry) {}

  async fetchFeatures() {
    this.setState("loading");
    const { url = "" } = this.options;
    const [collection, translate] = await Promise.all([takeHeldJson(url) ?? fetchJson(url), this.atlas.translations]);
    this.translate = translate;
    for (const feature of collection.features ?? []) this.addFeature(feature);
    this.strokes = railwayStrokes(this);
    for (const { path } of this.strokes) this.group.addLayer(path);
    this.scale = lineScale(this.options.style, this.map.getZoom());
    const { outside_opacity: outsideOpacity } = this.options.style;
    if (outsideOpacity) this.group.addLayer(veilOutside(this, outsideOpacity));
    this.setState("ready");
  }

  /** @param {LayerState} state */
  setState(state) {
    this.state = state;
    this.fire("state");
  }

  /** Draw a feature; one that can't be drawn is counted, and the others still are. @param {any} feature GeoJSON */
  addFeature(feature) {
    try {
      /** @type {Entry} */
      const entry = {
        layer: this, id: feature.id, reference: `${this.id}.${feature.id}`,
        properties: {}, paths: [], decorations: [], symbols: [], hits: [], marks: [],
      };
      this.draw(entry, feature);
      if (entry.paths.length === 0) throw new Error("no geometry");
      if (this.options.style.areas?.[entry.id]) hideEntry(entry);
      if (!this.features.has(feature.id)) this.features.set(feature.id, entry);
    } catch {
      this.skipped += 1;
    }
  }

  /** @param {Entry} entry @param {any} feature GeoJSON */
  draw(entry, feature) {
    entry.properties = this.translate(feature.properties ?? {}, this.options.text_properties);
    const look = this.lookOf(entry);
    /** @type {any} */
    const options = {
      ...look,
      renderer: this.atlas.renderer,
      group: look.pattern === "railway" ? "railways" : `${this.options.role}s`,
      pointToLayer: (/** @type {object} */ _, /** @type {L.LatLng} */ latlng) => this.symbolAt(latlng, look),
    };
    this.addShape(entry, L.GeoJSON.geometryToLayer(feature, options), look);
  }

  /** @param {Entry} entry @param {L.Layer} shape @param {Look} look */
  addShape(entry, shape, look) {
    if (shape instanceof L.LayerGroup) {
      shape.eachLayer((part) => this.addShape(entry, part, look));
      return;
    }
    if (shape instanceof L.Polyline && !(shape instanceof L.Polygon)) addLineParts(this, entry, shape, look);
    if (look.isSoft && shape instanceof L.CircleMarker) {
      const aura = { renderer: this.atlas.renderer, group: "points", className: "atlas-aura", interactive: false, ...auraOptions(look) };
      this.decorate(entry, new SymbolMarker(shape.getLatLng(), aura), auraOptions);
    }
    if (!(shape instanceof L.CircleMarker || shape instanceof L.Polyline)) return;
    entry.paths.push(shape);
    if (shape instanceof L.Polygon) addAreaParts(this, entry, shape, look);
    shape.entry = entry;
    this.group.addLayer(shape);
    if (look.isSymbol && shape instanceof L.Polyline) {
      const symbol = shape instanceof L.Polygon ? this.symbolAt(middleOf(shape), look, 0)
        : this.symbolAt(shape.getBounds().getCenter(), look, directionOf(shape));
      symbol.entry = entry;
      entry.symbols.push(symbol);
    }
  }

  /** Add a casing or an aura. @param {Entry} entry @param {L.Path} path @param {Decoration["optionsOf"]} optionsOf */
  decorate(entry, path, optionsOf) {
    entry.decorations.push({ path, optionsOf });
    this.group.addLayer(path);
  }

  /** @param {L.LatLng} latlng @param {Look} look @param {number} [angle] in degrees, clockwise */
  symbolAt(latlng, look, angle = 0) {
    const { class: className } = symbolAttributes(look.shape);
    return new SymbolMarker(latlng, { renderer: this.atlas.renderer, group: "points", className, angle, ...symbolOptions(look) });
  }

  /** @param {{properties: Properties}} entry */
  lookOf({ properties }) {
    return this.looks.of(properties);
  }

  show() {
    this.map.addLayer(this.group);
    this.updateZoom();
    for (const entry of this.features.values()) if (this.isEmphasized(entry)) this.styleEntry(entry);
  }

  hide() {
    this.atlas.tooltip.close();
    this.setHovered([]);
    this.map.removeLayer(this.group);
  }

  /** Draw the layer as it looks at the zoom of the map. */
  updateZoom() {
    followZoom(this);
  }

  /** Whether the pointer and the keys reach a feature at the zoom of the map. @param {Entry} entry */
  isWithinReach(entry) {
    return !this.options.style.areas?.[entry.id] && this.map.getZoom() >= this.lookOf(entry).selectMinzoom;
  }

  bringToFront() {
    this.raise(drawnOf(this));
  }

  /** @param {L.Path[]} paths */
  raise(paths) {
    for (const path of paths) if (this.map.hasLayer(path)) path.bringToFront();
  }

  /** Change the layer's title and style. @param {{title: string, style: Style}} options */
  changeLook({ title, style }) {
    Object.assign(this.options, { title, style });
    this.looks = new Looks(this);
    this.restyle();
  }

  restyle() {
    for (const entry of this.features.values()) this.styleEntry(entry);
    for (const { path, optionsOf, example } of this.strokes) path.setStyle(optionsOf(this.lookOf(example)));
  }

  /** @param {Entry} [entry] the chosen feature; none without it */
  select(entry) {
    const before = this.selected;
    this.selected = entry;
    for (const changed of [before, entry]) if (changed) this.styleEntry(changed);
  }

  /** @param {string[]} ids of the features that stand out from now on */
  highlight(ids) {
    const changed = new Set([...this.highlighted, ...ids]);
    this.highlighted = new Set(ids);
    for (const entry of this.features.values()) if (changed.has(entry.id)) this.styleEntry(entry);
  }

  /** Highlight the features that the legend means. @param {(feature: {properties: Properties}) => boolean} isMeant */
  hoverAll(isMeant) {
    this.setHovered([...this.features.values()].filter(isMeant));
  }

  /** @param {Iterable<Entry>} entries that the pointer or its legend is on */
  setHovered(entries) {
    const before = this.hovered;
    this.hovered = new Set(entries);
    for (const entry of new Set([...before, ...this.hovered])) {
      if (before.has(entry) !== this.hovered.has(entry)) this.styleEntry(entry);
    }
  }

  /** @param {Entry} entry */
  isEmphasized(entry) {
    return entry === this.selected || this.highlighted.has(entry.id);
  }

  /** @param {Entry} entry */
  styleEntry(entry) {
    drawEntryStyle(entry, this.lookOf(entry), {
      isSelected: entry === this.selected, isHighlighted: this.highlighted.has(entry.id), isHovered: this.hovered.has(entry),
    });
    // A chosen area stays where it is: above others, it would take their clicks.
    if (entry === this.selected) this.raise([...entry.paths.filter((path) => !(path instanceof L.Polygon)), ...entry.symbols, ...this.strokes.map(({ path }) => path)]);
  }

  /** Where the feature is named and its popup points: a place inside of an area's largest part. @param {Entry} entry */
  middleOf(entry) {
    const area = entry.paths.find((path) => path instanceof L.Polygon);
    return area instanceof L.Polygon ? middleOf(area) : this.boundsOf(entry).getCenter();
  }

  /** @param {Entry} entry */
  boundsOf(entry) {
    const bounds = L.latLngBounds([]);
    for (const path of entry.paths) bounds.extend(path instanceof L.CircleMarker ? path.getLatLng() : path.getBounds());
    return bounds;
  }
}
