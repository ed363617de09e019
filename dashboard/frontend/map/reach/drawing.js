/** Draws minutes by rail: stations and tracks in bands, the way to one place, or pairs across the border. */

import { element } from "../../dom.js";
import { openStation } from "./station_popup.js";
import { Tracks } from "./tracks.js";

/** Width of the tracks by band. */
const WIDTHS_PX = [8, 6.5, 5, 4, 3];

/** Room that a figure needs; below this zoom only main stations have one. */
const FIGURE_PX = { x: 40, y: 22 };
const ALL_FIGURES_ZOOM = 11;

const SIGNS = { known: "?", unknown: "?", unreachable: "×" };

/** Width that each minute of a pair's detour adds to its line. */
const WIDER_PER_MIN = 0.06;
const WIDEST_PX = 4;

export class ReachDrawing {
  /** @param {Reach} reach @param {Reachable} found @param {DataLayer} corridors @param {DataLayer} stations */
  constructor(reach, found, corridors, stations) {
    this.reach = reach;
    this.found = found;
    this.corridors = corridors;
    this.stations = stations;
    this.tracks = new Tracks(corridors, stations);
    this.group = L.layerGroup().addTo(reach.map);
  }

  draw() {
    const { stations, path = [], pairs } = this.found;
    this.reach.map.getContainer().classList.add("atlas-reaching");
    if (stations) this.drawTracks(stations);
    if (path.length) {
      const latlngs = this.tracks.along(path);
      this.line(latlngs, { className: "atlas-reach-edge", weight: 9 });
      this.line(latlngs, { className: "atlas-reach-path", weight: 4.5 });
    } else if (pairs) this.drawPairs();
    if (stations) this.drawStations(stations);
    this.thinOut();
    this.reach.atlas.labels.request();
  }

  remove() {
    this.reach.map.getContainer().classList.remove("atlas-reaching");
    this.group.remove();
    this.reach.atlas.labels.request();
  }

  names() {
    return new Map([...this.stations.features].map(([id, { properties }]) => [id, String(properties.name ?? id)]));
  }

  /** Where the answer is: the way, the pairs, or the station that it begins at. @returns {L.LatLng[]} */
  latlngs() {
    const { path = [], pairs, station = "" } = this.found;
    const way = this.tracks.along(path);
    if (way.length) return way;
    if (pairs?.length) return pairs.flatMap(({ ends }) => ends.map((end) => L.latLng(end)));
    const entry = this.stations.features.get(station);
    return entry ? [this.placeOf(entry)] : [];
  }

  /** @param {Entry} entry of a station */
  placeOf({ paths: [path] }) {
    return /** @type {L.CircleMarker} */ (path).getLatLng();
  }

  /** Each stretch has the farther band of its ends, or is broken. @param {Record<string, ReachedStation>} stations */
  drawTracks(stations) {
    /** @param {string} id */
    const bandOf = (id) => (id === this.found.station ? 1 : stations[id]?.band ?? null);
    for (const { ids, latlngs } of this.tracks.stretches(bandOf)) {
      const band = this.tracks.bandOf(ids, bandOf);
      const isKnown = ids.every((id) => bandOf(id) !== null);
      const faint = ids.some((id) => stations[id]?.isFar) ? " atlas-reach-faint" : "";
      const weight = band === null ? 2.5 : WIDTHS_PX[Math.min(band, WIDTHS_PX.length) - 1];
      this.line(latlngs, { className: `atlas-reach-edge${faint}`, weight: weight + 2.5 });
      this.line(latlngs, { className: `atlas-reach-band atlas-band-${band ?? "unknown"}${faint}`, weight, dashArray: isKnown ? undefined : "2 7" });
    }
  }

