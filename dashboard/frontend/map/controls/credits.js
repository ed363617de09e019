/** Whom the map owes its data: the base map's credit in full, and a list of all that opens. */

import { element } from "../../dom.js";

export class Credits extends L.Control {
  /** @param {Atlas} atlas */
  constructor({ map, texts }) {
    super({ position: "bottomright" });
    this.texts = texts;
    /** Credits of what the map shows, the base map's first. @type {string[]} */
    this.shown = [];
    this.first = element("span");
    this.more = element("small");
    this.list = element("ul");
    this.details = element("details", { class: "atlas-credits" }, [element("summary", {}, [this.first, this.more]), this.list]);
    L.DomEvent.disableClickPropagation(this.details);
    map.on("click movestart", () => { this.details.open = false; });
  }

  onAdd() {
    return this.details;
  }

  /** @param {string} credit of some sources, parted by semicolons */
  add(credit) {
    this.shown.push(credit);
    this.write();
  }

  /** @param {string} credit */
  drop(credit) {
    this.shown.splice(this.shown.indexOf(credit), 1);
    this.write();
  }

  /** Name an online base map before all others. @param {string | undefined} html of its provider, with links */
  cover(html) {
    this.online = html;
    this.write();
  }

  /** Each source once, as nodes. @returns {HTMLElement[]} */
  all() {
    const texts = new Set(this.shown.flatMap((credit) => credit.split("; ")));
    const credits = [...texts].map((text) => element("span", { text }));
    if (this.online === undefined) return credits;
    const online = element("span");
    online.innerHTML = this.online;
    return [online, ...credits];
  }

  write() {
    const credits = this.all();
    this.first.replaceChildren(...credits.slice(0, 1).map((credit) => credit.cloneNode(true)));
    this.more.textContent = this.texts.allCredits.replace("{count}", String(credits.length));
    this.list.replaceChildren(...credits.map((credit) => element("li", {}, [credit])));
  }
}
