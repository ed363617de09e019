/** The atlas in a map document: layers, selection, address and messages come together here. */

import { formatBounds, formatView, readAddress } from "./address.js";
import { Announcer } from "./announcer.js";
import { createBasemap } from "./basemap/basemap.js";
import { Basemaps } from "./basemap/choice.js";
import { watchBuilds } from "./layers/builds.js";
import { addControls } from "./controls/controls.js";
import { Databases } from "./layers/databases.js";
import { escapeHtml } from "../dom.js";
import { showEvidence } from "./controls/evidence.js";
import { GlStage } from "./layers/gl_stage.js";
import { FeatureKeys } from "./features/keyboard.js";
import { Labels } from "./features/labels.js";
import { LargeLayer } from "./layers/large_layer.js";
import { DataLayer } from "./layers/data_layer.js";
import { Measuring } from "./controls/measure.js";
import { isFramed, isInDashboard, send } from "./messages.js";
import { passOnDrops } from "./layers/uploaded_layers.js";
import { Overview } from "./controls/overview.js";
import { LayerPanel } from "./controls/layer_panel.js";
import { Pin } from "./features/pin.js";
import { tellChanges } from "./link_changes.js";
import { kindOf } from "./features/popup.js";
import { PositionReadout, describePosition } from "./controls/position.js";
import { PrintSheet } from "./printing.js";
import { Reach } from "./reach/reach.js";
import { GroupedSvg } from "./layers/renderer.js";
import { Selection } from "./features/selection.js";
import { listenToPage } from "./steering.js";
import { loadTranslations } from "./translations.js";

/** The base map's detail begins at 10: even on a large screen, the first view does without. */
const HOME_MAXZOOM = 9.5;

export class Atlas {
  /**
   * @param {L.Map} map
   * @param {{language: string, home: number[][], texts: object, translations: string | null, maplibre?: object, initial?: object}} options
   *   `maplibre` has `script` and `integrity` of what draws large layers, where there are any;
   *   `initial` has `layers`, `feature` and `view` for where the address says nothing, as in a file on a disk.
   */
  constructor(map, options) {
    this.map = map;
    this.options = options;
    this.texts = options.texts;
    this.layers = [];
    this.address = readAddress(window.location.search, options.initial);
    this.motion = window.matchMedia("(prefers-reduced-motion: reduce)");
    this.scheme = window.matchMedia("(prefers-color-scheme: dark)");
    this.renderer = new GroupedSvg({ padding: 0.2 });
    map.createPane("atlas-online").style.zIndex = 250;
    this.stage = new GlStage(map, options.maplibre);
    // Not bound to paths, which would listen for focus on each, and so make each a tab stop.
    this.tooltip = L.tooltip({ className: "atlas-tooltip", direction: "top" });
    // A name that a popup tells need not be told below it again.
    map.on("popupopen", ({ popup }) => { this.tooltip.told = popup.getElement().querySelector("h2")?.textContent; this.tooltip.close(); });
    map.on("popupclose", () => { this.tooltip.told = undefined; });
    map.attributionControl.setPrefix(false);
    this.announcer = new Announcer(map.getContainer());
    this.translations = loadTranslations(options.translations, () => this.announcer.notify(this.texts.translationFailed));
    this.basemaps = new Basemaps(map, {
      onFailure: ({ title }) => {
        this.panel.setBasemap(this.basemaps.embedded);
        this.announcer.notify(this.texts.basemapFailed.replace("{title}", title));
      },
    });
    this.selection = new Selection(map, {
      texts: this.texts,
      language: options.language,
      room: () => this.roomForPanel(),
      onClick: (event) => this.stage.click(event),
      onMore: () => { send("more", {}); return isInDashboard; },
      onChange: (isQuiet) => {
        if (!isQuiet) send("select", { feature: this.selection.reference });
        this.saySelection();
        this.writeOwnAddress();
      },
      onReturn: (layer, entry) => { if (!this.keys?.focus(layer, entry)) map.getContainer().focus(); },
    });
    map.on("movestart", () => { this.isAtHome = this.isFitting; });
    map.on("resize", () => this.panel?.makeRoom());
    map.on("resize", () => { if (this.isAtHome && hasSize(map.getContainer())) this.goHome(); });
    this.setInitialView();
  }

  /** A frame may run before it is laid out, or be hidden for long; a map without a size has no view. */
  static async whenSized(container) {
    if (hasSize(container)) return;
    await new Promise((resolve) => {
      const observer = new ResizeObserver(() => {
        if (!hasSize(container)) return;
        observer.disconnect();
        resolve();
      });
      observer.observe(container);
    });
  }

  isDark = () => !this.isPrinting && (document.documentElement.dataset.theme ?? (this.scheme.matches ? "dark" : "light")) === "dark";

