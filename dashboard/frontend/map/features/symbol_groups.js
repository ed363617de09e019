/**
 * Symbols that would cover each other: the most important one is drawn, with the number of the others.
 *
 * They are grouped once per zoom and change of what is shown, never while the map moves. Whatever is chosen, highlighted
 * or reached by keyboard comes to the front of its group.
 */

import { button, element } from "../../dom.js";
import { swatch, symbolReach } from "../style/symbols.js";
import { hasIconsAt } from "../style/zoomed.js";
import { CellGrid } from "../labels/cell_grid.js";
import { kindOf } from "./popup.js";
import { nameDialog } from "./popup_dialog.js";

/** Between the middle of a symbol and that of its number, to the left and up. */
const BADGE_OFFSET = { share: 0.6, px: 6 };
const BADGE_PX = 8;

export class SymbolGroups {
  /** @param {Atlas} atlas */
  constructor(atlas) {
    this.atlas = atlas;
    this.map = atlas.map;
    /** The feature that the keyboard has reached. @type {Entry | undefined} */
    this.reached = undefined;
    this.badges = L.layerGroup().addTo(this.map);
    /** The zoom and the groups that are drawn. */
    this.known = "";
    this.map.on("zoomend", () => this.update());
  }

  /** Draw a feature above the others of its group, and no other any longer. @param {Entry} [entry] */
  bring(entry) {
    if (entry === this.reached) return;
    this.reached = entry;
    this.follow();
  }

  /** What is chosen or highlighted has changed: place names anew only where another symbol came to the front. */
  follow() {
    const before = this.known;
    this.update();
    if (this.known !== before) this.atlas.labels.request();
  }

  update() {
    const symbols = this.symbols().sort((a, b) => b.priority - a.priority);
    const fronts = groupsOf(symbols);
    const covered = new Set(fronts.flatMap(({ others }) => others));
    for (const symbol of symbols) {
      const { entry } = symbol;
      entry.isCovered = covered.has(symbol);
      for (const { path } of entry.decorations) if (path instanceof L.CircleMarker) symbol.markers.push(path);
      for (const marker of symbol.markers) {
        for (const node of [marker.getElement(), marker.iconNode]) node?.classList.toggle("atlas-covered", entry.isCovered);
      }
    }
    const groups = fronts.filter(({ others }) => others.length > 0);
    const known = [this.map.getZoom(), ...groups.map(describe)].join("\n");
    if (known === this.known) return;
    this.known = known;
    this.badges.clearLayers();
    for (const front of groups) if (isNumbered(front)) this.badges.addLayer(groupBadge(this.atlas, front, badgeAt(front)));
  }

  /** The symbols of all layers that are drawn at this zoom. @returns {GroupedSymbol[]} */
  symbols() {
    const zoom = this.map.getZoom();
    const { layers, selection } = this.atlas;
    return layers.shown.filter(({ isLarge }) => !isLarge).flatMap((layer) => [...layer.features.values()].flatMap((entry) => {
      const look = layer.lookOf(entry);
      const markers = entry.paths.filter((path) => path instanceof L.CircleMarker);
      if (look.isSymbol && zoom <= look.symbolMaxzoom) markers.push(...entry.symbols);
      if (!look.isGrouped || layer.options.style.areas?.[entry.id] || markers.length === 0) return [];
      const { x, y } = this.map.project(markers[0].getLatLng(), zoom);
      const raised = entry === selection.entry ? 2000 : entry === this.reached || layer.isEmphasized(entry) ? 1000 : 0;
      return [{
        entry, markers, x, y, radius: look.radius, reach: symbolReach(look.shape, look.radius) + look.weight / 2,
        priority: look.labelPriority + raised, isMark: !hasIconsAt(layer.options.style, zoom), others: [],
      }];
    }));
  }
}

/** @param {GroupedSymbol} front */
const describe = ({ entry, others }) => [entry, ...others.map((other) => other.entry)].map(({ reference }) => reference).join(" ");

