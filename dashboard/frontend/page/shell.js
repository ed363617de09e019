/** The page around Streamlit: the header, and the address bar, which always links to what is on the screen. */

import { watchConnection } from "./connection.js";
import { addressWith, writeAddress } from "./location.js";
import { startMenu } from "./menu.js";
import { startOwn } from "./uploads.js";
import { startSearch } from "./search.js";
import { startShare } from "./share.js";

/** What the header and the bridge have in common; the bridge puts itself here once Streamlit mounted it. */
const page = {
  bridge: null,
  addressWith,
  writeAddress,
  /** Go to a feature (`{feature}`), a chapter (`{story}`), a place (`{place: {lat, lng}}`), or the ways from a station (`{reach}`). */
  go(target) {
    if (page.bridge) page.bridge.go(target);
    else if (!target.place) window.location.assign(addressWith(target));
  },
};
window.atlasPage = page;

watchConnection();
startSearch(page);
startShare();
startOwn(page);
startMenu();

/** Links to features, chapters and languages keep what is on the screen; opened elsewhere, they are addresses. */
document.addEventListener("click", (event) => {
  const link = event.target.closest?.("a[data-feature], a[data-story], a[data-language], a[data-reach], a[data-to]");
  if (!link || event.button !== 0 || event.ctrlKey || event.metaKey || event.shiftKey) return;
  event.preventDefault();
  const { feature, story, language, reach, start, to } = link.dataset;
  if (language) window.location.assign(addressWith({ lang: language }));
  else if (reach || to) page.go({ reach, start, to });
  else page.go(story === undefined ? { feature } : { story });
});

/** Streamlit takes a bare `r` or `c` for a command to itself; whoever reads or speaks letters did not mean that. */
window.addEventListener("keydown", (event) => {
  const isBare = ["r", "c"].includes(event.key.toLowerCase()) && !event.ctrlKey && !event.metaKey && !event.altKey;
  if (isBare && !event.target.closest?.("input, textarea, select, [contenteditable]")) event.stopImmediatePropagation();
}, { capture: true });

/** In a story, the arrow keys turn the pages. */
document.addEventListener("keydown", ({ key, target, altKey, ctrlKey, metaKey }) => {
  const way = { ArrowRight: "next", ArrowLeft: "prev" }[key];
  if (!way || altKey || ctrlKey || metaKey || target.closest?.("input, textarea, select, [role=tab], [role=grid], [role=radiogroup]")) return;
  document.querySelector(`.atlas-story a[rel=${way}]`)?.click();
});
