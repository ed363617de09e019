/** What can be done with a layer from its row: dim it, move it in the drawing order, see all of it, read its evidence. */

import { button, element, setAttributes, svgElement } from "../../dom.js";
import { moveLayer, neighborOf } from "../layers/drawing_order.js";
import { dimLayer, extentOf } from "../layers/whole_layer.js";
import { showEvidence } from "./evidence.js";

const TOOL_ICONS = { up: "M12 20V5M6 11l6-6 6 6", down: "M12 4v15M6 13l6 6 6-6", fit: "M4 9V4h5M15 4h5v5M20 15v5h-5M9 20H4v-5M9 9h6v6H9z" };

/** The faintest that a layer can be, in percent: what nobody sees is switched off instead. */
const FAINTEST = 10;

/** A layer as a whole is shown no nearer than this. */
const LAYER_MAXZOOM = 14;

/** @param {Atlas} atlas @param {DataLayer} layer */
export function layerTools(atlas, layer) {
  const { texts, view } = atlas;
  const { title, evidence } = layer.options;
  /** @param {string} text */
  const named = (text) => text.replace("{layer}", title);
  const range = element("input", { type: "range", min: FAINTEST, max: 100, step: 10, value: 100, "aria-label": named(texts.opacity), title: named(texts.opacity) });
  range.value = String(layer.opacity * 100);
  range.addEventListener("input", () => dimLayer(layer, range.valueAsNumber / 100));
  const tools = element("div", { class: "atlas-tools" }, [
    range,
    toolButton("up", { "data-move": 1 }, () => moveLayer(atlas, layer, 1)),
    toolButton("down", { "data-move": -1 }, () => moveLayer(atlas, layer, -1)),
    toolButton("fit", { "aria-label": named(texts.fitLayer), title: named(texts.fitLayer) }, () => {
      const bounds = extentOf(layer);
      if (bounds.isValid()) view.flyToBounds(bounds, LAYER_MAXZOOM);
    }),
  ]);
  if (!evidence) return tools;
  const text = named(texts.evidence);
  tools.append(button({ class: "atlas-info", title: text, "aria-label": text, text: "i" }, () => showEvidence(atlas, evidence)));
  return tools;
}

/** @param {keyof typeof TOOL_ICONS} icon @param {Attributes} attributes @param {() => void} onClick */
function toolButton(icon, attributes, onClick) {
  const path = svgElement("path", { d: TOOL_ICONS[icon], fill: "none", stroke: "currentColor", "stroke-width": 2 });
  return button({ class: "atlas-tool", ...attributes }, onClick, [svgElement("svg", { viewBox: "0 0 24 24", width: 16, height: 16, "aria-hidden": "true" }, [path])]);
}

/** Say between which layers a layer can be moved. @param {Atlas} atlas @param {DataLayer} layer @param {HTMLElement} item its row */
export function updateMoves({ layers, texts }, layer, item) {
  for (const tool of item.querySelectorAll("[data-move]")) {
    const isUp = tool.getAttribute("data-move") === "1";
    const other = neighborOf(layers, layer, isUp ? 1 : -1);
    const [move, beside] = isUp ? [texts.moveUp, texts.moveAbove] : [texts.moveDown, texts.moveBelow];
    const text = other ? beside.replace("{layer}", other.options.title) : move;
    // Disabled, it would lose the focus.
    setAttributes(tool, { "aria-label": text, title: text, "aria-disabled": other ? null : "true" });
  }
}
