/** Starts Streamlit once the layers of the map are drawn: side by side, the two slow each other down. */

import { find } from "../dom.js";

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
  await import(new URL(files.dataset.entry ?? "", document.baseURI).href);
}

/** Streamlit asks for its font of icons at once, a quarter of the transfer; where an icon is shown, the browser loads it anyhow. */
function leaveIconsUnloaded() {
  const { fonts } = document;
  const load = fonts.load.bind(fonts);
  fonts.load = async (font, text) => (font.includes("Material Symbols") ? [] : load(font, text));
}
