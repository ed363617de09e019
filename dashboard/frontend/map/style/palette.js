/** Reads colors of the style sheets for canvases, which know no custom properties. */

import { element } from "../../dom.js";

/** Read the colors `--basemap-<name>` as a container has them, resolved: a canvas knows no `light-dark()`.
 * @param {HTMLElement} container @param {Iterable<string>} names */
export function readPalette(container, names) {
  const probe = element("span", { hidden: true });
  container.append(probe);
  const palette = new Map();
  for (const name of names) {
    probe.style.color = `var(--basemap-${name})`;
    palette.set(name, getComputedStyle(probe).color);
  }
  probe.remove();
  return /** @type {Map<string, string>} */ (palette);
}
