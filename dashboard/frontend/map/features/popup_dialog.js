/** A popup as a dialog with a name for screen readers; Escape closes it. */

import { setAttributes } from "../../dom.js";

/** @param {L.Popup} popup that is open @param {string} name @param {Texts} texts */
export function nameDialog(popup, name, texts) {
  const dialog = popup.getElement();
  if (!dialog) return;
  setAttributes(dialog, { role: "dialog", "aria-label": name, tabindex: -1 });
  dialog.querySelector(".leaflet-popup-close-button")?.setAttribute("aria-label", texts.close);
  dialog.addEventListener("keydown", (event) => {
    if (event.key !== "Escape") return;
    event.stopPropagation();
    popup.close();
  });
}