  addEmbeddedBasemap(options) {
    this.basemapOptions = options;
    this.basemaps.addEmbedded(options.title, escapeHtml(options.attribution));
  }

  addOnlineBasemap(options) {
    this.basemaps.addOnline(options);
  }

  addLayer(options) {
    const { renderer, isDark, translations, stage, tooltip, texts, options: { language } } = this;
    const onSelect = (...hit) => this.selection.choose(...hit);
    const Kind = options.url ? DataLayer : LargeLayer;
    const layer = new Kind(this.map, options, { renderer, isDark, translations, onSelect, stage, tooltip, texts, language });
    layer.on("state", () => this.sayMissing(layer));
    this.layers.push(layer);
    return layer;
  }

  /** Take a layer off the map, for good. */
  removeLayer(layer) {
    this.setLayer(layer, false, { isQuiet: true });
    // Others hold the same list.
    this.layers.splice(this.layers.indexOf(layer), 1);
    this.panel.remove(layer);
  }

  /** Put a layer in the place of one of which less was known. */
  async replaceLayer(layer, options) {
    const { visible } = layer.options;
    const place = this.layers.indexOf(layer);
    this.setLayer(layer, false, { isQuiet: true });
    const other = this.addLayer({ ...options, visible });
    this.layers.splice(place, 1, this.layers.pop());
    this.panel.replace(layer, other);
    if (visible) await this.setLayer(other, true, { isQuiet: true });
    layer.endBuild?.resolve();
    return other;
  }

  /** The list of layers says it too, with the way to try again; it may be closed. */
  sayMissing(layer) {
    const text = { failed: this.texts.layerFailed, incomplete: this.texts.layerIncomplete, away: this.texts.layerAway }[layer.state];
    if (text && text !== layer.missing && layer.options.visible) this.announcer.notify(text.replace("{layer}", layer.options.title));
    if (layer.state !== "loading") layer.missing = text;
  }

  /** Begin: everything that was added is known now. Layers go first, then what is around and under them. */
  async start() {
    this.readLayersFromAddress();
    const ordinary = this.layers.filter((layer) => !layer.isLarge);
    const visible = ordinary.filter((layer) => layer.options.visible);
    await Promise.allSettled(visible.map((layer) => layer.load()));
    for (const layer of visible) if (layer.state === "ready") this.showLayer(layer);
    for (const layer of this.layers) if (layer.isLarge && layer.options.visible) layer.showFirstPicture();
    await twoFrames();
    performance.mark("atlas-drawn");
    send("shown", {});
    this.addControls();
    this.addBasemap();
    listenToPage(this);
    if (isInDashboard) passOnDrops();
    send("ready", this.state());
    this.labels.request();
    this.showLarge();
    await this.openFromAddress();
    // The dashboard asks for its own; alone, the map does what its address says.
    const { initial } = this.options;
    if (initial.reach) await this.reach.show(initial.reach);
    else if (this.address.reach && !isInDashboard) await this.reach.ask(this.address.reach);
    // For whoever waits until the map can be used.
    document.documentElement.dataset.atlas = "drawn";
    // Switched on later, a layer is there at once and asks nobody.
    for (const layer of ordinary) if (!visible.includes(layer)) layer.load().catch(() => {});
    if (this.address.isPrint) await this.print();
  }

  /** Layers of any size come after all others, and those that are still made when they are. */
  showLarge() {
    const large = this.layers.filter((layer) => layer.isLarge);
    const visible = large.filter((layer) => layer.options.visible);
    const drawn = visible.map((layer) => new Promise((resolve) => { layer.once("drawn", resolve); }));
    if (visible.length > 0) Promise.all(drawn).then(() => performance.mark("atlas-large-drawn"));
    for (const layer of visible) this.setLayer(layer, true, { isQuiet: true });
    watchBuilds(large.filter(({ state, options }) => state === "building" && !options.live));
    this.databases = new Databases(this);
  }

