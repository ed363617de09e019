/** The atlas in a map document: its parts, and the order in which they begin. */

import { find, nextPicture, takeDroppedFiles } from "../dom.js";
import { readAddress } from "./address.js";
import { Announcer } from "./announcer.js";
import { Basemaps } from "./basemap/basemaps.js";
import { addButtons } from "./controls/buttons.js";
import { Credits } from "./controls/credits.js";
import { LayerPanel } from "./controls/layer_panel.js";
import { Measure } from "./controls/measure.js";
import { Overview } from "./controls/overview.js";
import { addPositionReadout } from "./controls/position.js";
import { Annotation } from "./features/annotation.js";
import { CoveredAreas } from "./features/covered_areas.js";
import { FeatureKeys } from "./features/keyboard.js";
import { Labels } from "./labels/labels.js";
import { NameTooltip } from "./features/name_tooltip.js";
import { openFromAddress } from "./features/opening.js";
import { Pin } from "./features/pin.js";
import { Selection } from "./features/selection.js";
import { SymbolGroups } from "./features/symbol_groups.js";
import { MapLibreLoader } from "./gl/maplibre_loader.js";
import { GlStage } from "./layers/gl_stage.js";
import { Layers } from "./layers/layers.js";
import { GroupedSvg } from "./layers/renderer.js";
import { MapState } from "./map_state.js";
import { isInDashboard, send } from "./messages.js";
import { PrintSheet } from "./printing.js";
import { Reach } from "./reach/reach.js";
import { listenToPage } from "./steering.js";
import { Theme } from "./theme.js";
import { loadTranslations } from "./translations.js";
import { View } from "./view.js";

export class Atlas {
  /** @param {L.Map} map @param {AtlasOptions} options */
  constructor(map, options) {
    this.map = map;
    this.options = options;
    this.texts = options.texts;
    this.language = options.language;
    this.address = readAddress(window.location.search, options.initial);
    /** Parts of the address that mean nothing here, in words. @type {string[]} */
    this.problems = [];
    this.announcer = new Announcer(map.getContainer());
    this.theme = new Theme(this);
    this.view = new View(this);
    this.renderer = new GroupedSvg({ padding: 0.2 });
    this.credits = new Credits(this);
    this.basemaps = new Basemaps(this);
    this.maplibre = new MapLibreLoader(options.maplibre);
    this.stage = new GlStage(this);
    this.tooltip = new NameTooltip(map);
    this.translations = loadTranslations(options.translations, () => this.announcer.notify(this.texts.translationFailed));
    this.layers = new Layers(this);
    this.areas = new CoveredAreas(this);
    this.selection = new Selection(this);
    this.pin = new Pin(this);
    this.annotation = new Annotation(this);
    this.keys = new FeatureKeys(this);
    this.labels = new Labels(this);
    this.groups = new SymbolGroups(this);
    this.measure = new Measure(this);
    this.panel = new LayerPanel(this);
    this.overview = new Overview(this);
    this.sheet = new PrintSheet(this);
    this.reach = new Reach(this);
    this.state = new MapState(this);
  }

  /** Begin, once all layers were added: they come first, then what is around and under them. */
  async start() {
    this.layers.followAddress();
    // The first view leaves nothing under a control, so the controls come first.
    this.addControls();
    this.view.begin();
    await this.layers.drawFirst();
    this.groups.update();
    await nextPicture();
    performance.mark("atlas-drawn");
    send("shown", {});
    this.overview.showView();
    this.keys.request();
    this.state.report();
    this.basemaps.drawEmbedded();
    listenToPage(this);
    if (isInDashboard) takeDroppedFiles((files) => send("files", { files }));
    send("ready", this.state.read());
    this.labels.begin();
    this.layers.drawLarge();
    await openFromAddress(this);
    await this.reach.begin();
    // For tests and tools that wait until the map can be used.
    document.documentElement.dataset.atlas = "drawn";
    this.layers.loadRestSoon();
    if (this.address.isPrint) await this.sheet.print();
    if (this.address.isPicture) await this.sheet.save();
  }

  addControls() {
    addButtons(this);
    addPositionReadout(this);
    this.overview.addTo(this.map);
    this.credits.addTo(this.map);
    // On the map arrow keys pan; on its controls the keys are those of the browser and the screen reader.
    find(".leaflet-control-container", HTMLElement, this.map.getContainer()).setAttribute("role", "document");
    this.panel.fill();
  }
}

/** Resolve once an element has a size: its frame may be hidden for long. @param {HTMLElement} container */
export async function whenSized(container) {
  if (container.clientWidth > 0 && container.clientHeight > 0) return;
  await new Promise((resolve) => {
    const observer = new ResizeObserver(() => {
      if (container.clientWidth === 0 || container.clientHeight === 0) return;
      observer.disconnect();
      resolve(undefined);
    });
    observer.observe(container);
  });
}
