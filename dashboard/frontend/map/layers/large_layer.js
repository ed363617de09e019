/**
 * A layer of any size: MapLibre draws its tiles, and Leaflet the features that somebody asked for.
 *
 * Those few are ordinary shapes above the tiles, so that choosing, marking and hovering work as in other layers.
 */

import { fetchJson } from "../fetching.js";
import { DataLayer } from "./data_layer.js";
import { drawFirstPicture } from "./first_picture.js";

/** Places of a story that stand out at once; more would hide each other. */
const MAX_HIGHLIGHTED = 50;

/** Zooms that a click on a count goes in. */
const STEP_INTO_COUNT = 2;

/** What features gain while their legend is pointed at. */
const RAISED_WEIGHT_PX = 2;
const RAISED_RADIUS_PX = 2;

export class LargeLayer extends DataLayer {
  isLarge = true;

  /** @param {Atlas} atlas @param {LayerOptions} options */
  constructor(atlas, options) {
    super(atlas, { ...options, style: withoutSymbols(options.style) });
    /** Settled once the server has built the tiles. @type {PromiseWithResolvers<void>} */
    this.built = Promise.withResolvers();
    // A failed build is no error where nobody waits for it.
    this.built.promise.catch(() => {});
    /** @type {Build} */
    this.build = { state: "building", message: "", part: 0 };
    /** Why a database does not answer. */
    this.awayReason = "";
    /** @type {string[]} */
    this.wanted = [];
    /** @type {LayerState} */
    this.state = options.absent ? "absent" : options.building ? "building" : "waiting";
    if (this.state === "waiting") this.built.resolve();
    // Tiles, and with them the counts, change between one zoom and the next.
    this.map.on("zoomend", () => this.fire("zoom"));
  }

  /** @param {Build} build as the server says */
  followBuild(build) {
    this.build = build;
    if (build.state === "ready" && build.tiles) {
      Object.assign(this.options, { tiles: build.tiles, count: build.tiles.count });
      this.setState("waiting");
      this.built.resolve();
    } else if (build.state === "failed") {
      this.setState("unbuilt");
      this.built.reject(Object.assign(new Error(build.message), { state: "unbuilt" }));
    } else this.setState("building");
  }

  /** Known once the layer is built. */
  get tiles() {
    return this.options.tiles;
  }

  /** From this zoom on, a place is seen by itself. */
  get nearZoom() {
    return Math.max(super.nearZoom, (this.tiles?.detail_zoom ?? 0) + 2);
  }

  /** MapLibre is one zoom behind Leaflet: its tiles are twice as wide. */
  get isCounting() {
    return this.tiles !== undefined && this.map.getZoom() < this.tiles.detail_zoom + 1;
  }

  async fetchFeatures() {
    if (this.options.absent) throw Object.assign(new Error("not in this file"), { state: "absent" });
    await this.built.promise;
    this.setState("loading");
    [this.translate] = await Promise.all([this.atlas.translations, this.atlas.maplibre.load()]);
    this.setState("ready");
  }

  /** Draw the counts, which the map document holds; tiles, and what draws them, come a second later. */
  showFirstPicture() {
    this.picture = drawFirstPicture(this.map, this.options, this.atlas.theme.isDark);
    this.once("drawn", () => this.endFirstPicture());
    this.on("state", () => { if (!["loading", "ready"].includes(this.state)) this.endFirstPicture(); });
  }

  endFirstPicture() {
    this.picture?.remove();
    this.picture = null;
  }

  show() {
    super.show();
    this.atlas.stage.add(this);
  }

  hide() {
    super.hide();
    this.atlas.stage.remove(this);
  }

  /** A tile failed; the others are drawn, and it can be fetched again. */
  missTile() {
    this.setState("incomplete");
  }

  /** Fetch missing tiles again. */
  retry() {
    this.atlas.stage.erase(this);
    this.atlas.stage.draw(this);
    this.setState("ready");
  }

  /** @param {{title: string, style: Style}} options */
  changeLook({ title, style }) {
    super.changeLook({ title, style: withoutSymbols(style) });
  }

  restyle() {
    super.restyle();
    this.atlas.stage.restyle(this);
  }

  /** Highlight kinds of features in the tiles too. @param {(feature: {properties: Properties}) => boolean} isMeant */
  hoverAll(isMeant) {
    super.hoverAll(isMeant);
    const { style } = this.options;
    this.atlas.stage.restyle({ options: { ...this.options, style: raised(style, isMeant) }, atlas: this.atlas, opacity: this.opacity });
  }

  bringToFront() {
    this.atlas.stage.bringToFront(this);
    super.bringToFront();
  }

