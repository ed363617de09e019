/** One sheet of paper: the title, the map, the legend of what is on, scale, credits and date, without buttons. */

import { element, nextPicture } from "../dom.js";
import { kindOf } from "./features/popup.js";
import { savePicture } from "./picture.js";

export class PrintSheet {
  /** @param {Atlas} atlas */
  constructor(atlas) {
    this.atlas = atlas;
    window.addEventListener("beforeprint", () => this.layNow());
    window.addEventListener("afterprint", () => this.clear());
    // For print previews that cause no event, such as those of developer tools.
    window.matchMedia("print").addEventListener("change", ({ matches }) => (matches ? this.layNow() : this.clear()));
  }

  /** Open the browser's print dialog once everything is drawn, as large as paper shows it. */
  async print() {
    await this.prepare();
    window.print();
  }

  /** Save the sheet as a picture. */
  async save() {
    const { announcer, texts } = this.atlas;
    await this.prepare();
    await savePicture(`${document.title}.png`).catch(() => announcer.notify(texts.noPicture));
    this.clear();
  }

  async prepare() {
    const { basemaps, state } = this.atlas;
    await basemaps.settle();
    this.lay();
    await basemaps.settle();
    await nextPicture();
    // A reload of the page prints nothing: it is on paper already.
    state.writeAddress();
  }

  /** Lay out the sheet for a browser that prints at once. */
  layNow() {
    this.lay();
    this.atlas.basemaps.streets?.hideUnfinished();
  }

  /** Lay out the sheet. */
  lay() {
    if (this.parts) return;
    const { map, language, texts, credits, panel, reach, selection: { entry } } = this.atlas;
    this.before = { center: map.getCenter(), zoom: map.getZoom(), bounds: map.getBounds() };
    document.documentElement.classList.add("atlas-sheet");
    const date = new Intl.DateTimeFormat(language, { dateStyle: "long" }).format(new Date());
    this.parts = [
      element("header", { class: "atlas-sheet-title" }, [
        element("h1", { text: document.title }),
        ...(entry ? [element("p", { class: "atlas-sheet-chosen", text: `${kindOf(entry)}: ${entry.properties.name ?? texts.unnamed}` })] : []),
        element("p", { text: date }),
      ]),
      element("footer", { class: "atlas-sheet-credits" }, credits.all()),
    ];
    document.body.append(...this.parts);
    // The map takes the room that these leave; its legend has the colors of paper only then.
    this.redraw(true);
    const rows = [...(reach.legend ? [reach.legend] : []), element("h2", { text: texts.legend }), ...panel.legend()];
    const legend = element("aside", { class: "atlas-sheet-legend" }, rows);
    document.body.append(legend);
    this.parts.push(legend);
  }

  clear() {
    if (!this.parts) return;
    document.documentElement.classList.remove("atlas-sheet");
    for (const part of this.parts) part.remove();
    this.parts = undefined;
    this.redraw(false);
  }

  /** Draw the map at once, for paper or as it was on the screen. @param {boolean} isPrinting */
  redraw(isPrinting) {
    const { map, theme, view, labels, basemaps, reach } = this.atlas;
    theme.isPrinting = isPrinting;
    reach.placeLegend();
    map.invalidateSize({ animate: false, pan: false });
    if (this.before && !view.isAtHome) {
      const { center, zoom, bounds } = this.before;
      if (isPrinting) map.fitBounds(bounds, { animate: false });
      else map.setView(center, zoom, { animate: false });
    }
    theme.apply();
    labels.place();
    basemaps.drawNow();
  }
}
