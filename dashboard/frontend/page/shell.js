/** The page around Streamlit: the header, and the address bar, which always links to what is on the screen. */

import { mountMap, unmountMap } from "./bridge.js";
import { watchConnection } from "./connection.js";
import { startDivider } from "./divider.js";
import { startStreamlit } from "./early.js";
import { handOverPanel } from "./first_panel.js";
import { keepFocus } from "./focus.js";
import { addressWith } from "./location.js";
import { startMenu } from "./menu.js";
import { startPageTurning } from "./page_turning.js";
import { isWriting, startSearch } from "./search/search.js";
import { startShare } from "./share.js";
import { Sheet } from "./sheet.js";
import { Uploads } from "./uploads/uploads.js";

/** @type {Page} */
const page = {
  bridge: null,
  uploads: new Uploads(() => page.bridge),
  sheet: new Sheet(() => page?.bridge?.tellCovered()),
  go(target) {
    const { place, ...parameters } = target;
    if (page.bridge) page.bridge.go(target);
    else if (!place) window.location.assign(addressWith(parameters));
  },
};
window.atlasPage = { uploads: page.uploads, mountMap: (component) => mountMap(page, component), unmountMap };

watchConnection();
startSearch(page);
startShare();
startMenu();
startDivider();
handOverPanel();
startPageTurning();
keepFocus();

/** Links to features, chapters and languages keep what is on the screen; opened elsewhere, they are addresses. */
document.addEventListener("click", (event) => {
  const { target } = event;
  const link = target instanceof Element && target.closest("a[data-feature], a[data-story], a[data-language], a[data-reach], a[data-to], a[data-panel]");
  if (!(link instanceof HTMLElement) || event.button !== 0 || event.ctrlKey || event.metaKey || event.shiftKey) return;
  event.preventDefault();
  const { feature, story, language, reach, start, to, panel, of } = link.dataset;
  if (language) window.location.assign(addressWith({ lang: language }));
  else if (reach || to) page.go({ reach, start, to });
  else if (panel) page.go({ panel, of });
  else page.go(story === undefined ? { feature } : { story });
});

/** Streamlit has commands on a bare `r` and `c`; screen readers and dictation use letters too. */
window.addEventListener("keydown", (event) => {
  const isBare = ["r", "c"].includes(event.key.toLowerCase()) && !event.ctrlKey && !event.metaKey && !event.altKey;
  if (isBare && !isWriting(event)) event.stopImmediatePropagation();
}, { capture: true });

/** The history of the browser leads through what was shown, which Streamlit does not know; what this page says to Streamlit passes. */
window.addEventListener("popstate", (event) => {
  if (!event.isTrusted) return;
  event.stopImmediatePropagation();
  page.bridge?.revisit();
});

await startStreamlit();