  drawPairs() {
    const { pairs = [], pairPlaces = [] } = this.found;
    for (const { ends, extra, text } of pairs) {
      const look = extra > 0
        ? { className: "atlas-reach-slower", weight: Math.min(1 + extra * WIDER_PER_MIN, WIDEST_PX) }
        : { className: "atlas-reach-usual", weight: 1.5, dashArray: "4 5" };
      const line = this.line(ends, { ...look, interactive: true });
      line.bindTooltip(element("span", { text }), { sticky: true, className: "atlas-tooltip" });
    }
    for (const { lat, lng, sign, isSlower, text } of pairPlaces) {
      const className = `atlas-reach-price ${isSlower ? "atlas-reach-price-slower" : ""}`;
      const marker = this.marker([lat, lng], { className, html: element("b", { text: sign }), iconSize: [40, 20] });
      marker.bindTooltip(element("span", { text }), { className: "atlas-tooltip", direction: "top" });
    }
  }

  /** @param {L.LatLngExpression[]} latlngs @param {L.PolylineOptions} options */
  line(latlngs, options) {
    return L.polyline(latlngs, { renderer: this.reach.renderer, interactive: false, opacity: 1, lineCap: "round", ...options }).addTo(this.group);
  }

  /** @param {L.LatLngExpression} latlng @param {L.DivIconOptions} icon @param {L.MarkerOptions} [options] */
  marker(latlng, icon, options) {
    return L.marker(latlng, { icon: L.divIcon(icon), pane: "atlas-reach-stations", keyboard: false, ...options }).addTo(this.group);
  }

  /** @param {Record<string, ReachedStation>} stations */
  drawStations(stations) {
    const { station: origin, path = [] } = this.found;
    // Main stations are drawn first, so their figures stay.
    const all = Object.entries(stations).sort(([, one], [, other]) => Number(other.isMain) - Number(one.isMain));
    for (const [id, station] of all) {
      const entry = this.stations.features.get(id);
      if (!entry) continue;
      const { band, certainty, gain, figure } = station;
      const isOrigin = id === origin;
      const isOnPath = path.includes(id);
      const state = isOrigin ? "origin" : band ?? (certainty === "known" ? "unknown" : certainty);
      const classes = ["atlas-reach-station", `atlas-band-${state}`];
      if (station.isFar && !isOrigin && !isOnPath) classes.push("atlas-reach-faint");
      if (station.isDoubtful) classes.push("atlas-reach-doubtful");
      if (isOnPath) classes.push("atlas-reach-on-path");
      if (station.isMain) classes.push("atlas-reach-main");
      if (gain) classes.push("atlas-reach-gain");
      const text = isOrigin ? "★" : gain ?? (certainty === "known" ? figure : SIGNS[certainty]);
      const size = isOrigin ? 28 : certainty === "known" ? 10 : 14;
      const html = element("div", {}, [element(!isOrigin && certainty === "known" ? "b" : "span", { text })]);
      const zIndexOffset = isOrigin ? 1000 : (station.isMain ? 500 : 0) + (band ? -50 * band : -500);
      const marker = this.marker(this.placeOf(entry), { className: classes.join(" "), html, iconSize: [size, size] }, { zIndexOffset });
      marker.on("click", () => openStation(this.reach, id));
      marker.bindTooltip(() => element("span", { text: `${entry.properties.name}: ${station.text}` }), { className: "atlas-tooltip", direction: "top" });
      marker.getElement()?.setAttribute("data-station", id);
    }
  }

  /** Hide figures that would lie on one another: the first stays, and farther in there is room for more. */
  thinOut() {
    const { map } = this.reach;
    const isNear = map.getZoom() >= ALL_FIGURES_ZOOM;
    /** @type {L.Point[]} */
    const taken = [];
    for (const marker of this.group.getLayers()) {
      const icon = marker instanceof L.Marker && marker.getElement();
      if (!icon || !icon.querySelector("b")) continue;
      const { x, y } = map.latLngToLayerPoint(marker.getLatLng());
      const isShown = isNear || !icon.dataset.station || /main|on-path|gain/.test(icon.className);
      const isFree = isShown && !icon.classList.contains("atlas-reach-faint") && taken.every((point) => Math.abs(point.x - x) > FIGURE_PX.x || Math.abs(point.y - y) > FIGURE_PX.y);
      icon.classList.toggle("atlas-reach-hidden", !isFree);
      if (isFree) taken.push(L.point(x, y));
    }
  }
}
