/**
 * The Streamlit side of the map: mounts the map document in a sandboxed frame, once, and passes messages.
 *
 * Layers and view stay in the browser. The server hears what is chosen, and the part in view only if it asks.
 */

import { find } from "../dom.js";
import { followCharts, leadToChart } from "../panel/charts.js";
import { takeVisited, writeAddress } from "./location.js";
import { MissingMap, keepFolded, loadMap, placeFrame } from "./map_frame.js";

const SIGN = "twente-atlas";

/** One bridge per mounted element: Streamlit mounts it again at each rerun. @type {WeakMap<HTMLElement, Bridge>} */
const bridges = new WeakMap();

/** @param {Page} page @param {BridgeComponent} component */
export function mountMap(page, { data, parentElement, setStateValue }) {
  const bridge = bridges.get(parentElement) ?? new Bridge(page, parentElement, data, setStateValue);
  bridges.set(parentElement, bridge);
  bridge.update(data, setStateValue);
}

/** Remove the map when its element left the page; between reruns it stays. @param {HTMLElement} parentElement */
export function unmountMap(parentElement) {
  if (!parentElement.isConnected) bridges.get(parentElement)?.close();
}

export class Bridge {
  /** @param {Page} page @param {HTMLElement} parent @param {BridgeData} data @param {SetState} setStateValue */
  constructor(page, parent, data, setStateValue) {
    this.page = page;
    this.parent = parent;
    this.data = data;
    this.setStateValue = setStateValue;
    this.isReady = false;
    this.serial = 0;
    this.asked = 0;
    /** Number of the question for an earlier address that the server has not answered. @type {number | undefined} */
    this.revisiting = undefined;
    // What map and server got last, as text.
    this.sentUploads = "";
    this.reported = "";
    /** The chart that the server named last. */
    this.chart = "";
    /** Messages for a map that is not ready. @type {[string, object][]} */
    this.waiting = [];
    this.ending = new AbortController();
    const { signal } = this.ending;
    window.addEventListener("message", (event) => this.receive(event), { signal });
    this.scheme = window.matchMedia("(prefers-color-scheme: dark)");
    this.scheme.addEventListener("change", () => this.sendTheme(), { signal });
    this.frame = placeFrame(parent, data.frame);
    page.bridge = this;
    // What a map sent before this bridge was there, it repeats.
    this.send("hello", {});
    this.tellCovered();
    this.missing = new MissingMap(() => {
      loadMap(this.frame);
      this.sentUploads = "";
      this.takeUploads(this.data.uploads);
    });
  }

  /** @param {BridgeData} data @param {SetState} setStateValue */
  update(data, setStateValue) {
    this.data = data;
    this.setStateValue = setStateValue;
    this.takeUploads(data.uploads);
    // A choice on the page changes the number, to a lower one after the server restarted; what the map itself
    // reported comes back without a change.
    const isNew = data.serial !== this.serial;
    if (this.revisiting === undefined) writeAddress({ ...data.address, ...(isNew && this.addressOf(data.command)) }, { isAnswer: true });
    else if (data.visited === this.revisiting) this.revisiting = undefined;
    if (isNew) {
      this.serial = data.serial;
      this.follow(data.command);
    }
    this.reportBounds();
    this.followPanel(data.address);
    const workspace = this.parent.closest(".st-key-workspace");
    if (workspace && !this.panelObserver) this.panelObserver = announcePanel(workspace);
  }

  /** Lead to the chart that the server names, and mark what is selected. @param {QueryChanges} address */
  followPanel({ panel, of }) {
    const chart = panel === "charts" ? (of ?? "") : "";
    if (chart !== this.chart) leadToChart(chart);
    else followCharts();
    this.chart = chart;
  }

  /** Pass on the session's uploads; a reloaded page asks for those from before. @param {BridgeData["uploads"]} uploads */
  takeUploads(uploads) {
    const before = this.page.uploads.open(uploads.token);
    if (before) this.setStateValue("session", before);
    const text = JSON.stringify(uploads);
    if (text === this.sentUploads) return;
    this.sentUploads = text;
    this.tell("uploads", uploads);
  }

  /** Tell the map what of it the panel covers. */
  tellCovered() {
    this.tell("covered", this.page.sheet.covered());
  }

  /** Have the page drawn again with changed uploads. */
  reportUploads() {
    this.setStateValue("uploads", Date.now());
  }

  /** @param {number[]} bounds */
  showBounds(bounds) {
    this.tell("view", { bounds, fly: true });
  }

  /** What a command changes in the address; uploads are only of this session. @param {MapCommand} command @returns {QueryChanges} */
  addressOf({ layers, feature }) {
    const isUpload = this.data.uploads.layers.some(({ id }) => feature?.startsWith(`${id}.`));
    return {
      ...(layers && { layers: layers.join(",") }),
      ...(feature !== undefined && { feature: isUpload ? null : feature }),
    };
  }

  /** Do on the map what the page says. @param {MapCommand} command */
  follow({ layers, show, highlight, annotation, bounds, view, feature, reach }) {
    if (layers) this.tell("layers", { layers });
    if (show) this.tell("show", { layer: show });
    if (view) this.tell("view", { view });
    if (feature !== undefined) this.tell("select", { feature, isStill: view !== undefined });
    if (highlight) this.tell("highlight", { features: highlight, annotation });
    if (bounds) this.showBounds(bounds);
    if (reach !== undefined) this.tell("reach", { query: reach });
  }

