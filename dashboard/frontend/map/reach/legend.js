/** The legend of minutes by rail: bands by number, width and color, and what broken and faint mean. */

import { element } from "../../dom.js";

const UNFOLDED_PX = { x: 700, y: 600 };

export const ReachLegend = L.Control.extend({
  options: { position: "bottomleft" },

  /** `onOpen` opens a station of the list; without, a panel beside the map lists them. */
  initialize({ found, names, texts, onClose, onOpen }) {
    Object.assign(this, { found, names, texts, onClose, onOpen });
  },

  onAdd(map) {
    const { found, texts, onClose, onOpen } = this;
    const body = element("details", { open: this.opensIn(map) }, [
      element("summary", { text: found.path?.length ? found.title : found.pairsTitle ?? found.title }),
      ...(found.scenario ? [element("p", { class: "atlas-reach-scenario", text: found.scenario })] : []),
      ...(found.waiting ? [element("p", { text: found.waiting })] : []),
      element("ul", {}, found.pairs && !found.path?.length ? this.pairRows() : this.bandRows()),
    ]);
    if (found.stations && onOpen) body.append(element("details", {}, [element("summary", { text: texts.reachList }), element("ul", {}, this.stationRows())]));
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

  /** The stations on the map, nearest band first: what is a marker there is a button here. */
  stationRows() {
    const known = Object.entries(this.found.stations).filter(([id]) => this.names.has(id));
    const inOrder = known.sort(([, one], [, other]) => (one.band ?? Infinity) - (other.band ?? Infinity));
    return inOrder.map(([id, { text }]) => {
      const button = element("button", { type: "button", text: `${this.names.get(id)}: ${text}` });
      button.addEventListener("click", () => this.onOpen(id, button));
      return element("li", {}, [button]);
    });
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
