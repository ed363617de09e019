/** The dialog to share and save what is on the screen: its address, code to embed it, a file, a print. */

import { find } from "../dom.js";
import { addressWith, besidePage } from "./location.js";

/** What is on the screen, in another form. @type {Record<string, () => string>} */
const savedAs = {
  file: () => besidePage("download/map.html"),
  picture: () => besidePage("map", { picture: "1" }),
  print: () => besidePage("map", { print: "1" }),
};

export function startShare() {
  const panel = find("#atlas-share", HTMLElement);
  const pin = find("#atlas-share-pin", HTMLInputElement);
  const size = find("#atlas-share-size", HTMLSelectElement);
  const update = () => showAddresses(pin.checked ? pin.dataset.version : null, size.value);
  // Somebody who opened a pinned link shares one again, of what is on the screen now.
  pin.checked = new URLSearchParams(window.location.search).has("data");
  for (const choice of [pin, size]) choice.addEventListener("change", update);
  panel.addEventListener("beforetoggle", (event) => { if (event.newState === "open") update(); });
  document.addEventListener("click", ({ target }) => {
    const button = target instanceof Element && target.closest("button[data-copy]");
    if (button instanceof HTMLButtonElement) copy(button);
  });
  // What is on the screen may have changed since the link was written; other buttons of the mouse click nothing.
  for (const type of ["pointerdown", "click"]) {
    document.addEventListener(type, ({ target }) => {
      const link = target instanceof Element && target.closest("a[data-share]");
      if (link instanceof HTMLAnchorElement) link.href = savedAs[link.dataset.share ?? ""]();
    });
  }
}

/** @param {string | null | undefined} data version that the link is pinned to @param {string} size such as `800x600` */
function showAddresses(data, size) {
  find("#atlas-share-link", HTMLInputElement).value = new URL(addressWith({ data }), window.location.href).href;
  const title = find("h1", HTMLElement).textContent;
  const [width, height] = size.split("x");
  find("#atlas-share-embed", HTMLTextAreaElement).value =
    `<iframe src="${besidePage("map")}" title="${title}" width="${width}" height="${height}" style="border:0" allow="fullscreen" loading="lazy"></iframe>`;
}

/** Copy the field that a button names, or the page's address if it names none. @param {HTMLButtonElement} button */
async function copy(button) {
  const field = document.getElementById(button.dataset.copy ?? "");
  const text = field instanceof HTMLInputElement || field instanceof HTMLTextAreaElement ? field : null;
  try {
    await navigator.clipboard.writeText(text?.value ?? window.location.href);
  } catch {
    // Without a secure origin there is no clipboard; the selected text can be copied by hand.
    text?.select();
    if (!document.execCommand("copy")) return;
  }
  const { done = "" } = button.dataset;
  const label = button.textContent;
  button.textContent = done;
  find("#atlas-share [role=status]", HTMLElement).textContent = done;
  setTimeout(() => { button.textContent = label; }, 1600);
}
