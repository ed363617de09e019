/** The legend of minutes by rail: bands by width and color, and what broken and faint lines mean. */

import { button, element } from "../../dom.js";

/** The legend begins unfolded on maps at least this large. */
const UNFOLDED_PX = { x: 700, y: 600 };

/** The legend; with `onOpen` it lists the stations by their `names`, as where no panel of a dashboard does.
 * @param {Atlas} atlas @param {Reachable} found @param {Map<string, string>} names by id
 * @param {{onClose?: () => void, onOpen?: (id: string, button: HTMLElement) => void}} actions */
export function reachLegend({ map, texts }, found, names, { onClose, onOpen }) {
  const { x, y } = map.getSize();
  const isPath = Boolean(found.path?.length);
  const notes = [[found.scenario, "atlas-reach-scenario"], [found.waiting]].filter(([text]) => text);
  const body = element("details", { open: x >= UNFOLDED_PX.x && y >= UNFOLDED_PX.y }, [
    element("summary", { text: (isPath ? null : found.pairsTitle) ?? found.title }),
    ...notes.map(([text, name]) => element("p", { class: name, text })),
    element("ul", {}, found.pairs && !isPath ? pairRows(texts) : bandRows(found, texts)),
  ]);
  if (found.stations && onOpen) {
    const rows = stationRows(found.stations, names, onOpen);
    body.append(element("details", {}, [element("summary", { text: texts.reachList }), element("ul", {}, rows)]));
  }
  const box = element("section", { class: "atlas-reach-legend leaflet-bar", "aria-label": texts.reachBands }, [body]);
  if (onClose) box.append(button({ "aria-label": texts.reachClose, title: texts.reachClose, text: "×" }, onClose));
  L.DomEvent.disableClickPropagation(box).disableScrollPropagation(box);
  return box;
}

/** @param {Reachable} found @param {Texts} texts */
function bandRows({ bands = [], stations = {} }, texts) {
  const all = Object.values(stations);
  const rows = bands.map((text, place) => row(place + 1, "", text));
  if (all.some(({ certainty }) => certainty === "unknown")) rows.push(row("unknown", "?", texts.reachUnknown));
  if (all.some(({ certainty }) => certainty === "unreachable")) rows.push(row("unreachable", "×", texts.reachNone));
  if (all.some(({ isDoubtful }) => isDoubtful)) rows.push(row("doubtful", "", texts.reachDoubtful));
  if (all.some(({ isFar }) => isFar)) rows.push(row("faint", "", texts.reachFaint));
  if (all.some(({ gain }) => gain)) rows.push(row("gain", "±", texts.reachGain));
  return rows;
}

/** @param {string | number} state @param {string | number} sign @param {string} text */
function row(state, sign, text) {
  const chip = element("span", { class: `atlas-chip atlas-band-${state}`, "aria-hidden": "true", text: sign });
  return element("li", {}, [chip, element("span", { text })]);
}

/** Buttons for the stations on the map, nearest band first. @param {Record<string, ReachedStation>} stations
 * @param {Map<string, string>} names @param {(id: string, button: HTMLElement) => void} onOpen */
function stationRows(stations, names, onOpen) {
  const known = Object.entries(stations).filter(([id]) => names.has(id));
  const inOrder = known.sort(([, one], [, other]) => (one.band ?? Infinity) - (other.band ?? Infinity));
  return inOrder.map(([id, { text }]) => {
    const opener = button({ text: `${names.get(id)}: ${text}` }, () => onOpen(id, opener));
    return element("li", {}, [opener]);
  });
}

/** @param {Texts} texts */
function pairRows({ reachSlower, reachAsUsual }) {
  return Object.entries({ slower: reachSlower, usual: reachAsUsual }).map(([name, text]) => {
    const swatch = element("i", { class: `atlas-reach-swatch atlas-reach-${name}-swatch`, "aria-hidden": "true" });
    return element("li", {}, [swatch, element("span", { text })]);
  });
}
