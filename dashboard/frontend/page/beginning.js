/**
 * What is settled before anything is painted: light or dark, and whether the map's list of layers is folded.
 *
 * Streamlit asks the browser for the system's scheme and listens for changes of it. Here it gets the user's choice
 * instead, so that the whole page changes at once and nothing is loaded again.
 */
{
  const KEY = "twente-atlas.theme";
  const QUERY = "(prefers-color-scheme: dark)";
  const system = window.matchMedia(QUERY);
  const matchMedia = window.matchMedia.bind(window);

  const read = () => {
    try { return localStorage.getItem(KEY) ?? "system"; } catch { return "system"; }
  };
  let choice = read();

  class Scheme extends EventTarget {
    media = QUERY;
    onchange = null;

    get matches() {
      return choice === "system" ? system.matches : choice === "dark";
    }

    /** The older way to listen. @param {EventListener | null} listener */
    addListener(listener) {
      this.addEventListener("change", listener);
    }

    /** @param {EventListener | null} listener */
    removeListener(listener) {
      this.removeEventListener("change", listener);
    }
  }
  const scheme = /** @type {MediaQueryList} */ (new Scheme());
  window.matchMedia = (query) => (query.replaceAll(/\s+/g, " ").trim() === QUERY ? scheme : matchMedia(query));

  const show = () => {
    document.documentElement.dataset.theme = scheme.matches ? "dark" : "light";
    scheme.dispatchEvent(new MediaQueryListEvent("change", { matches: scheme.matches, media: QUERY }));
  };
  system.addEventListener("change", show);
  show();

  window.atlasTheme = {
    get choice() { return choice; },
    set choice(value) {
      choice = value;
      try { localStorage.setItem(KEY, value); } catch { /* It holds until the page is left. */ }
      show();
    },
  };
}

/* The frame of the map has no storage, and reads in its address that its list is folded. */
{
  let isFolded = false;
  try { isFolded = localStorage.getItem("twente-atlas.layers-folded") === "1"; } catch { /* Then it is open. */ }
  const frame = document.querySelector("iframe");
  if (isFolded && frame) frame.src += "#folded";
}
