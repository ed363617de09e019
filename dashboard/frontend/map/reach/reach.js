/**
 * Minutes by rail on the map: stations and tracks in bands, the way to one place, or pairs across the border.
 * The shapes are those of the layers that the map has loaded; what is asked for brings minutes and words alone.
 */

import { element } from "../../dom.js";
import { fetchJson } from "../fetching.js";
import { isFramed, isInDashboard, send } from "../messages.js";
import { ReachLegend } from "./legend.js";
import { nameDialog } from "../features/selection.js";
import { Tracks } from "./tracks.js";

const WIDTHS_PX = [8, 6.5, 5, 4, 3];
/** Room that a figure needs. */
const FIGURE_PX = [44, 19];

const SIGNS = { unknown: "?", unreachable: "×" };

/** Minutes that a pair across the border takes longer → width of its line. */
const WIDER_PER_MIN = 0.06;
const WIDEST_PX = 4;

export class Reach {
  /**
   * @param {L.Map} map
   * @param {{layers: object[], texts: object, language: string, room: () => object, say: (text: string) => void, warn: (text: string) => void}} context
   */
  constructor(map, context) {
    this.map = map;
    this.context = context;
    this.motion = window.matchMedia("(prefers-reduced-motion: reduce)");
    for (const [name, zIndex] of [["atlas-reach", 440], ["atlas-reach-stations", 470]]) map.createPane(name).style.zIndex = zIndex;
    // The list beside the map, or in the legend, says the same in order.
    map.getPane("atlas-reach-stations").setAttribute("aria-hidden", "true");
    this.renderer = L.svg({ pane: "atlas-reach", padding: 0.2 });
    this.group = L.layerGroup();
    map.on("zoomend", () => this.thinOut());
    map.on("layeradd", ({ layer }) => { if (this.found && layer === this.corridors?.group) this.dim(true); });
    this.asked = 0;
  }

  /** Fetch what a question (the query of an address) is answered with, and show it; an empty one clears the map. */
  async ask(question) {
    this.asked += 1;
    const own = this.asked;
    if (question === "") {
      this.clear();
      return;
    }
    const query = new URLSearchParams(question);
    query.set("lang", document.documentElement.lang);
    try {
      const found = await fetchJson(`./reach.json?${query}`);
      if (own !== this.asked) return;
      if (!isInDashboard) for (const problem of found.problems) this.context.warn(problem);
      this.question = query;
      await this.show(found);
    } catch {
      if (own === this.asked) this.context.warn(this.context.texts.reachFailed);
    }
  }

  /** @param {object} found what the server, or the file itself, knows */
  async show(found) {
    this.clear();
    if (!found.stations && !found.pairs) return;
    const named = (id) => this.context.layers.find((layer) => layer.id === id);
    const [corridors, stations] = [named(found.layers.corridors), named(found.layers.stations)];
    const own = this.asked;
    await Promise.all([corridors.load(), stations.load()]);
    if (own !== this.asked) return;
    this.found = found;
    this.tracks = new Tracks(corridors, stations);
    this.stations = stations;
    this.corridors = corridors;
    this.dim(true);
    this.map.addLayer(this.group);
    if (found.stations) this.drawTracks();
    if (found.path?.length) this.drawPath();
    if (found.pairs) this.drawPairs();
    if (found.stations) this.drawStations();
    this.thinOut();
    this.legend = new ReachLegend({
      found,
      names: this.names(),
      texts: this.context.texts,
      onClose: isFramed ? undefined : () => this.leave(),
      onOpen: isInDashboard ? undefined : (id, button) => this.openFromList(id, button),
    }).addTo(this.map);
    this.moveThere();
    this.context.say([found.way ?? found.pairsTitle ?? found.title, found.scenario].filter(Boolean).join(". "));
  }

  /** What lies under the bands steps back. */
  dim(isUnder) {
    this.corridors?.group.eachLayer((path) => path.getElement()?.classList.toggle("atlas-under-reach", isUnder));
  }

  clear() {
    this.dim(false);
    this.group.clearLayers().remove();
    this.legend?.remove();
    this.found = this.legend = undefined;
  }

