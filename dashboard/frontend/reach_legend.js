/** The legend of minutes by rail: bands by number, width and color, and what broken and faint mean. */

import { element } from "./dom.js";

const UNFOLDED_PX = { x: 700, y: 600 };

export const ReachLegend = L.Control.extend({
  options: { position: "bottomleft" },

  initialize({ found, names, texts, onClose }) {
    Object.assign(this, { found, names, texts, onClose });
  },

  onAdd(map) {
    const { found, texts, onClose } = this;
    const body = element("details", { open: this.opensIn(map) }, [
      element("summary", { text: found.path?.length ? found.title : found.pairsTitle ?? found.title }),
      ...(found.scenario ? [element("p", { class: "atlas-reach-scenario", text: found.scenario })] : []),
      ...(found.waiting ? [element("p", { text: found.waiting })] : []),
      element("ul", {}, found.pairs && !found.path?.length ? this.pairRows() : this.bandRows()),
    ]);
    if (found.stations && onClose) {
      const rows = Object.entries(found.stations).map(([id, { text }]) => element("li", { text: `${this.names.get(id)}: ${text}` }));
      body.append(element("details", {}, [element("summary", { text: texts.reachList }), element("ul", {}, rows)]));
    }
    const box = element("section", { class: "atlas-reach-legend leaflet-bar", "aria-label": texts.reachBands }, [body]);
    if (onClose) {
      const close = element("button", { type: "button", "aria-label": texts.reachClose, title: texts.reachClose, text: "×" });
      close.addEventListener("click", onClose);
      box.append(close);
    }
    L.DomEvent.disableClickPropagation(box).disableScrollPropagation(box);
    return box;
  },

  /** On a small map the words stay folded: the numbers on it speak, and the panel has the rest. */
  opensIn: (map) => map.getSize().x >= UNFOLDED_PX.x && map.getSize().y >= UNFOLDED_PX.y,

  bandRows() {
    const { found: { bands, stations }, texts } = this;
    const told = Object.values(stations);
    const rows = bands.map((text, place) => row(place + 1, place + 1, text));
    if (told.some(({ certainty }) => certainty === "unknown")) rows.push(row("unknown", "?", texts.reachUnknown));
    if (told.some(({ certainty }) => certainty === "unreachable")) rows.push(row("unreachable", "×", texts.reachNone));
    if (told.some(({ isDoubtful }) => isDoubtful)) rows.push(row("doubtful", "", texts.reachDoubtful));
    if (told.some(({ isFar }) => isFar)) rows.push(row("faint", "", texts.reachFaint));
    if (told.some(({ gain }) => gain)) rows.push(row("gain", "±", texts.reachGain));
    return rows;
  },

  pairRows() {
    const { texts } = this;
    return [["slower", texts.reachSlower], ["usual", texts.reachAsUsual]].map(([name, text]) =>
      element("li", {}, [element("i", { class: `atlas-reach-swatch atlas-reach-${name}-swatch`, "aria-hidden": "true" }), element("span", { text })]),
    );
  },
});

function row(state, sign, text) {
  return element("li", {}, [
    element("span", { class: `atlas-chip atlas-band-${state}`, "aria-hidden": "true", text: sign }),
    element("span", { text }),
  ]);
}
