/** Sizes of names as the style sheet draws them. */

import { element } from "../../dom.js";

export class LabelSizes {
  /** @param {HTMLElement} pane in which names are drawn */
  constructor(pane) {
    this.pane = pane;
    this.canvas = document.createElement("canvas").getContext("2d");
    /** @type {Map<string, L.Point>} */
    this.sizes = new Map();
    /** @type {Map<LabelKind, LabelFont>} */
    this.fonts = new Map();
  }

  /** The size of a name, measured once per text and kind. @param {Label} label */
  of({ text, kind }) {
    const key = `${kind} ${text}`;
    const known = this.sizes.get(key);
    if (known) return known;
    const { font, size, spacing, padding, isUppercase } = this.fontOf(kind);
    if (this.canvas && this.canvas.font !== font) this.canvas.font = font;
    const textWidth = this.canvas?.measureText(isUppercase ? text.toUpperCase() : text).width ?? 0;
    const measured = L.point(Math.ceil(textWidth + spacing * text.length + padding), Math.ceil(size * 1.25));
    this.sizes.set(key, measured);
    return measured;
  }

  /** Reading a style makes the browser lay everything out, so each kind is read once. @param {LabelKind} kind */
  fontOf(kind) {
    const known = this.fonts.get(kind);
    if (known) return known;
    const probe = element("span", { class: `atlas-label atlas-label-${kind}` });
    this.pane.append(probe);
    const style = getComputedStyle(probe);
    const font = {
      font: `${style.fontStyle} ${style.fontWeight} ${style.fontSize} ${style.fontFamily}`,
      size: Number.parseFloat(style.fontSize),
      spacing: Number.parseFloat(style.letterSpacing) || 0,
      padding: Number.parseFloat(style.paddingLeft) + Number.parseFloat(style.paddingRight),
      isUppercase: style.textTransform === "uppercase",
    };
    probe.remove();
    this.fonts.set(kind, font);
    return font;
  }
}