  /** Alone in a tab, the map leaves what its address asked for. */
  leave() {
    this.clear();
    const query = new URLSearchParams(window.location.search);
    for (const name of ["reach", "minutes", "scenario", "against", "waiting", "to", "border"]) query.delete(name);
    window.history.replaceState(null, "", `?${query}`);
    this.map.getContainer().focus();
  }

  names() {
    return new Map([...this.stations.features].map(([id, { properties }]) => [id, properties.name ?? id]));
  }

  /** Each stretch has the band of the station farther on; where one of its ends is not known, it is broken. */
  drawTracks() {
    const { stations, station } = this.found;
    const bandOf = (id) => (id === station ? 1 : stations[id]?.band ?? null);
    for (const { ids, latlngs } of this.tracks.stretches(bandOf)) {
      const bands = ids.map(bandOf);
      const band = this.tracks.bandOf(ids, bandOf);
      const isKnown = bands.every((each) => each !== null);
      const isFaint = ids.some((id) => stations[id]?.isFar);
      const state = `${band === null ? "unknown" : band}`;
      const weight = band === null ? 2.5 : WIDTHS_PX[Math.min(band, WIDTHS_PX.length) - 1];
      const faint = isFaint ? " atlas-reach-faint" : "";
      this.line(latlngs, { className: `atlas-reach-edge${faint}`, weight: weight + 2.5 });
      this.line(latlngs, { className: `atlas-reach-band atlas-band-${state}${faint}`, weight, dashArray: isKnown ? null : "2 7" });
    }
  }

  drawPath() {
    const latlngs = this.tracks.along(this.found.path);
    this.line(latlngs, { className: "atlas-reach-edge", weight: 9 });
    this.line(latlngs, { className: "atlas-reach-path", weight: 4.5 });
  }

  drawPairs() {
    const { pairs, path, pairPlaces } = this.found;
    if (path?.length) return;
    for (const { ends, extra, text } of pairs) {
      const isSlower = extra > 0;
      const weight = isSlower ? Math.min(1 + extra * WIDER_PER_MIN, WIDEST_PX) : 1.5;
      const latlngs = ends.map(({ lat, lng }) => [lat, lng]);
      const line = this.line(latlngs, { className: isSlower ? "atlas-reach-slower" : "atlas-reach-usual", weight, dashArray: isSlower ? null : "4 5", interactive: true });
      line.bindTooltip(element("span", { text }), { sticky: true, className: "atlas-tooltip" });
    }
    for (const { lat, lng, sign, isSlower, text } of pairPlaces) {
      const className = `atlas-reach-price ${isSlower ? "atlas-reach-price-slower" : ""}`;
      const icon = L.divIcon({ className, html: element("b", { text: sign }), iconSize: [40, 20] });
      const marker = L.marker([lat, lng], { icon, pane: "atlas-reach-stations", keyboard: false });
      marker.bindTooltip(element("span", { text }), { className: "atlas-tooltip", direction: "top" });
      this.group.addLayer(marker);
    }
  }

  /** Where figures would lie on one another, the first one stays; farther in, there is room for more. */
  thinOut() {
    const taken = [];
    this.group.eachLayer((marker) => {
      const figure = marker.getElement?.()?.querySelector?.("b");
      if (!figure) return;
      const { x, y } = this.map.latLngToLayerPoint(marker.getLatLng());
      const isFree = taken.every((point) => Math.abs(point.x - x) > FIGURE_PX[0] || Math.abs(point.y - y) > FIGURE_PX[1]);
      (figure.closest(".atlas-reach-price") ?? figure).classList.toggle("atlas-reach-hidden", !isFree);
      if (isFree) taken.push({ x, y });
    });
  }

  line(latlngs, options) {
    const line = L.polyline(latlngs, { renderer: this.renderer, interactive: false, opacity: 1, lineCap: "round", ...options });
    this.group.addLayer(line);
    return line;
  }

