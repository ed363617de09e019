/** The header's menu on small screens, and the choice of colors. */

import { find } from "../dom.js";

export function startMenu() {
  const theme = find("#atlas-theme", HTMLSelectElement);
  theme.value = window.atlasTheme.choice;
  theme.addEventListener("change", () => { window.atlasTheme.choice = theme.value; });

  const menu = find("#atlas-menu", HTMLElement);
  const opener = find(".atlas-menu-button", HTMLElement);
  /** @param {boolean} isOpen */
  const open = (isOpen) => {
    menu.classList.toggle("atlas-open", isOpen);
    opener.setAttribute("aria-expanded", String(isOpen));
  };
  opener.addEventListener("click", () => open(!menu.classList.contains("atlas-open")));
  document.addEventListener("click", (event) => {
    if (![menu, opener].some((part) => event.composedPath().includes(part))) open(false);
  });
  document.addEventListener("keydown", ({ key }) => {
    if (key !== "Escape" || !menu.classList.contains("atlas-open")) return;
    open(false);
    opener.focus();
  });
}
