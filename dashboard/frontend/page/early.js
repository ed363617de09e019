/** Starts Streamlit once the layers of the map are drawn, as side by side the two slow each other down; the table's part comes later. */

import { find, onFirstUse } from "../dom.js";

/** Streamlit waits no longer than this. */
const MAX_WAIT_MS = 300;

export async function startStreamlit() {
  await new Promise((resolve) => {
    window.addEventListener("message", ({ data }) => {
      if (data?.sign === "twente-atlas" && data.type === "shown") resolve(undefined);
    });
    setTimeout(resolve, MAX_WAIT_MS);
  });
  leaveIconsUnloaded();
  const files = find("#streamlit-files", HTMLTemplateElement);
  document.head.append(files.content);
  const { entry = "", table = "" } = files.dataset;
  await import(new URL(entry, document.baseURI).href);
  onFirstUse(() => whenIdle(() => import(new URL(table, document.baseURI).href)));
}

/** The table is a third of Streamlit's script: it comes before it is asked for, and after all that somebody sees who only looks.
 * @param {() => void} callback */
function whenIdle(callback) {
  if ("requestIdleCallback" in window) window.requestIdleCallback(callback);
  else setTimeout(callback, 1000);
}

/** Streamlit asks for its font of icons at once, a quarter of the transfer; where an icon is shown, the browser loads it anyhow. */
function leaveIconsUnloaded() {
  const { fonts } = document;
  const load = fonts.load.bind(fonts);
  fonts.load = async (font, text) => (font.includes("Material Symbols") ? [] : load(font, text));
}
