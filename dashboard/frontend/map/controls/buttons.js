/** Buttons of the map: zoom, the whole region, measuring, full screen; and the scale. */

import { button, element, svgElement } from "../../dom.js";

const ICONS = {
  fold: "M4 7h9M19 7h1M4 17h1M11 17h9M13 4.5v5h6v-5zM5 14.5v5h6v-5z",
  home: "M3 11 12 4l9 7M6 9.5V20h12V9.5",
  measure: "M3 15.5 15.5 3 21 8.5 8.5 21ZM7 11.5l2 2M10 8.5l3 3M13 5.5l2 2",
  fullscreen: "M4 9V4h5M15 4h5v5M20 15v5h-5M9 20H4v-5",
};

/** @param {Atlas} atlas */
export function addButtons(atlas) {
  const { map, texts, view } = atlas;
  addFold(map, texts.controls);
  L.control.zoom({ zoomInTitle: texts.zoomIn, zoomOutTitle: texts.zoomOut }).addTo(map);
  const bar = element("div", { class: "leaflet-bar atlas-buttons" }, [
    iconButton("home", texts.home, () => view.goHome()),
    iconButton("measure", texts.measure, () => atlas.measure.toggle(), { "aria-pressed": "false" }),
    ...(document.fullscreenEnabled ? [iconButton("fullscreen", texts.fullscreen, toggleFullscreen)] : []),
  ]);
  L.DomEvent.disableClickPropagation(bar);
  Object.assign(new L.Control({ position: "topleft" }), { onAdd: () => bar }).addTo(map);
  L.control.scale({ imperial: false, maxWidth: 140 }).addTo(map);
}

/** A small map shows one button, which unfolds the others. @param {L.Map} map @param {string} label */
function addFold(map, label) {
  const fold = iconButton("fold", label, () => {
    const isUnfolded = document.documentElement.classList.toggle("atlas-unfolded");
    fold.setAttribute("aria-expanded", String(isUnfolded));
  }, { "aria-expanded": "false" });
  const bar = element("div", { class: "leaflet-bar atlas-buttons atlas-controls-fold" }, [fold]);
  L.DomEvent.disableClickPropagation(bar);
  Object.assign(new L.Control({ position: "topleft" }), { onAdd: () => bar }).addTo(map);
}

/** @param {keyof typeof ICONS} icon @param {string} label @param {() => void} onClick @param {Attributes} [attributes] */
function iconButton(icon, label, onClick, attributes) {
  const lines = { fill: "none", stroke: "currentColor", "stroke-width": 2, "stroke-linejoin": "round", "stroke-linecap": "round" };
  return button({ title: label, "aria-label": label, "data-button": icon, ...attributes }, onClick, [
    svgElement("svg", { viewBox: "0 0 24 24", width: 18, height: 18, "aria-hidden": "true" }, [svgElement("path", { d: ICONS[icon], ...lines })]),
  ]);
}

async function toggleFullscreen() {
  try {
    if (document.fullscreenElement) await document.exitFullscreen();
    else await document.documentElement.requestFullscreen();
  } catch {
    // The page around the map does not allow it.
  }
}
