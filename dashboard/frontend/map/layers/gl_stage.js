/** All large layers on one MapLibre canvas: made with the first that is shown, gone with the last. */

import { element } from "../../dom.js";
import { SILENCE_MS } from "../fetching.js";
import { GlCanvas } from "./gl_canvas.js";
import { glLayers } from "../style/maplibre_style.js";

/** From a pointer, and from a finger. */
const REACH_PX = 4;
const TOUCH_REACH_PX = 12;

export class GlStage {
  /** @param {L.Map} map @param {{script: string, integrity: string} | null} code of MapLibre */
  constructor(map, code) {
    this.map = map;
    this.code = code;
    this.layers = [];
    this.reach = window.matchMedia("(pointer: coarse)").matches ? TOUCH_REACH_PX : REACH_PX;
    this.handlers = { mousemove: (event) => this.requestHover(event), mouseout: () => this.leave(), movestart: () => this.leave() };
    map.createPane("atlas-large");
  }

  /** Have MapLibre's code; an error with `state` "unsupported" where this browser can't draw with it. */
  prepare() {
    this.loading ??= loadScript(this.code).catch((error) => {
      this.loading = undefined;
      throw error;
    });
    return this.loading;
  }

  async add(layer) {
    if (this.layers.includes(layer)) return;
    this.layers.push(layer);
    if (!this.canvas) this.open();
    const { canvas } = this;
    await canvas.styled;
    // Meanwhile it may have been switched off again.
    if (this.canvas === canvas && this.layers.includes(layer)) this.draw(layer);
  }

  open() {
    this.canvas = new GlCanvas().addTo(this.map);
    this.canvas.gl.on("error", ({ sourceId }) => this.layers.find(({ id }) => id === sourceId)?.missTile());
    this.canvas.gl.on("idle", () => { clearTimeout(this.silence); this.layers.forEach((layer) => layer.fire("drawn")); });
    for (const progress of ["dataloading", "data"]) this.canvas.gl.on(progress, () => this.awaitTiles());
    this.map.on(this.handlers);
  }

  /** Of tiles that stall nobody hears: a layer misses them once nothing has come for a while. */
  awaitTiles() {
    clearTimeout(this.silence);
    this.silence = setTimeout(() => {
      const { gl } = this.canvas;
      for (const layer of this.layers) if (gl.getSource(layer.id) && !gl.isSourceLoaded(layer.id)) layer.missTile();
    }, SILENCE_MS);
  }

  draw({ options, isDark }) {
    const { gl } = this.canvas;
    const { id, tiles: { url, max_zoom: maxzoom, bbox: bounds } } = options;
    gl.addSource(id, { type: "vector", tiles: [absolute(url)], minzoom: 0, maxzoom, bounds });
    for (const spec of glLayers(options, isDark())) gl.addLayer(spec);
  }

  remove(layer) {
    this.layers = this.layers.filter((other) => other !== layer);
    this.leave();
    if (this.layers.length === 0) this.close();
    else this.erase(layer);
  }

  erase({ options }) {
    const { gl } = this.canvas;
    if (!gl.getSource(options.id)) return;
    for (const { id } of glLayers(options, false)) gl.removeLayer(id);
    gl.removeSource(options.id);
  }

  close() {
    clearTimeout(this.silence);
    this.map.off(this.handlers);
    this.canvas.remove();
    this.canvas = undefined;
  }

  /** Fetch again what could not be had. */
  renew(layer) {
    this.erase(layer);
    this.draw(layer);
  }

  /** A layer that is not on, or not built, takes its colors when it comes. */
  restyle(layer) {
    if (!this.layers.includes(layer)) return;
    const { options, isDark } = layer;
    const gl = this.canvas?.gl;
    for (const { id, paint } of glLayers(options, isDark())) {
      if (gl?.getLayer(id)) for (const [name, value] of Object.entries(paint)) gl.setPaintProperty(id, name, value);
    }
  }

