/**
 * A layer of any size: tiles drawn by MapLibre, and of its features only those that somebody asked for.
 *
 * Those few are ordinary shapes above the tiles, so that choosing, marking and pointing at them is as in other layers.
 */

import { fetchJson } from "../fetching.js";
import { firstPicture } from "./first_picture.js";
import { DataLayer } from "./data_layer.js";

/** Of a story, more than so many places at once say nothing. */
const MOST_HIGHLIGHTED = 50;

const STEP_INTO_COUNT = 2;

export class LargeLayer extends DataLayer {
  constructor(map, options, { texts, language, ...context }) {
    super(map, { ...options, style: withoutSymbols(options.style) }, context);
    Object.assign(this, { texts, language });
    this.isLarge = true;
    if (options.building) this.awaitBuild();
    if (options.absent) this.state = "absent";
    // Tiles, and with them the counts, change between one zoom and the next.
    map.on("zoomend", () => this.fire("zoom"));
  }

  awaitBuild() {
    this.state = "building";
    this.build = { state: "building", part: 0, step: "", message: "" };
    this.built = new Promise((resolve, reject) => { this.endBuild = { resolve, reject }; });
    // Whoever waits for it hears of a failure; it is no accident where nobody does.
    this.built.catch(() => {});
  }

  /** @param {{state: string, part: number, step: string, message: string, tiles?: object}} build as the server says */
  followBuild(build) {
    this.build = build;
    if (build.state === "ready") {
      Object.assign(this.options, { tiles: build.tiles, count: build.tiles.count });
      this.setState("waiting");
      this.endBuild.resolve();
    } else if (build.state === "failed") {
      this.setState("unbuilt");
      this.endBuild.reject(Object.assign(new Error(build.message), { state: "unbuilt" }));
    } else this.setState("building");
  }

  /** Known once the layer is built. */
  get tiles() {
    return this.options.tiles;
  }

  /** MapLibre is one zoom behind Leaflet: its tiles are twice as wide. */
  get isCounting() {
    return Boolean(this.tiles) && this.map.getZoom() < this.tiles.detail_zoom + 1;
  }

  /** From here on, a place is seen by itself. */
  get nearZoom() {
    return Math.max(super.nearZoom, this.tiles.detail_zoom + 2);
  }

  async fetchFeatures() {
    if (this.options.absent) throw Object.assign(new Error("not in this file"), { state: "absent" });
    await this.built;
    this.setState("loading");
    [this.translate] = await Promise.all([this.translations, this.stage.prepare()]);
    this.setState("ready");
  }

  /** The counts are in the map document; tiles, and what draws them, come a second later. */
  showFirstPicture() {
    this.picture = this.tiles && firstPicture(this.map, this.options, this.isDark());
    this.once("drawn", () => this.endFirstPicture());
    this.on("state", () => { if (!["loading", "ready"].includes(this.state)) this.endFirstPicture(); });
  }

  endFirstPicture() {
    this.picture?.remove();
    this.picture = undefined;
  }

  show() {
    super.show();
    this.stage.add(this);
  }

  hide() {
    super.hide();
    this.stage.remove(this);
  }

  /** A tile did not come; the others are drawn, and it can be asked for again. */
  missTile() {
    this.setState("incomplete");
  }

  retry() {
    this.stage.renew(this);
    this.setState("ready");
  }

  changeLook({ title, style }) {
    super.changeLook({ title, style: withoutSymbols(style) });
  }

  restyle() {
    super.restyle();
    this.stage.restyle(this);
  }

  bringToFront() {
    this.stage.bringToFront(this);
    super.bringToFront();
  }

  hover({ properties, sourceLayer }, latlng) {
    const count = Number(properties.count);
    if (sourceLayer !== "counts") this.showName({ properties: this.translate(properties, this.options.text_properties) }, latlng);
    else if (count > 1) this.showName({ properties: { name: this.texts.countOfMany.replace("{count}", count.toLocaleString(this.language)) } }, latlng);
  }

  /** What a click does: a feature is chosen, a count is looked into. */
  open(feature, latlng) {
    if (feature.sourceLayer === "counts") {
      const { map } = this;
      const [lng, lat] = feature.geometry.coordinates;
      const isStill = window.matchMedia("(prefers-reduced-motion: reduce)").matches;
      map.setView([lat, lng], map.getZoom() + STEP_INTO_COUNT, { animate: !isStill });
    } else this.onSelect(this, this.take(feature), latlng);
  }

  /** A feature as a tile has it: its shape may end at the tile's edge, and most of what it says is missing. */
  take({ id, properties, geometry }) {
    const known = this.features.get(String(id));
    if (known) return known;
    this.addFeature({ type: "Feature", id: String(id), properties, geometry });
    const entry = this.features.get(String(id));
    entry.isPartial = true;
    this.name(entry);
    return entry;
  }

  /** Fetch what the tile does not have; whoever holds the entry has all of it then. */
  async complete(entry) {
    const feature = await this.fetchFeature(entry.id);
    entry.isPartial = false;
    // Meanwhile it may be one of many again.
    if (!this.features.has(entry.id)) return;
    this.erase(entry);
    this.draw(entry, feature);
    this.name(entry);
    this.styleEntry(entry);
  }

  /** A feature by its id, drawn above the tiles; undefined where there is none. */
  async find(id) {
    if (!this.features.has(id)) {
      const feature = await this.fetchFeature(id);
      if (feature && !this.features.has(id)) this.addFeature({ ...feature, id });
    }
    const entry = this.features.get(id);
    if (entry) this.name(entry);
    return entry;
  }

  async fetchFeature(id) {
    if (!/^\d{1,12}$/.test(id)) return undefined;
    try {
      return await fetchJson(this.tiles.feature_url.replace("{id}", id));
    } catch (error) {
      if (error.status === 404) return undefined;
      throw error;
    }
  }

  select(entry) {
    super.select(entry);
    this.tidy();
  }

  async highlight(ids) {
    this.wanted = ids.slice(0, MOST_HIGHLIGHTED);
    const { wanted } = this;
    if (wanted.length > 0) {
      await this.load();
      await Promise.allSettled(wanted.map((id) => this.find(id)));
    }
    if (this.wanted !== wanted) return;
    super.highlight(wanted);
    this.tidy();
  }

  /** Features that are like any other again go back to the tiles. */
  tidy() {
    for (const [id, entry] of this.features) {
      if (this.isEmphasized(entry) || this.wanted?.includes(id)) continue;
      this.erase(entry);
      this.features.delete(id);
    }
  }

  erase(entry) {
    const { paths, symbols, decorations } = entry;
    const drawn = this.group.getLayers().filter((path) => path.entry === entry);
    for (const path of [...drawn, ...decorations.map((decoration) => decoration.path)]) this.group.removeLayer(path);
    for (const list of [paths, symbols, decorations]) list.length = 0;
  }

  /** The shapes of an entry say on the page whose they are, as those of other layers do. */
  name(entry) {
    if (!this.isShown) return;
    this.updateSymbols();
    this.group.eachLayer((path) => {
      if (path.entry === entry) path.getElement().dataset.feature = `${this.id}.${entry.id}`;
    });
  }
}

/** Tiles draw points as circles; the legend and single features do as well. */
function withoutSymbols({ categories = [], ...style }) {
  const circle = { shape: "circle" };
  return { ...style, ...circle, categories: categories.map((category) => ({ ...category, ...circle })) };
}
