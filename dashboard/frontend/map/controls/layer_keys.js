/** The list of layers by keyboard: one tab stop, which arrow keys move; what it holds is reached by them alone. */

import { beforeNextFrame } from "../../dom.js";

const ITEMS = "input, button:not(.atlas-fold)";

export class LayerKeys {
  /** @param {HTMLElement} list @param {string} hint id of the text that says the keys
   * @param {{unfold: (item: Element, isOpen: boolean) => void, move: (item: Element, step: number) => void}} actions */
  constructor(list, hint, { unfold, move }) {
    this.list = list;
    this.hint = hint;
    this.unfold = unfold;
    this.move = move;
    /** What has the tab stop. @type {HTMLElement | undefined} */
    this.current = undefined;
    /** Give one item the tab stop, and take it from the others. */
    this.request = beforeNextFrame(() => this.update());
    list.addEventListener("keydown", (event) => this.press(event));
    list.addEventListener("focusin", ({ target }) => {
      if (target instanceof HTMLElement && target.matches(ITEMS)) this.current = target;
      this.update();
    });
    list.addEventListener("focusout", this.request);
  }

  /** What can be reached now, in order. @returns {HTMLElement[]} */
  items() {
    /** @type {HTMLElement[]} */
    const all = [...this.list.querySelectorAll(ITEMS)].filter((item) => item instanceof HTMLElement);
    return all.filter((item) => item.checkVisibility());
  }

  update() {
    const items = this.items();
    if (!this.current || !items.includes(this.current)) [this.current] = items;
    for (const item of this.list.querySelectorAll("input, button")) item.setAttribute("tabindex", item === this.current ? "0" : "-1");
    // The keys are said once, to who comes from elsewhere.
    const isInside = this.list.contains(document.activeElement);
    for (const item of items) {
      if (item === this.current && !isInside) item.setAttribute("aria-describedby", this.hint);
      else if (!isInside) item.removeAttribute("aria-describedby");
    }
  }

  /** @param {KeyboardEvent} event */
  press(event) {
    const { target, key, altKey, ctrlKey, metaKey } = event;
    if (!(target instanceof HTMLElement) || ctrlKey || metaKey) return;
    if (altKey) {
      const step = { ArrowUp: 1, ArrowDown: -1 }[key];
      if (!step) return;
      this.move(target, step);
    } else if (!this.goFrom(target, key)) return;
    event.preventDefault();
    event.stopPropagation();
  }

  /** Do what a key means on an item; false where that is up to the browser. @param {HTMLElement} item @param {string} key */
  goFrom(item, key) {
    const isRow = item.matches("[data-layer]");
    const isRange = item.matches("[type=range]");
    const items = this.items();
    const place = items.indexOf(item);
    const rows = items.filter((other) => other.matches("[data-layer]"));
    /** @param {HTMLElement | undefined} other */
    const go = (other) => { other?.focus(); return true; };
    if (key === "ArrowDown") return go(items[place + 1]);
    if (key === "ArrowUp") return go(items[place - 1]);
    if (key === "Home" && !isRange) return go(rows[0]);
    if (key === "End" && !isRange) return go(rows.at(-1));
    if (key === "Escape" && !isRow) return go(items.slice(0, place).findLast((other) => rows.includes(other)));
    if (isRange || !["ArrowLeft", "ArrowRight"].includes(key)) return false;
    if (isRow) this.unfold(item, key === "ArrowRight");
    else go(items[place + (key === "ArrowRight" ? 1 : -1)]);
    return true;
  }
}
