/** Buttons of the map: the whole region, measuring, and full screen. */

import { element, svgElement } from "../../dom.js";

const ICONS = {
  home: "M3 11 12 4l9 7M6 9.5V20h12V9.5",
  measure: "M3 15.5 15.5 3 21 8.5 8.5 21ZM7 11.5l2 2M10 8.5l3 3M13 5.5l2 2",
  fullscreen: "M4 9V4h5M15 4h5v5M20 15v5h-5M9 20H4v-5",
};

const ButtonBar = L.Control.extend({
  options: { position: "topleft" },

  onAdd() {
    const bar = element("div", { class: "leaflet-bar atlas-buttons" });
    for (const { icon, label, onClick, isToggle } of this.options.buttons) {
      const button = element("button", { type: "button", title: label, "aria-label": label, "aria-pressed": isToggle ? "false" : undefined, "data-button": icon }, [
        svgElement("svg", { viewBox: "0 0 24 24", width: 18, height: 18, "aria-hidden": "true" }, [
          svgElement("path", { d: ICONS[icon], fill: "none", stroke: "currentColor", "stroke-width": 2, "stroke-linejoin": "round", "stroke-linecap": "round" }),
        ]),
      ]);
      button.addEventListener("click", onClick);
      bar.append(button);
    }
    L.DomEvent.disableClickPropagation(bar);
    return bar;
  },
});

export function addControls(map, { texts, goHome, measure }) {
  map.zoomControl?.remove();
  L.control.zoom({ zoomInTitle: texts.zoomIn, zoomOutTitle: texts.zoomOut }).addTo(map);
  const buttons = [
    { icon: "home", label: texts.home, onClick: goHome },
    { icon: "measure", label: texts.measure, onClick: measure, isToggle: true },
  ];
  if (document.fullscreenEnabled) buttons.push({ icon: "fullscreen", label: texts.fullscreen, onClick: toggleFullscreen });
  new ButtonBar({ buttons }).addTo(map);
  L.control.scale({ imperial: false, maxWidth: 140 }).addTo(map);
}

async function toggleFullscreen() {
  try {
    if (document.fullscreenElement) await document.exitFullscreen();
    else await document.documentElement.requestFullscreen();
  } catch {
    // The page around the map did not allow it: there is nothing to mend here.
  }
}
