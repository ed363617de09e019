/** The base map as vector tiles, drawn by MapLibre over the embedded one: streets, and what lies around them. */

import { TileSheet } from "../gl/tile_sheet.js";
import { readPalette } from "../style/palette.js";
import { STREET_COLORS, streetStyle } from "../style/street_style.js";
import { StreetNames } from "./street_names.js";
import { serveStreetTiles } from "./street_tiles.js";

/** From here on the embedded base map is too coarse. */
const STREETS_MINZOOM = 10;

/** Further out, the embedded base map ends within the window. */
const EMBEDDED_MINZOOM = 9;

/** Where there are no streets, zooming in to here says so. */
const NOTICE_ZOOM = 12;

/** Streets beyond the window, as a part of it: each tile costs time and transfer. */
const PADDING = 0.1;

const STREET_PANE = "atlas-streets";

export class Streets {
  /** @param {Atlas} atlas @param {StreetOptions} options @param {() => void} onError called where a part can't be drawn */
  constructor(atlas, options, onError) {
    this.atlas = atlas;
    this.map = atlas.map;
    this.options = options;
    this.onError = onError;
    const [west, south, east, north] = options.bbox ?? [];
    /** Where there are street tiles; null if the server can't use their file. */
    this.bounds = options.url === null ? null : L.latLngBounds([south, west], [north, east]);
    this.names = new StreetNames(this.map);
    this.hasSaidWhereStreetsEnd = false;
    this.isCovered = false;
    this.map.createPane(STREET_PANE).style.zIndex = "225";
    // MapLibre loads while the map still moves.
    this.map.on("zoomanim", ({ center, zoom }) => {
      if (!this.isCovered && this.bounds && this.hasTiles(zoom, center)) this.prepare();
    });
    this.map.on("moveend", () => { this.following = this.follow(); });
    this.following = this.follow();
  }

  /** Whether the view has streets to show. */
  get isWanted() {
    return !this.isCovered && this.hasTiles(this.map.getZoom(), this.map.getCenter());
  }

  /** Whether tiles show more than the embedded base map. @param {number} zoom @param {L.LatLng} center */
  hasTiles(zoom, center) {
    const { map, bounds, options: { far_zoom: farZoom } } = this;
    const isNear = zoom >= STREETS_MINZOOM;
    if (bounds === null || (!farZoom && isNear)) return isNear && (bounds?.intersects(map.getBounds()) ?? true);
    return Boolean(farZoom) && (isNear || zoom < EMBEDDED_MINZOOM || !bounds.contains(center));
  }

  /** Say once that there is more online, where the map has no streets. */
  sayWhereStreetsEnd() {
    const { map, bounds, atlas: { announcer, basemaps, texts } } = this;
    const isBeyond = bounds !== null && !this.isCovered && map.getZoom() >= NOTICE_ZOOM && !bounds.contains(map.getCenter());
    if (!isBeyond || this.hasSaidWhereStreetsEnd || basemaps.choices.length < 2) return;
    this.hasSaidWhereStreetsEnd = true;
    announcer.notify(texts.noStreets);
  }

  /** Hide the streets, or show them again: an online base map covers them. @param {boolean} isCovered */
  cover(isCovered) {
    this.isCovered = isCovered;
    this.follow();
  }

  /** Load MapLibre. @returns {Promise<boolean>} whether it can draw */
  async prepare() {
    try {
      if (this.bounds === null) throw new Error("the file of street tiles can't be used");
      await this.atlas.maplibre.load();
      return true;
    } catch {
      this.onError();
      return false;
    }
  }

  /** Show the streets of the view, or hide them. */
  async follow() {
    this.sayWhereStreetsEnd();
    if (!this.isWanted) this.sheet?.hide();
    else if (this.sheet) this.sheet.show();
    else if (await this.prepare() && this.isWanted && !this.sheet) this.open();
  }

  open() {
    const { url } = this.options;
    if (url === null) return;
    serveStreetTiles({ ...this.options, url }, () => { this.names.tiles += 1; });
    this.sheet = new TileSheet({ pane: STREET_PANE, padding: PADDING, style: this.style() }).addTo(this.map);
    const { gl } = this.sheet;
    gl?.on("error", (event) => { if ("sourceId" in event) this.onError(); });
    gl?.on("idle", () => this.showNames());
  }

  showNames() {
    // MapLibre is idle before it has asked for the first tile, too.
    if (this.sheet?.isAwaiting || this.names.tiles === 0) return;
    if (this.sheet?.gl && this.isWanted && this.names.read(this.sheet.gl)) this.atlas.labels.request();
    // For tests and tools that wait for the streets.
    performance.mark("atlas-streets-drawn");
  }

  style() {
    return streetStyle(readPalette(this.map.getContainer(), STREET_COLORS), this.options);
  }

  /** Take the colors of the style sheets again. */
  restyle() {
    this.sheet?.gl?.setStyle(this.style());
  }

  /** Draw at once, for paper or after it. */
  drawNow() {
    this.following = this.follow();
    if (this.isWanted) this.sheet?.drawNow();
  }

  /** Hide streets that are not all there: half of them would look like the whole on paper. */
  hideUnfinished() {
    if (this.sheet?.gl?.areTilesLoaded() === false) this.sheet.hide();
  }

  /** Resolve once the streets of the view are drawn. */
  async settle() {
    await this.following;
    const { gl } = this.sheet ?? {};
    if (this.isWanted && gl && !gl.loaded()) await gl.once("idle");
  }

  /** Whether it names places, so that the embedded base map need not. */
  get hasPlaces() {
    return this.isWanted && Boolean(this.options.far_zoom && this.sheet && this.names.candidates.length > 0);
  }

  /** Names in the view, while streets are shown. @returns {Label[]} */
  labels() {
    return this.isWanted && this.sheet ? this.names.labels() : [];
  }
}
