/** The header's choices: colors, and on small screens the menu that holds them. */

export function startMenu() {
  const theme = document.querySelector("#atlas-theme");
  theme.value = window.atlasTheme.choice;
  theme.addEventListener("change", () => { window.atlasTheme.choice = theme.value; });

  const menu = document.querySelector("#atlas-menu");
  const button = document.querySelector(".atlas-menu-button");
  const open = (isOpen) => {
    menu.classList.toggle("atlas-open", isOpen);
    button.setAttribute("aria-expanded", isOpen);
  };
  button.addEventListener("click", () => open(button.getAttribute("aria-expanded") !== "true"));
  document.addEventListener("click", ({ target }) => {
    if (!menu.contains(target) && !button.contains(target)) open(false);
  });
  document.addEventListener("keydown", ({ key }) => {
    if (key === "Escape" && menu.classList.contains("atlas-open")) {
      open(false);
      button.focus();
    }
  });
}
