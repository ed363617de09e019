// Part of the page itself. Side by side, the map and Streamlit slow each other down, so Streamlit's files wait
// until the map's layers are there, and never longer than a moment.
const PATIENCE_MS = 300;

const shown = new Promise((resolve) => {
  window.addEventListener("message", ({ data }) => {
    if (data?.sign === "twente-atlas" && data.type === "shown") resolve();
  });
  setTimeout(resolve, PATIENCE_MS);
});

await shown;
const files = document.querySelector("#streamlit-files");
document.head.append(files.content);
import(new URL(files.dataset.entry, document.baseURI).href);