  addControls() {
    const { map, layers, texts, options: { language, home } } = this;
    const goHome = () => this.goHome();
    const describe = (latlng) => describePosition(latlng, layers, texts);
    addControls(map, { texts, goHome, measure: () => this.measuring.toggle() });
    new PositionReadout(describe).addTo(map);
    new Overview({ layers, home, goHome, label: texts.whereAmI }).addTo(map);
    this.measuring = new Measuring(map, { texts, language, say: (text) => this.announcer.say(text), onChange: (isOn) => this.showMeasuring(isOn) });
    this.pin = new Pin(map, { texts, describe });
    this.keys = new FeatureKeys(map, { layers, texts, onOpen: (...hit) => this.openByKey(...hit) });
    this.labels = new Labels(map, {
      shownLayers: () => this.layers.filter((layer) => layer.isShown),
      places: () => (this.basemaps.isEmbeddedShown && this.basemap ? this.basemap.places() : []),
    });
    this.panel = new LayerPanel({
      layers,
      basemaps: this.basemaps.all,
      texts,
      language,
      isDark: this.isDark,
      onToggle: (layer, isOn) => this.setLayer(layer, isOn),
      onRetry: (layer) => (layer.isShown ? layer.retry() : this.setLayer(layer, true)),
      onEvidence: (layer) => showEvidence(map.getContainer(), layer.options.evidence, this.options),
      onBasemap: (basemap) => { this.basemaps.choose(basemap); this.labels.request(); },
    }).addTo(map);
    new PrintSheet(map, { language, texts, panel: this.panel, setPrinting: (...how) => this.setPrinting(...how) });
    this.reach = new Reach(map, { layers, texts, language, room: () => this.roomForPanel(), say: (text) => this.announcer.say(text), warn: (text) => this.announcer.notify(text) });
    this.scheme.addEventListener("change", () => this.applyTheme());
    map.on("moveend", () => this.tellView());
    map.on("zoomend", () => this.layers.forEach((layer) => layer.isShown && layer.updateSymbols()));
  }

  addBasemap() {
    const { overview, index } = this.basemapOptions ?? {};
    if (!overview) return;
    this.basemap = createBasemap({ overview, index, onError: () => this.announcer.notify(this.texts.basemapIncomplete) });
    this.basemap.on("placesload", () => this.labels.request());
    this.basemap.addTo(this.map);
  }

  setInitialView() {
    const { view, wrong } = this.address;
    if (view) this.map.setView([view.lat, view.lng], view.zoom, { animate: false });
    else this.goHome();
    this.addressProblems = wrong.map((text) => this.texts.wrongView.replace("{view}", text));
  }

  /** The whole region; it stays whole when the map's size changes, until somebody moves the map. */
  goHome() {
    this.isFitting = true;
    this.map.fitBounds(this.options.home, { animate: false, maxZoom: HOME_MAXZOOM, ...this.roomForPanel() });
    this.isFitting = false;
    this.isAtHome = true;
  }

  /** What is shown as a whole stays clear of the open layer panel, where the map is wide enough for both. */
  roomForPanel() {
    const isBeside = !this.isPrinting && (this.panel?.isOpen ?? LayerPanel.opensIn(this.map));
    return { paddingTopLeft: [8, 8], paddingBottomRight: [isBeside ? LayerPanel.WIDTH_PX : 8, 8] };
  }

  readLayersFromAddress() {
    const { layers } = this.address;
    if (layers === null) return;
    for (const layer of this.layers) layer.options.visible = layers.includes(layer.id);
    const known = new Set(this.layers.map(({ id }) => id));
    for (const id of layers.filter((name) => !known.has(name))) {
      this.addressProblems.push(this.texts.unknownLayer.replace("{layer}", id));
    }
  }

  /** Open the feature of the address; its layer is switched on if need be. */
  async openFromAddress() {
    const { feature, view } = this.address;
    if (feature && !(await this.show(feature, { fly: view === null }))) {
      this.addressProblems.push(this.texts.unknownFeature.replace("{feature}", feature));
    }
    // The dashboard reads the same address and says it beside the map.
    if (isInDashboard) return;
    this.addressProblems.forEach((text) => this.announcer.notify(text));
    tellChanges(this.announcer, window.location.search, this.options);
  }

  async setLayer(layer, isOn, { isQuiet = false } = {}) {
    layer.options.visible = isOn;
    this.panel.setChecked(layer, isOn);
    if (!isOn) layer.endFirstPicture?.();
    if (isOn && !layer.isShown) {
      // Loaded layers answer within this task; only the others wait for the network.
      if (layer.state !== "ready") await layer.load().catch(() => {});
      // Meanwhile somebody else may have switched it.
      if (layer.state !== "ready" || !layer.options.visible || layer.isShown) return;
      this.showLayer(layer);
      // Leaflet draws what comes last on top; the catalog's order is the one to keep.
      for (const other of this.layers) if (other.isShown) other.bringToFront();
    } else if (!isOn && layer.isShown) {
      layer.hide();
      this.map.attributionControl.removeAttribution(escapeHtml(layer.options.attribution));
      if (this.selection.layer === layer) this.selection.clear();
    }
    this.labels.request();
    this.keys.request();
    if (!isQuiet) {
      this.sayLayer(layer, isOn);
      send("layers", this.state());
      this.writeOwnAddress();
    }
  }

  showLayer(layer) {
    layer.show();
    this.map.attributionControl.addAttribution(escapeHtml(layer.options.attribution));
  }

