/** One sheet of paper: the title, the map, the legend of what is on, scale, credits and date. Buttons stay behind. */

import { element } from "../dom.js";

export class PrintSheet {
  /**
   * @param {L.Map} map
   * @param {{language: string, texts: object, panel: object, setPrinting: (isPrinting: boolean) => void}} context
   *   `setPrinting` draws the map for paper, at once, or as it was.
   */
  constructor(map, context) {
    this.map = map;
    this.context = context;
    window.addEventListener("beforeprint", () => this.lay());
    window.addEventListener("afterprint", () => this.clear());
    // Where somebody looks at the sheet without printing it.
    window.matchMedia("print").addEventListener("change", ({ matches }) => (matches ? this.lay() : this.clear()));
  }

  lay() {
    if (this.parts) return;
    const { map, context: { language, texts, panel } } = this;
    this.before = { center: map.getCenter(), zoom: map.getZoom(), bounds: map.getBounds() };
    document.documentElement.classList.add("atlas-sheet");
    const date = new Intl.DateTimeFormat(language, { dateStyle: "long" }).format(new Date());
    const credits = [...map.attributionControl.getContainer().childNodes].map((node) => node.cloneNode(true));
    this.parts = [
      element("header", { class: "atlas-sheet-title" }, [element("h1", { text: document.title }), element("p", { text: date })]),
      element("footer", { class: "atlas-sheet-credits" }, credits),
    ];
    document.body.append(...this.parts);
    // The map takes the room that these leave; its legend has the colors of paper only then.
    this.context.setPrinting(true, this.before);
    const legend = element("aside", { class: "atlas-sheet-legend" }, [element("h2", { text: texts.legend }), ...panel.legend()]);
    document.body.append(legend);
    this.parts.push(legend);
  }

  clear() {
    if (!this.parts) return;
    document.documentElement.classList.remove("atlas-sheet");
    for (const part of this.parts) part.remove();
    this.parts = undefined;
    this.context.setPrinting(false, this.before);
  }
}