  bringToFront({ options }) {
    const gl = this.canvas?.gl;
    for (const { id } of glLayers(options, false)) if (gl?.getLayer(id)) gl.moveLayer(id);
  }

  /** What is drawn at a point of the window: the layer, and the feature as its tile has it. */
  find(point) {
    const gl = this.canvas?.gl;
    const drawn = this.layers.flatMap(({ options }) => glLayers(options, false).map(({ id }) => id)).filter((id) => gl?.getLayer(id));
    if (drawn.length === 0) return null;
    const [feature] = [1, this.reach].flatMap((reach) => this.canvas.query(point, reach, drawn).slice(0, 1));
    return feature ? { layer: this.layers.find(({ id }) => id === feature.source), feature } : null;
  }

  /** Look before the next frame what is under the pointer; it moves more often than that. */
  requestHover(event) {
    this.hovering = event;
    this.frame ??= requestAnimationFrame(() => {
      this.frame = undefined;
      if (this.hovering) this.hover(this.hovering);
    });
  }

  hover({ containerPoint, latlng, originalEvent: { target } }) {
    // Lines and points of ordinary layers lie above and speak for themselves.
    if (target.closest?.("path.leaflet-interactive:not(.atlas-areas *)") || this.map.dragging.moving() || this.isBusy || this.canvas?.isStretched()) return;
    const hit = this.find(containerPoint);
    if (this.hovered && this.hovered !== hit?.layer) this.hovered.tooltip.close();
    this.hovered = hit?.layer;
    this.hovered?.hover(hit.feature, latlng);
    this.map.getContainer().classList.toggle("atlas-pointing", Boolean(hit));
  }

  leave() {
    this.hovering = undefined;
    this.hovered?.tooltip.close();
    this.hovered = undefined;
    this.map.getContainer().classList.remove("atlas-pointing");
  }

  /** While somebody measures, clicks and pointer have another meaning. */
  get isBusy() {
    return this.map.getContainer().classList.contains("atlas-measuring");
  }

  /** Open what a click on the map meets; false where that is nothing. */
  click({ containerPoint, latlng }) {
    const hit = this.isBusy ? null : this.find(containerPoint);
    hit?.layer.open(hit.feature, latlng);
    return Boolean(hit);
  }
}

function canDraw() {
  const canvas = document.createElement("canvas");
  return Boolean(canvas.getContext("webgl2") ?? canvas.getContext("webgl"));
}

async function loadScript({ script, integrity }) {
  if (!canDraw()) throw Object.assign(new Error("no WebGL"), { state: "unsupported" });
  const { createObjectURL } = URL;
  let workerCode;
  URL.createObjectURL = (blob) => createObjectURL.call(URL, (workerCode = blob));
  try {
    await new Promise((resolve, reject) => {
      const node = element("script", { src: script, integrity, crossorigin: "anonymous" });
      node.addEventListener("load", resolve);
      node.addEventListener("error", () => { node.remove(); reject(new Error(script)); });
      document.head.append(node);
    });
  } finally {
    URL.createObjectURL = createObjectURL;
  }
  if (window.origin === "null") nameOrigin(workerCode);
}

/**
 * MapLibre and its worker hear each other only where both have the same `location.origin`. In a sandboxed frame they have
 * not: a document keeps that of its address, a worker has none. So the worker is told that of its document.
 */
function nameOrigin(workerCode) {
  const location = JSON.stringify({ origin: window.location.origin, href: document.baseURI });
  const told = `Object.defineProperty(self, "location", { value: ${location} });\n`;
  window.maplibregl.setWorkerUrl(URL.createObjectURL(new Blob([told, workerCode], { type: "text/javascript" })));
}

/** MapLibre asks from a worker that has no address of its own. */
function absolute(template) {
  return new URL(".", document.baseURI).href + template.replace(/^\.\//, "");
}