  /** Show a feature by its address; false where there is none. */
  async show(reference, { fly = true } = {}) {
    const [layerId, featureId] = reference.split(".", 2);
    const layer = this.layers.find(({ id }) => id === layerId);
    if (!layer) return false;
    if (layer.state === "building" || (layer.state === "away" && !layer.tiles)) {
      layer.built.then(() => this.show(reference, { fly }), () => {});
      return true;
    }
    if (!layer.isShown) await this.setLayer(layer, true);
    if (layer.state !== "ready") return false;
    let entry;
    try {
      entry = await layer.find(featureId);
    } catch {
      this.announcer.notify(this.texts.featureFailed.replace("{feature}", reference));
      return true;
    }
    if (!entry) return false;
    if (fly) this.selection.flyTo(layer, entry);
    else this.selection.point(layer, entry);
    return true;
  }

  /** Make features stand out, those of hidden layers once they are shown. */
  highlight(references) {
    for (const layer of this.layers) {
      const own = references.filter((reference) => reference.startsWith(`${layer.id}.`));
      layer.highlight(own.map((reference) => reference.slice(layer.id.length + 1)));
    }
  }

  moveTo({ lat, lng, zoom }, { fly }) {
    if (fly && !this.motion.matches) this.map.flyTo([lat, lng], zoom, { duration: 0.8 });
    else this.map.setView([lat, lng], zoom, this.motion.matches ? { animate: false } : {});
  }

  /** Fly to where a part of the map is seen as a whole. */
  showBbox([west, south, east, north]) {
    const options = this.motion.matches ? { animate: false } : { duration: 0.8 };
    this.map.flyToBounds([[south, west], [north, east]], { ...this.roomForPanel(), maxZoom: HOME_MAXZOOM + 2, ...options });
  }

  openByKey(...hit) {
    this.selection.choose(...hit);
    this.selection.element.focus();
  }

  /** Measuring has the clicks to itself. */
  showMeasuring(isOn) {
    const button = this.map.getContainer().querySelector("[data-button=measure]");
    button.setAttribute("aria-pressed", String(isOn));
    if (isOn) this.selection.clear();
    else button.focus({ preventScroll: true });
  }

  saySelection() {
    const { layer, entry } = this.selection;
    if (layer) this.announcer.say(`${entry.properties.name ?? this.texts.unnamed}, ${kindOf(layer.options, entry.properties)}`);
  }

  sayLayer({ options: { title, count } }, isOn) {
    const text = !isOn ? this.texts.layerOff : count === 1 ? this.texts.layerOnOne : this.texts.layerOn;
    this.announcer.say(text.replace("{layer}", title).replace("{count}", count?.toLocaleString(this.options.language) ?? "…"));
  }

  /** Draw the map for paper, at once, or on the screen as it was before. */
  setPrinting(isPrinting, { center, zoom, bounds }) {
    const { map } = this;
    this.isPrinting = isPrinting;
    map.invalidateSize({ animate: false, pan: false });
    if (!this.isAtHome && isPrinting) map.fitBounds(bounds, { animate: false });
    else if (!this.isAtHome) map.setView(center, zoom, { animate: false });
    this.applyTheme();
    this.labels.place();
    this.basemap?.drawNow();
  }

  /** Once everything is there. */
  async print() {
    await this.basemap?.settle();
    await twoFrames();
    // Whoever reloads the page has it on paper already.
    this.writeOwnAddress();
    window.print();
  }

  applyTheme() {
    this.basemap?.refreshPalette();
    for (const layer of this.layers) layer.restyle();
    this.panel.drawLegends();
    this.labels.request();
  }

  state() {
    return {
      layers: this.layers.filter(({ options }) => options.visible && !options.isOwn).map(({ id }) => id),
      feature: this.selection.reference,
      view: formatView(this.map),
      bounds: formatBounds(this.map),
    };
  }

  tellView() {
    if (this.isPrinting) return;
    const { view, bounds } = this.state();
    send("view", { view, bounds });
    this.writeOwnAddress();
  }

  /** Alone in a tab, the map keeps its own address; in a frame the page around it does. */
  writeOwnAddress() {
    if (isFramed || window.location.protocol === "file:") return;
    const { layers, feature, view } = this.state();
    const query = new URLSearchParams(window.location.search);
    query.set("layers", layers.join(","));
    query.set("view", view);
    query.delete("print");
    if (feature) query.set("feature", feature);
    else query.delete("feature");
    // Commas and slashes are allowed in a query, and people read addresses.
    window.history.replaceState(null, "", `?${query.toString().replaceAll("%2C", ",").replaceAll("%2F", "/")}`);
  }
}

function hasSize({ clientWidth, clientHeight }) {
  return clientWidth > 0 && clientHeight > 0;
}

/** The second frame begins when the first is on the screen. */
function twoFrames() {
  return new Promise((resolve) => { requestAnimationFrame(() => requestAnimationFrame(resolve)); });
}
