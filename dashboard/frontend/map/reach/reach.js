/**
 * Minutes by rail on the map: asked, shown, left.
 *
 * The shapes are those of the layers of stations and corridors; the answer brings only minutes and texts.
 */

import { queryWith } from "../../query.js";
import { fetchJson } from "../fetching.js";
import { isFramed, isInDashboard, send } from "../messages.js";
import { ReachDrawing } from "./drawing.js";
import { reachLegend } from "./legend.js";
import { openStation } from "./station_popup.js";

/** Parameters of the address that say what is asked. */
const PARAMETERS = ["reach", "minutes", "scenario", "against", "waiting", "to", "border"];

export class Reach {
  /** @param {Atlas} atlas */
  constructor(atlas) {
    const { map } = atlas;
    this.atlas = atlas;
    this.map = map;
    /** Number of questions so far: late answers to old ones are ignored. */
    this.asked = 0;
    this.question = new URLSearchParams();
    for (const [name, zIndex] of [["atlas-reach", "440"], ["atlas-reach-stations", "470"]]) map.createPane(name).style.zIndex = zIndex;
    // The list beside the map, or in the legend, says the same in order.
    map.getPane("atlas-reach-stations")?.setAttribute("aria-hidden", "true");
    this.renderer = L.svg({ pane: "atlas-reach", padding: 0.2 });
    map.on("zoomend", () => this.drawing?.thinOut());
  }

  /** Whether anybody answers another question: a file on a disk can't. */
  get canAsk() {
    return isInDashboard || this.question.size > 0;
  }

  /** Show what the document holds, or what the map's address asks; a dashboard sends its question. */
  async begin() {
    const { address, options: { initial } } = this.atlas;
    if (initial.reach) await this.show(initial.reach);
    else if (address.reach && !isInDashboard) await this.ask(address.reach);
  }

  /** Show the answer to a query of an address; an empty one clears the map. @param {string} question */
  async ask(question) {
    const { announcer, texts } = this.atlas;
    this.asked += 1;
    const { asked } = this;
    if (question === "") {
      this.clear();
      return;
    }
    const query = new URLSearchParams(question);
    query.set("lang", document.documentElement.lang);
    try {
      /** @type {Reachable} */
      const found = await fetchJson(`./reach.json?${query}`);
      if (asked !== this.asked) return;
      if (!isInDashboard) for (const problem of found.problems) announcer.notify(problem);
      this.question = query;
      await this.show(found);
    } catch {
      if (asked === this.asked) announcer.notify(texts.reachFailed);
    }
  }

  /** @param {Reachable} found */
  async show(found) {
    const { asked, atlas: { layers, announcer } } = this;
    this.clear();
    if (!found.stations && !found.pairs) return;
    const [corridors, stations] = [layers.byId(found.layers.corridors), layers.byId(found.layers.stations)];
    if (!corridors || !stations) return;
    await Promise.all([corridors.load(), stations.load()]);
    if (asked !== this.asked) return;
    this.drawing = new ReachDrawing(this, found, corridors, stations);
    this.drawing.draw();
    this.legend = reachLegend(this.atlas, found, this.drawing.names(), {
      onClose: isFramed ? undefined : () => this.leave(),
      onOpen: isInDashboard ? undefined : (id, button) => this.openFromList(id, button),
    });
    this.placeLegend();
    this.moveThere();
    announcer.say([found.way ?? found.pairsTitle ?? found.title, found.scenario].filter(Boolean).join(". "));
  }

  /** A docked list of layers has room for the legend; else it lies on the map. On paper the sheet has it. */
  placeLegend() {
    const { legend, map, atlas: { panel, theme } } = this;
    this.control?.remove();
    this.control = undefined;
    if (!legend || theme.isPrinting) return;
    if (panel.dock.isDocked) panel.body.prepend(legend);
    else this.control = Object.assign(new L.Control({ position: "bottomleft" }), { onAdd: () => legend }).addTo(map);
  }

  clear() {
    this.drawing?.remove();
    this.control?.remove();
    this.legend?.remove();
    this.drawing = undefined;
    this.legend = undefined;
  }

  /** Alone in a tab, clear the map and the question in its address. */
  leave() {
    this.clear();
    window.history.replaceState(null, "", `?${queryWith(Object.fromEntries(PARAMETERS.map((name) => [name, null])))}`);
    this.map.getContainer().focus();
  }

  /** Open a station of the list; the focus goes there and back. @param {string} id @param {HTMLElement} button */
  openFromList(id, button) {
    const popup = openStation(this, id);
    popup?.getElement()?.focus({ preventScroll: true });
    popup?.on("remove", () => { if (button.isConnected) button.focus(); });
  }

  /** Ask the dashboard or, alone, the server for another station or way. @param {ReachQuestion} question */
  follow(question) {
    if (isInDashboard || !question.station) {
      send("reach", question);
      return;
    }
    this.question.set("reach", question.station);
    this.question.delete("to");
    if (!isFramed) window.history.replaceState(null, "", `?${queryWith({ reach: question.station, to: null })}`);
    this.ask(this.question.toString());
  }

  /** Move to the answer if it is out of sight: to a way or the pairs as a whole, else to where it begins. */
  moveThere() {
    const { map, drawing, atlas: { view } } = this;
    const shown = drawing?.latlngs() ?? [];
    const bounds = L.latLngBounds(shown);
    if (shown.length === 0 || view.isInSight(bounds)) return;
    if (shown.length === 1) map.panTo(view.centerFor(L.latLng(shown[0]), map.getZoom()));
    else map.flyToBounds(bounds.pad(0.1), { ...view.padding(bounds), maxZoom: 12, ...view.flight(0.6) });
  }
}
