/** The atlas in a map document: layers, selection, address and messages come together here. */

import { formatView, parseView, readAddress } from "./address.js";
import { createBasemap } from "./basemap.js";
import { Basemaps } from "./basemaps.js";
import { addControls } from "./controls.js";
import { element, escapeHtml } from "./dom.js";
import { showEvidence } from "./evidence.js";
import { Labels } from "./labels.js";
import { DataLayer } from "./layer.js";
import { isFramed, isInDashboard, receive, send } from "./messages.js";
import { LayerPanel } from "./panel.js";
import { GroupedSvg } from "./renderer.js";
import { Selection } from "./selection.js";
import { loadTranslations } from "./translations.js";

const NOTICE_MS = 8000;

/** The base map's detail begins at 10: even on a large screen, the first view does without. */
const HOME_MAXZOOM = 9.5;

export class Atlas {
  /** @param {L.Map} map @param {{language: string, home: number[][], texts: object, translations: string | null}} options */
  constructor(map, options) {
    this.map = map;
    this.options = options;
    this.texts = options.texts;
    this.layers = [];
    this.address = readAddress(window.location.search);
    this.scheme = window.matchMedia("(prefers-color-scheme: dark)");
    this.renderer = new GroupedSvg({ padding: 0.2 });
    map.createPane("atlas-online").style.zIndex = 250;
    map.attributionControl.setPrefix(false);
    this.notices = element("div", { class: "atlas-notices", role: "status", "aria-live": "polite" });
    map.getContainer().append(this.notices);
    this.translations = loadTranslations(options.translations, () => this.notify(this.texts.translationFailed));
    this.basemaps = new Basemaps(map, {
      onFailure: ({ title }) => {
        this.panel.setBasemap(this.basemaps.embedded);
        this.notify(this.texts.basemapFailed.replace("{title}", title));
      },
    });
    this.selection = new Selection(map, {
      texts: this.texts,
      language: options.language,
      room: () => this.roomForPanel(),
      onMore: () => { send("more", {}); return isInDashboard; },
      onChange: (isQuiet) => {
        if (!isQuiet) send("select", { feature: this.selection.reference });
        this.writeOwnAddress();
      },
    });
    map.on("movestart", () => { this.isAtHome = this.isFitting; });
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

  isDark = () => (document.documentElement.dataset.theme ?? (this.scheme.matches ? "dark" : "light")) === "dark";

  addEmbeddedBasemap(options) {
    this.basemapOptions = options;
    this.basemaps.addEmbedded(options.title, escapeHtml(options.attribution));
  }

  addOnlineBasemap(options) {
    this.basemaps.addOnline(options);
  }

  addLayer(options) {
    const { renderer, isDark, translations } = this;
    const onSelect = (...hit) => this.selection.choose(...hit);
    this.layers.push(new DataLayer(this.map, options, { renderer, isDark, translations, onSelect }));
  }

  /** Begin: everything that was added is known now. Layers go first, then what is around and under them. */
  async start() {
    this.readLayersFromAddress();
    const visible = this.layers.filter((layer) => layer.options.visible);
    await Promise.allSettled(visible.map((layer) => layer.load()));
    for (const layer of visible) if (layer.state === "ready") this.showLayer(layer);
    send("shown", {});
    await twoFrames();
    performance.mark("atlas-drawn");
    this.addControls();
    this.addBasemap();
    this.listenToPage();
    send("ready", this.state());
    this.labels.request();
    await this.openFromAddress();
    // For whoever waits until the map can be used.
    document.documentElement.dataset.atlas = "drawn";
    // Switched on later, a layer is there at once and asks nobody.
    for (const layer of this.layers) if (!visible.includes(layer)) layer.load().catch(() => {});
  }

  addControls() {
    const { map } = this;
    addControls(map, { texts: this.texts, goHome: () => this.goHome() });
    this.labels = new Labels(map, {
      shownLayers: () => this.layers.filter((layer) => layer.isShown),
      places: () => (this.basemaps.isEmbeddedShown && this.basemap ? this.basemap.places() : []),
    });
    this.panel = new LayerPanel({
      layers: this.layers,
      basemaps: this.basemaps.all,
      texts: this.texts,
      language: this.options.language,
      isDark: this.isDark,
      onToggle: (layer, isOn) => this.setLayer(layer, isOn),
      onRetry: (layer) => this.setLayer(layer, true),
      onEvidence: (layer) => showEvidence(map.getContainer(), layer.options.evidence, this.options),
      onBasemap: (basemap) => { this.basemaps.choose(basemap); this.labels.request(); },
    }).addTo(map);
    this.scheme.addEventListener("change", () => this.applyTheme());
    map.on("moveend", () => this.tellView());
    map.on("zoomend", () => this.layers.forEach((layer) => layer.isShown && layer.updateSymbols()));
  }

  addBasemap() {
    const { overview, index } = this.basemapOptions ?? {};
    if (!overview) return;
    this.basemap = createBasemap({ overview, index, onError: () => this.notify(this.texts.basemapIncomplete) });
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
    const isBeside = this.panel?.isOpen ?? LayerPanel.opensIn(this.map);
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
    if (!isInDashboard) this.addressProblems.forEach((text) => this.notify(text));
  }

  async setLayer(layer, isOn, { isQuiet = false } = {}) {
    layer.options.visible = isOn;
    this.panel.setChecked(layer, isOn);
    if (isOn && !layer.isShown) {
      // Loaded layers answer within this task; only the others wait for the network.
      if (layer.state !== "ready") await layer.load().catch(() => {});
      if (layer.state !== "ready" || !layer.options.visible) return;
      this.showLayer(layer);
      // Leaflet draws what comes last on top; the catalog's order is the one to keep.
      for (const other of this.layers) if (other.isShown) other.bringToFront();
    } else if (!isOn && layer.isShown) {
      layer.hide();
      this.map.attributionControl.removeAttribution(escapeHtml(layer.options.attribution));
      if (this.selection.layer === layer) this.selection.clear();
    }
    this.labels.request();
    if (!isQuiet) {
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
    if (!layer.isShown) await this.setLayer(layer, true);
    const entry = layer.features.get(featureId);
    if (!entry) return false;
    if (fly) this.selection.flyTo(layer, entry);
    else this.selection.point(layer, entry);
    return true;
  }

  listenToPage() {
    receive({
      theme: ({ theme }) => { document.documentElement.dataset.theme = theme === "dark" ? "dark" : "light"; this.applyTheme(); },
      select: ({ feature }) => {
        if (feature === null) this.selection.clear({ isQuiet: true });
        else if (typeof feature === "string" && feature !== this.selection.reference) this.show(feature);
      },
      layers: ({ layers }) => {
        if (Array.isArray(layers)) for (const layer of this.layers) this.setLayer(layer, layers.includes(layer.id), { isQuiet: true });
      },
      view: ({ view }) => {
        const parsed = parseView(String(view));
        if (parsed) this.map.setView([parsed.lat, parsed.lng], parsed.zoom);
      },
    });
  }

  applyTheme() {
    this.basemap?.refreshPalette();
    for (const layer of this.layers) layer.restyle(this.selection.entry);
    this.panel.drawLegends();
    this.labels.request();
  }

  state() {
    return {
      layers: this.layers.filter(({ options }) => options.visible).map(({ id }) => id),
      feature: this.selection.reference,
      view: formatView(this.map),
    };
  }

  tellView() {
    send("view", { view: formatView(this.map) });
    this.writeOwnAddress();
  }

  /** Alone in a tab, the map keeps its own address; in a frame the page around it does. */
  writeOwnAddress() {
    if (isFramed || window.location.protocol === "file:") return;
    const { layers, feature, view } = this.state();
    const query = new URLSearchParams(window.location.search);
    query.set("layers", layers.join(","));
    query.set("view", view);
    if (feature) query.set("feature", feature);
    else query.delete("feature");
    // Commas and slashes are allowed in a query, and people read addresses.
    window.history.replaceState(null, "", `?${query.toString().replaceAll("%2C", ",").replaceAll("%2F", "/")}`);
  }

  notify(text) {
    const notice = element("p", { text });
    this.notices.append(notice);
    setTimeout(() => notice.remove(), NOTICE_MS);
  }
}

function hasSize({ clientWidth, clientHeight }) {
  return clientWidth > 0 && clientHeight > 0;
}

/** The second frame begins when the first is on the screen. */
function twoFrames() {
  return new Promise((resolve) => { requestAnimationFrame(() => requestAnimationFrame(resolve)); });
}
