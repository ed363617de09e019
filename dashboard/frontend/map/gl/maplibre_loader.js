/** Loads MapLibre, once something is to be drawn with it. */

import { element } from "../../dom.js";

export class MapLibreLoader {
  /** @param {{script: string, integrity: string}} [code] where MapLibre is; a file on a disk has none */
  constructor(code) {
    this.code = code;
    /** @type {Promise<void> | undefined} */
    this.loading = undefined;
  }

  /** Load MapLibre; an error with the state "unsupported" where this browser can't draw with it. */
  load() {
    this.loading ??= loadMaplibre(this.code).catch((error) => {
      this.loading = undefined;
      throw error;
    });
    return this.loading;
  }
}

function canDraw() {
  const canvas = document.createElement("canvas");
  return Boolean(canvas.getContext("webgl2") ?? canvas.getContext("webgl"));
}

/** @param {{script: string, integrity: string}} [code] where MapLibre is */
async function loadMaplibre(code) {
  if (!code || !canDraw()) throw Object.assign(new Error("no WebGL"), { state: "unsupported" });
  const { script: src, integrity } = code;
  const { createObjectURL } = URL;
  let workerCode;
  URL.createObjectURL = (blob) => {
    if (blob instanceof Blob) workerCode = blob;
    return createObjectURL.call(URL, blob);
  };
  try {
    await new Promise((resolve, reject) => {
      const node = element("script", { src, integrity, crossorigin: "anonymous" });
      node.addEventListener("load", resolve);
      node.addEventListener("error", () => { node.remove(); reject(new Error(src)); });
      document.head.append(node);
    });
  } finally {
    URL.createObjectURL = createObjectURL;
  }
  if (workerCode && window.origin === "null") setWorkerOrigin(workerCode);
  // Its worker starts while the map itself is made.
  window.maplibregl.prewarm();
}

/** MapLibre and its worker hear each other only if both have the same `location.origin`. In a sandboxed frame the
 * document has that of its address, and the worker none, so the worker gets that of its document.
 * @param {Blob} workerCode */
function setWorkerOrigin(workerCode) {
  const location = JSON.stringify({ origin: window.location.origin, href: document.baseURI });
  const setting = `Object.defineProperty(self, "location", { value: ${location} });\n`;
  window.maplibregl.setWorkerUrl(URL.createObjectURL(new Blob([setting, workerCode], { type: "text/javascript" })));
}