/** Each symbol that nothing more important covers, with those that it stands for. @param {GroupedSymbol[]} symbols */
function groupsOf(symbols) {
  let fronts = symbols;
  for (;;) {
    /** @type {CellGrid<GroupedSymbol>} */
    const grid = new CellGrid();
    const left = fronts.filter((symbol) => {
      const boxes = boxesOf(symbol);
      /** @type {GroupedSymbol | undefined} */
      let front;
      for (const box of boxes) front ??= grid.find(box);
      if (front) front.others.push(symbol, ...symbol.others.splice(0));
      else for (const box of boxes) grid.add(box, symbol);
      return !front;
    });
    // A number that came with a group may cover another symbol.
    if (left.length === fronts.length) return left;
    fronts = left;
  }
}

/** A symbol that covers nothing but small marks, as a town covers its station, goes without a number.
 * @param {GroupedSymbol} symbol */
function isNumbered({ others }) {
  return others.some(({ isMark }) => !isMark);
}

/** @param {GroupedSymbol} symbol @returns {LabelBox[]} */
function boxesOf(symbol) {
  const { x, y, reach } = symbol;
  return [[x - reach, y - reach, x + reach, y + reach], ...(isNumbered(symbol) ? [badgeBox(symbol)] : [])];
}

/** The middle of the number, seen from that of the symbol. @param {GroupedSymbol} symbol */
function badgeAt({ radius }) {
  return L.point(-1, -1).multiplyBy(radius * BADGE_OFFSET.share + BADGE_OFFSET.px);
}

/** @param {GroupedSymbol} symbol @returns {LabelBox} */
function badgeBox(symbol) {
  const { x, y } = badgeAt(symbol).add([symbol.x, symbol.y]);
  return [x - BADGE_PX, y - BADGE_PX, x + BADGE_PX, y + BADGE_PX];
}

/** Large enough for a finger; what is seen is smaller. */
const BADGE_BUTTON_PX = 24;

/** @param {Atlas} atlas @param {GroupedSymbol} front @param {L.Point} offset from the middle of its symbol */
function groupBadge(atlas, { entry, markers: [marker], others }, offset) {
  const { map, texts } = atlas;
  const latlng = marker.getLatLng();
  const entries = [entry, ...others.map((other) => other.entry)];
  const title = texts.moreHere.replace("{name}", entry.properties.name ?? texts.unnamed).replace("{count}", String(others.length));
  // The keys reach each feature of the group on their own, so that the number is no tab stop.
  const badge = button({ class: "atlas-group", title, "aria-label": title, tabindex: -1 }, (event) => {
    L.DomEvent.stop(event);
    openList(atlas, title, entries, latlng);
  });
  badge.append(element("span", { text: `+${others.length}` }));
  const icon = L.divIcon({ className: "atlas-group-place", html: badge, iconSize: [BADGE_BUTTON_PX, BADGE_BUTTON_PX] });
  const place = map.unproject(map.project(latlng).add(offset));
  return L.marker(place, { icon, keyboard: false, interactive: false });
}

/** @param {Atlas} atlas @param {string} title @param {Entry[]} entries @param {L.LatLng} latlng */
function openList({ map, selection, texts, theme: { isDark } }, title, entries, latlng) {
  const rows = entries.map((entry) => {
    const row = button({}, (event) => {
      // The list closes, and Leaflet would take the click for one beside it.
      event.stopPropagation();
      selection.choose(entry, latlng);
      selection.element?.focus();
    });
    row.append(swatch("point", entry.layer.lookOf(entry)), element("span", {}, [
      entry.properties.name ?? texts.unnamed, element("small", { text: kindOf(entry) }),
    ]));
    return element("li", {}, [row]);
  });
  const content = element("article", { class: "atlas-popup" }, [element("h2", { text: title }), element("ul", { class: "atlas-group-list" }, rows)]);
  const popup = L.popup({ className: "atlas-popup-frame", maxWidth: 300, maxHeight: 360 }).setLatLng(latlng).setContent(content).openOn(map);
  nameDialog(popup, title, texts);
  popup.getElement()?.focus();
}