  /** Show what an earlier address says, to which the browser's history has led. */
  revisit() {
    const query = takeVisited();
    if (query === null) return;
    scrollPanelToTop();
    this.asked += 1;
    this.revisiting = this.asked;
    this.setStateValue("address", { query, asked: this.asked });
  }

  /** Go where the header or a link leads. @param {Target} target */
  go({ feature, story, place, reach, start, to, panel, of }) {
    if (panel) {
      this.openPanel(panel, of);
      return;
    }
    this.scrollToTop();
    this.page.sheet.lower();
    if (reach || to) this.askReach({ station: reach, start, to });
    else if (place) this.tell("locate", place);
    else if (story !== undefined) {
      // Two clicks on the same chapter are two requests.
      this.setStateValue("story", null);
      this.setStateValue("story", story || "");
    } else {
      writeAddress(this.addressOf({ feature }));
      followCharts();
      this.follow({ feature });
      this.setStateValue("feature", feature);
    }
  }

  /** Open a panel; a chart that is drawn is led to at once. @param {string} panel @param {string} [of] */
  openPanel(panel, of = "") {
    if (panel === "charts") leadToChart(of);
    this.asked += 1;
    this.setStateValue("panel", { panel, of, asked: this.asked });
  }

  /** Another selection has another text; the charts stay where they are. */
  scrollToTop() {
    if (this.data.panel !== "charts") scrollPanelToTop();
  }

  /** Ask for the reach of a station, or the way to a place. @param {ReachQuestion} question */
  askReach(question) {
    this.asked += 1;
    this.setStateValue("reach", { ...question, asked: this.asked });
  }

  /** @param {MessageEvent} event */
  receive({ source, data }) {
    if (source !== this.frame.contentWindow || data?.sign !== SIGN) return;
    const { type, feature, layers, view, bounds } = data;
    if (bounds) this.bounds = bounds;
    if (type === "ready" && !this.isReady) this.begin();
    else if (type === "select") {
      this.scrollToTop();
      writeAddress(this.addressOf({ feature }));
      followCharts();
      this.setStateValue("feature", feature);
    } else if (type === "layers") {
      writeAddress({ layers: layers.join(",") });
    } else if (type === "view") {
      writeAddress({ view });
      this.reportBounds();
    } else if (type === "reach") {
      this.askReach({ station: data.station, to: data.to });
    } else if (type === "more") {
      this.asked += 1;
      if (this.data.panel !== "explore") this.setStateValue("more", this.asked);
      this.page.sheet.rise();
      focusPanel();
    } else if (type === "sheet") {
      this.page.sheet.rest();
    } else if (type === "folded") {
      keepFolded(data.isFolded === true);
    } else if (type === "files" && Array.isArray(data.files)) {
      this.page.uploads.add(data.files.filter((/** @type {unknown} */ file) => file instanceof File));
    }
  }

  /** The map is ready: send it what waited. */
  begin() {
    this.isReady = true;
    this.missing.stop();
    this.send("hello", {});
    this.sendTheme();
    for (const message of this.waiting.splice(0)) this.send(...message);
  }

  /** Tell the server what is in view, while it shows something that depends on it. */
  reportBounds() {
    const text = this.data.is_watching && this.bounds ? JSON.stringify(this.bounds) : undefined;
    if (text === undefined || text === this.reported) return;
    this.reported = text;
    this.setStateValue("bounds", this.bounds);
  }

  /** Send the map a message now, or once it listens. @param {string} type @param {object} content */
  tell(type, content) {
    if (this.isReady) this.send(type, content);
    else this.waiting.push([type, content]);
  }

  /** @param {string} type @param {object} content */
  send(type, content) {
    this.frame.contentWindow?.postMessage({ sign: SIGN, type, ...content }, "*");
  }

  /** Light or dark as the page is. */
  sendTheme() {
    if (this.isReady) this.send("theme", { theme: this.scheme.matches ? "dark" : "light" });
  }

  close() {
    this.ending.abort();
    this.panelObserver?.disconnect();
    this.missing.stop();
    if (this.page.bridge === this) this.page.bridge = null;
    this.frame.remove();
  }
}

/** Streamlit draws the panel in several steps. */
const ANNOUNCE_MS = 250;

const panel = () => document.querySelector(".st-key-panel");

function scrollPanelToTop() {
  panel()?.scrollTo(0, 0);
}

function focusPanel() {
  panel()?.querySelector("h2")?.focus();
}

/** Tell screen readers when a panel inside an element shows something else. @param {Element} workspace */
function announcePanel(workspace) {
  /** @type {string | undefined} */
  let before;
  let timer = 0;
  const announce = () => {
    const title = panel()?.querySelector("h2")?.textContent;
    if (title === undefined) return;
    if (before !== undefined && title !== before) find("#atlas-live", HTMLElement).textContent = title;
    before = title;
  };
  const soon = () => {
    clearTimeout(timer);
    timer = window.setTimeout(announce, ANNOUNCE_MS);
  };
  const observer = new MutationObserver(() => {
    followCharts();
    soon();
  });
  observer.observe(workspace, { childList: true, subtree: true });
  soon();
  return observer;
}
