/** Light or dark colors of the map. */

export class Theme {
  /** @param {Atlas} atlas */
  constructor(atlas) {
    this.atlas = atlas;
    this.isPrinting = false;
    this.scheme = window.matchMedia("(prefers-color-scheme: dark)");
    this.scheme.addEventListener("change", () => this.apply());
  }

  /** The page around the map may choose; else it is as the system has it, and paper is light. */
  get isDark() {
    const { theme } = document.documentElement.dataset;
    return !this.isPrinting && (theme ? theme === "dark" : this.scheme.matches);
  }

  apply() {
    const { basemaps, layers, panel, labels } = this.atlas;
    panel.drawLegends();
    for (const layer of layers.all) layer.restyle();
    labels.request();
    basemaps.restyle();
  }
}
