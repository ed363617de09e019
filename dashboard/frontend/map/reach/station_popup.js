/** The popup of a station while minutes by rail are shown: its minutes, and questions that lead on. */

import { button, element } from "../../dom.js";
import { nameDialog } from "../features/popup_dialog.js";
import { isInDashboard } from "../messages.js";

/** @param {Reach} reach @param {string} id of the station @returns {L.Popup | undefined} */
export function openStation(reach, id) {
  const { map, drawing, atlas: { texts } } = reach;
  const entry = drawing?.stations.features.get(id);
  const station = drawing?.found.stations?.[id];
  if (!drawing || !entry || !station) return undefined;
  const { found } = drawing;
  const { name } = entry.properties;
  /** @type {[string, ReachQuestion][]} */
  const questions = reach.canAsk ? [[texts.reachFrom, { station: id }]] : [];
  if (isInDashboard && station.certainty === "known" && id !== found.station) questions.push([texts.reachWay, { to: `${found.layers.stations}.${id}` }]);
  const content = element("article", { class: "atlas-popup" }, [
    element("p", { class: "atlas-kind", text: found.title }),
    element("h2", { text: name }),
    element("p", { text: station.text }),
    ...questions.map(([text, question]) => button({ class: "atlas-more", text }, () => {
      map.closePopup();
      reach.follow(question);
    })),
  ]);
  const popup = L.popup({ className: "atlas-popup-frame", maxWidth: 280 })
    .setLatLng(drawing.placeOf(entry)).setContent(content).openOn(map);
  nameDialog(popup, name, texts);
  return popup;
}