  drawStations() {
    const { stations, station, path } = this.found;
    // Main ends of lines come last in their corridors: figures there are the ones to keep.
    for (const [id, told] of Object.entries(stations).reverse()) {
      const entry = this.stations.features.get(id);
      if (!entry) continue;
      const isOrigin = id === station;
      const state = isOrigin ? "origin" : told.band ?? (told.certainty === "known" ? "unknown" : told.certainty);
      const classes = ["atlas-reach-station", `atlas-band-${state}`];
      const isOnPath = path?.includes(id);
      if (told.isFar && !isOrigin && !isOnPath) classes.push("atlas-reach-faint");
      if (told.isDoubtful) classes.push("atlas-reach-doubtful");
      if (isOnPath) classes.push("atlas-reach-on-path");
      const sign = element("span", { text: isOrigin ? "★" : told.band ?? SIGNS[told.certainty] ?? "?" });
      const gain = told.gain ? [element("b", { text: told.gain })] : [];
      const size = isOrigin ? 28 : told.band ? 20 : 14;
      const icon = L.divIcon({ className: classes.join(" "), html: element("div", {}, [sign, ...gain]), iconSize: [size, size] });
      const rank = isOrigin ? 1000 : told.band ? 500 - told.band * 50 : -500;
      const marker = L.marker(entry.paths[0].getLatLng(), { icon, pane: "atlas-reach-stations", keyboard: false, zIndexOffset: rank });
      marker.on("click", () => this.open(id, entry, told));
      marker.bindTooltip(() => element("span", { text: `${entry.properties.name}: ${told.text}` }), { className: "atlas-tooltip", direction: "top" });
      this.group.addLayer(marker);
      marker.getElement().dataset.station = id;
    }
  }

  /** What a click on a station says, and where it leads on to. */
  open(id, { properties, paths }, told) {
    const { texts } = this.context;
    const buttons = [[texts.reachFrom, { station: id }]];
    if (isInDashboard && told.certainty === "known" && id !== this.found.station) buttons.push([texts.reachWay, { to: `${this.found.layers.stations}.${id}` }]);
    const content = element("article", { class: "atlas-popup" }, [
      element("p", { class: "atlas-kind", text: this.found.title }),
      element("h2", { text: properties.name }),
      element("p", { text: told.text }),
    ]);
    for (const [text, question] of this.question || isInDashboard ? buttons : []) {
      const button = element("button", { type: "button", class: "atlas-more", text });
      button.addEventListener("click", () => {
        this.map.closePopup();
        this.follow(question);
      });
      content.append(button);
    }
    const popup = L.popup({ className: "atlas-popup-frame", maxWidth: 280 }).setLatLng(paths[0].getLatLng()).setContent(content).openOn(this.map);
    nameDialog(popup, properties.name, texts);
    return popup;
  }

  /** From the list the focus goes along, and comes back. */
  openFromList(id, button) {
    const popup = this.open(id, this.stations.features.get(id), this.found.stations[id]);
    popup.getElement().focus({ preventScroll: true });
    popup.on("remove", () => { if (button.isConnected) button.focus(); });
  }

  /** The page beside the map answers; alone, the map asks by itself, and its address says so. */
  follow(question) {
    if (isInDashboard) {
      send("reach", question);
      return;
    }
    this.question.set("reach", question.station);
    this.question.delete("to");
    if (!isFramed) {
      const address = new URLSearchParams(window.location.search);
      address.set("reach", question.station);
      address.delete("to");
      window.history.replaceState(null, "", `?${address}`);
    }
    this.ask(this.question.toString());
  }

  /** What was asked for is seen: a way as a whole, else at least where it begins. */
  moveThere() {
    const { path, station, pairs } = this.found;
    const options = { ...this.context.room(), maxZoom: 12, ...(this.motion.matches ? { animate: false } : { duration: 0.6 }) };
    const shown = path?.length ? this.tracks.along(path) : pairs?.flatMap(({ ends }) => ends.map(({ lat, lng }) => [lat, lng]));
    if (shown?.length) {
      const bounds = L.latLngBounds(shown);
      if (!this.map.getBounds().contains(bounds)) this.map.flyToBounds(bounds.pad(0.1), options);
      return;
    }
    const place = this.stations.features.get(station)?.paths[0].getLatLng();
    if (place && !this.map.getBounds().contains(place)) this.map.panTo(place);
  }
}
