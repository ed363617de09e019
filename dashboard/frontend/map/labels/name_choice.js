/** The name of an area chooses it by a click, and highlights it under the pointer. */

export class NameChoice {
  /** @param {Atlas} atlas @param {HTMLElement} pane of the names */
  constructor({ map, selection }, pane) {
    /** @type {Map<EventTarget | null, Entry>} */
    this.entries = new Map();
    /** @type {Entry | undefined} */
    this.hovered = undefined;
    pane.addEventListener("click", (event) => {
      const entry = this.entries.get(event.target);
      if (!entry || map.dragging.moved()) return;
      L.DomEvent.stop(event);
      selection.choose(entry, map.mouseEventToLatLng(event));
    });
    pane.addEventListener("mouseover", ({ target }) => this.hover(this.entries.get(target)));
    pane.addEventListener("mouseout", () => this.hover(undefined));
  }

  /** The names that are on the map now. @param {Map<EventTarget | null, Entry>} entries by the name's element */
  follow(entries) {
    this.hover(undefined);
    this.entries = entries;
  }

  /** @param {Entry | undefined} entry */
  hover(entry) {
    if (entry === this.hovered) return;
    this.hovered?.layer.setHovered([]);
    entry?.layer.setHovered([entry]);
    this.hovered = entry;
  }
}
