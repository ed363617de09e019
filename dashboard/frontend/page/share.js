/** Taking along what is on the screen: its address, the code to embed it, a file, a print. */

import { addressWith, besidePage } from "./location.js";

export function startShare() {
  const panel = document.querySelector("#atlas-share");
  panel.addEventListener("beforetoggle", ({ newState }) => { if (newState === "open") showAddresses(panel); });
  const pin = panel.querySelector("#atlas-share-pin");
  // Who came by a pinned link shares one again, of what is on the screen now.
  pin.checked = new URLSearchParams(window.location.search).has("data");
  pin.addEventListener("change", () => showAddresses(panel));
  document.addEventListener("click", ({ target }) => {
    const button = target.closest?.("button[data-copy]");
    if (button) copy(button);
  });
}

function showAddresses(panel) {
  const pin = panel.querySelector("#atlas-share-pin");
  const address = addressWith({ data: pin.checked ? pin.dataset.version : null });
  panel.querySelector("#atlas-share-link").value = new URL(address, window.location.href).href;
  const title = document.querySelector("h1").textContent;
  panel.querySelector("#atlas-share-embed").value =
    `<iframe src="${besidePage("map")}" title="${title}" width="800" height="600" style="border:0" allow="fullscreen" loading="lazy"></iframe>`;
  panel.querySelector("[data-share=file]").href = besidePage("download/map.html");
  panel.querySelector("[data-share=print]").href = besidePage("map", { print: 1 });
}

/** Copy the field that a button names, or, where it names none, the page's address. */
async function copy(button) {
  const field = document.getElementById(button.dataset.copy);
  const text = field?.value ?? window.location.href;
  try {
    await navigator.clipboard.writeText(text);
  } catch {
    // Without a secure origin there is no clipboard; what is selected can be copied by hand.
    field?.select();
    if (!document.execCommand("copy")) return;
  }
  const label = button.textContent;
  button.textContent = button.dataset.done;
  document.querySelector("#atlas-share [role=status]").textContent = button.dataset.done;
  setTimeout(() => { button.textContent = label; }, 1600);
}
