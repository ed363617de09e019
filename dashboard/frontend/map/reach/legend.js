/** The legend of minutes by rail: bands by number, width and color, and what broken and faint lines mean. */

import { button, element } from "../../dom.js";

/** The legend begins unfolded on maps at least this large. */
const UNFOLDED_PX = { x: 700, y: 600 };

export class ReachLegend extends L.Control {
  /** @param {Reachable} found @param {Map<string, string>} names of the stations by id @param {Texts} texts
   * @param {{onClose?: () => void, onOpen?: (id: string, button: HTMLElement) => void}} actions `onOpen` opens a station of the list; without it there is no list, as in the dashboard, whose panel has one */
  constructor(found, names, texts, actions) {
    super({ position: "bottomleft" });
    this.found = found;
    this.names = names;
    this.texts = texts;
    this.actions = actions;
  }

  /** @param {L.Map} map */
  onAdd(map) {
    const { found, texts, actions: { onClose, onOpen } } = this;
    const { x, y } = map.getSize();
    const isPath = Boolean(found.path?.length);
    const body = element("details", { open: x >= UNFOLDED_PX.x && y >= UNFOLDED_PX.y }, [
      element("summary", { text: (isPath ? null : found.pairsTitle) ?? found.title }),
      ...(found.scenario ? [element("p", { class: "atlas-reach-scenario", text: found.scenario })] : []),
      ...(found.waiting ? [element("p", { text: found.waiting })] : []),
      element("ul", {}, found.pairs && !isPath ? this.pairRows() : this.bandRows()),
    ]);
    if (found.stations && onOpen) {
      body.append(element("details", {}, [element("summary", { text: texts.reachList }), element("ul", {}, this.stationRows(onOpen))]));
    }
    const box = element("section", { class: "atlas-reach-legend leaflet-bar", "aria-label": texts.reachBands }, [body]);
    if (onClose) box.append(button({ "aria-label": texts.reachClose, title: texts.reachClose, text: "×" }, onClose));
    L.DomEvent.disableClickPropagation(box).disableScrollPropagation(box);
    return box;
  }

  bandRows() {
    const { found: { bands = [], stations = {} }, texts } = this;
    const all = Object.values(stations);
    const rows = bands.map((text, place) => row(place + 1, place + 1, text));
    if (all.some(({ certainty }) => certainty === "unknown")) rows.push(row("unknown", "?", texts.reachUnknown));
    if (all.some(({ certainty }) => certainty === "unreachable")) rows.push(row("unreachable", "×", texts.reachNone));
    if (all.some(({ isDoubtful }) => isDoubtful)) rows.push(row("doubtful", "", texts.reachDoubtful));
    if (all.some(({ isFar }) => isFar)) rows.push(row("faint", "", texts.reachFaint));
    if (all.some(({ gain }) => gain)) rows.push(row("gain", "±", texts.reachGain));
    return rows;
  }

  /** Buttons for the stations on the map, nearest band first.
   * @param {(id: string, button: HTMLElement) => void} onOpen */
  stationRows(onOpen) {
    const known = Object.entries(this.found.stations ?? {}).filter(([id]) => this.names.has(id));
    const inOrder = known.sort(([, one], [, other]) => (one.band ?? Infinity) - (other.band ?? Infinity));
    return inOrder.map(([id, { text }]) => {
      const opener = button({ text: `${this.names.get(id)}: ${text}` }, () => onOpen(id, opener));
      return element("li", {}, [opener]);
    });
  }

  pairRows() {
    const { texts } = this;
    return [["slower", texts.reachSlower], ["usual", texts.reachAsUsual]].map(([name, text]) =>
      element("li", {}, [element("i", { class: `atlas-reach-swatch atlas-reach-${name}-swatch`, "aria-hidden": "true" }), element("span", { text })]),
    );
  }
}

/** @param {string | number} state @param {string | number} sign @param {string} text */
function row(state, sign, text) {
  return element("li", {}, [
    element("span", { class: `atlas-chip atlas-band-${state}`, "aria-hidden": "true", text: sign }),
    element("span", { text }),
  ]);
}
