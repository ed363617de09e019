/** On small screens the panel is a sheet over the map, of three sizes: dragged by its handle, or set by button and keys. */

import { find } from "../dom.js";

/** As in the style sheet: there the panel is a sheet, and on these it stands at the side. */
const SHEET = "(max-width: 767.98px), (max-height: 479.98px) and (max-width: 1023.98px)";
const AT_SIDE = "(max-height: 479.98px) and (min-width: 560px) and (max-width: 1023.98px)";

const SIZES = ["peek", "half", "full"];

/** Of the window, the half sheet takes this part, and below the map no less than this where there is so much; at its side no more. */
const HALF = 0.54;
const LEAST_HALF_PX = 300;
const HALF_AT_SIDE_PX = 420;

/** A shorter way of the pointer is a press. */
const PRESS_PX = 6;
/** Farther than this, the sheet goes on in the direction in which it was dragged. */
const FLICK_PX = 40;

export class Sheet {
  /** @param {() => void} onChange */
  constructor(onChange) {
    /** @type {(() => void) | undefined} */
    this.onChange = undefined;
    this.wasDragged = false;
    this.way = 0;
    this.media = window.matchMedia(SHEET);
    this.side = window.matchMedia(AT_SIDE);
    this.root = document.documentElement;
    this.handle = find(".atlas-handle", HTMLButtonElement);
    this.place = 0;
    /** Where a drag began, and whether it has become one. @type {{at: number, size: number, isDrag: boolean} | null} */
    this.drag = null;
    const { handle } = this;
    handle.addEventListener("click", () => { if (!this.wasDragged) this.set(this.place === 2 ? 0 : this.place + 1); });
    handle.addEventListener("keydown", (event) => this.press(event));
    handle.addEventListener("pointerdown", (event) => this.begin(event));
    handle.addEventListener("pointermove", (event) => this.move(event));
    for (const type of ["pointerup", "pointercancel"]) handle.addEventListener(type, () => this.end());
    // Before Streamlit hears of it, which draws what was pressed anew.
    document.addEventListener("click", ({ target }) => this.rise(target), { capture: true });
    document.addEventListener("focusin", ({ target }) => {
      if (target instanceof Element && target.matches(":focus-visible")) this.rise(target);
    });
    for (const media of [this.media, this.side]) media.addEventListener("change", () => this.set(this.place));
    window.addEventListener("resize", () => this.set(this.place));
    const asked = new URLSearchParams(window.location.search);
    this.set(["story", "panel", "reach"].some((name) => asked.has(name)) ? 1 : 0);
    this.onChange = onChange;
  }

  /** How large the sheet is in each of its sizes, in pixels. */
  sizes() {
    const style = getComputedStyle(this.root);
    const peek = Number.parseFloat(style.getPropertyValue("--peek"));
    const { innerWidth: width, innerHeight: height } = window;
    if (this.side.matches) return [peek, Math.min(width * HALF, HALF_AT_SIDE_PX), width];
    const full = height - find(".atlas-header", HTMLElement).offsetHeight;
    return [peek, Math.min(Math.max(height * HALF, LEAST_HALF_PX), full), full];
  }

  /** @param {number} place of the size among the sizes */
  set(place) {
    const { root, handle } = this;
    this.place = Math.max(0, Math.min(place, SIZES.length - 1));
    root.dataset.sheet = SIZES[this.place];
    root.style.setProperty("--sheet", `${this.sizes()[this.place]}px`);
    handle.title = (this.place === 2 ? handle.dataset.less : handle.dataset.more) ?? "";
    handle.setAttribute("aria-label", handle.title);
    this.onChange?.();
  }

  /** The part of the map that the sheet covers beyond its peek: where it covers all, as much as its half. */
  covered() {
    if (!this.media.matches) return { right: 0, bottom: 0 };
    const [peek, half] = this.sizes();
    const px = this.place === 0 ? 0 : half - peek;
    return this.side.matches ? { right: px, bottom: 0 } : { right: 0, bottom: px };
  }

  /** Show the map beside it. */
  lower() {
    if (this.media.matches) this.set(Math.min(this.place, 1));
  }

  /** Show no more than its tabs. */
  rest() {
    if (this.media.matches) this.set(0);
  }

  /** Show what somebody turns to: in its smallest size only the tabs are seen. @param {EventTarget | null} [target] anything in the panel */
  rise(target = document.querySelector(".st-key-panel")) {
    if (this.place === 0 && this.media.matches && target instanceof Element && target.closest(".st-key-panel")) this.set(1);
  }

  /** @param {KeyboardEvent} event */
  press(event) {
    const step = { ArrowUp: 1, ArrowLeft: 1, ArrowDown: -1, ArrowRight: -1 }[event.key];
    if (!step) return;
    event.preventDefault();
    event.stopPropagation();
    this.set(this.place + step);
  }

  /** @param {PointerEvent} event */
  begin(event) {
    if (event.button !== 0) return;
    this.handle.setPointerCapture(event.pointerId);
    this.wasDragged = false;
    this.way = 0;
    this.drag = { at: this.positionOf(event), size: this.sizes()[this.place], isDrag: false };
  }

  /** @param {PointerEvent} event */
  move(event) {
    const { drag, root } = this;
    if (!drag) return;
    const way = drag.at - this.positionOf(event);
    drag.isDrag ||= Math.abs(way) > PRESS_PX;
    if (!drag.isDrag) return;
    const [least, , most] = this.sizes();
    this.way = way;
    this.wasDragged = true;
    root.dataset.sheet = "dragged";
    root.style.setProperty("--sheet", `${Math.max(least, Math.min(drag.size + way, most))}px`);
  }

  /** Come to rest in the nearest size, but in another than before where it was dragged far enough. */
  end() {
    const { drag, way } = this;
    this.drag = null;
    if (!drag?.isDrag) return;
    const sizes = this.sizes();
    const distances = sizes.map((size) => Math.abs(size - drag.size - way));
    let place = distances.indexOf(Math.min(...distances));
    if (place === this.place && Math.abs(way) > FLICK_PX) place += Math.sign(way);
    this.set(place);
  }

  /** @param {PointerEvent} event */
  positionOf({ clientX, clientY }) {
    return this.side.matches ? clientX : clientY;
  }
}