  /** @param {TileFeature} feature @param {L.LatLng} latlng */
  hover({ properties, sourceLayer }, latlng) {
    const { tooltip, texts, language } = this.atlas;
    const count = Number(properties.count);
    if (sourceLayer !== "counts") tooltip.show(this.translate(properties, this.options.text_properties).name, latlng);
    else if (count > 1) tooltip.show(texts.countOfMany.replace("{count}", count.toLocaleString(language)), latlng);
  }

  /** Choose a feature, or zoom in on a count. @param {TileFeature} feature @param {L.LatLng} latlng */
  open(feature, latlng) {
    if (feature.sourceLayer === "counts" && feature.geometry.type === "Point") {
      const [lng, lat] = feature.geometry.coordinates;
      this.map.setView([lat, lng], this.map.getZoom() + STEP_INTO_COUNT, { animate: !this.atlas.view.isStill });
      return;
    }
    const entry = this.take(feature);
    if (entry) this.atlas.selection.choose(entry, latlng);
  }

  /** Draw a feature as its tile has it: perhaps cut off, and with few properties. @param {TileFeature} feature */
  take({ id, properties, geometry }) {
    const known = this.features.get(String(id));
    if (known) return known;
    this.addFeature({ type: "Feature", id: String(id), properties, geometry });
    const entry = this.features.get(String(id));
    if (entry) entry.isPartial = true;
    this.updateZoom();
    return entry;
  }

  /** @param {Entry} entry */
  async complete(entry) {
    const feature = await this.fetchFeature(entry.id);
    entry.isPartial = false;
    // Meanwhile it may have gone back to the tiles.
    if (!this.features.has(entry.id)) return;
    this.erase(entry);
    this.draw(entry, feature);
    this.updateZoom();
    this.styleEntry(entry);
  }

  /** @param {string} id @returns {Promise<Entry | undefined>} drawn above the tiles; undefined if the layer has no such feature */
  async find(id) {
    if (!this.features.has(id)) {
      const feature = await this.fetchFeature(id);
      if (feature && !this.features.has(id)) this.addFeature({ ...feature, id });
      this.updateZoom();
    }
    return this.features.get(id);
  }

  /** @param {string} id */
  async fetchFeature(id) {
    if (!this.tiles || !/^\d{1,12}$/.test(id)) return undefined;
    try {
      return await fetchJson(this.tiles.feature_url.replace("{id}", id));
    } catch (error) {
      if (error instanceof Error && "status" in error && error.status === 404) return undefined;
      throw error;
    }
  }

  /** @param {Entry} [entry] */
  select(entry) {
    super.select(entry);
    this.tidy();
  }

  /** @param {string[]} ids */
  async highlight(ids) {
    const wanted = ids.slice(0, MAX_HIGHLIGHTED);
    this.wanted = wanted;
    if (wanted.length > 0) {
      await this.load();
      await Promise.allSettled(wanted.map((id) => this.find(id)));
    }
    if (this.wanted !== wanted) return;
    super.highlight(wanted);
    this.tidy();
  }

  /** Leave features that no longer stand out to the tiles. */
  tidy() {
    for (const [id, entry] of this.features) {
      if (this.isEmphasized(entry) || this.wanted.includes(id)) continue;
      this.erase(entry);
      this.features.delete(id);
    }
  }

  /** @param {Entry} entry */
  erase(entry) {
    const { paths, symbols, decorations, hits, marks } = entry;
    this.hovered.delete(entry);
    for (const path of this.group.getLayers()) {
      if (/** @type {L.Path} */ (path).entry === entry) this.group.removeLayer(path);
    }
    for (const path of [...marks, ...decorations.map(({ path: other }) => other)]) this.group.removeLayer(path);
    for (const list of [paths, symbols, decorations, hits, marks]) list.length = 0;
  }
}

/** The style with wider lines and larger circles for the kinds that are meant.
 * @param {Style} style @param {(feature: {properties: Properties}) => boolean} isMeant @returns {Style} */
function raised(style, isMeant) {
  const { weight = 2, radius = 6, categories = [], category_field: field = "" } = style;
  const gain = { weight: weight + RAISED_WEIGHT_PX, radius: radius + RAISED_RADIUS_PX };
  return {
    ...style,
    ...(isMeant({ properties: {} }) && { ...gain, is_raised: true }),
    categories: categories.map((category) => ({ weight, radius, ...category, ...(isMeant({ properties: { [field]: category.value } }) && gain) })),
  };
}

/** Tiles draw points as circles; so do the legend and single features. @param {Style} style @returns {Style} */
function withoutSymbols({ categories = [], ...style }) {
  const circle = { shape: "circle", icon: undefined, icons: {} };
  return { ...style, ...circle, categories: categories.map((category) => ({ ...category, ...circle })) };
}
