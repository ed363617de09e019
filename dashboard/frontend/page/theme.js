/**
 * Light or dark, as the system or as its user says; it runs before anything is painted.
 *
 * Streamlit asks the browser for the system's scheme and listens for changes of it. It is told what was chosen here,
 * so that all of the page changes at once and nothing is loaded again.
 */
{
  const KEY = "twente-atlas.theme";
  const QUERY = "(prefers-color-scheme: dark)";
  const system = window.matchMedia(QUERY);
  const ask = window.matchMedia.bind(window);
  const listeners = new Set();

  const read = () => {
    try { return localStorage.getItem(KEY) ?? "system"; } catch { return "system"; }
  };
  let choice = read();

  const answer = {
    media: QUERY,
    onchange: null,
    get matches() { return choice === "system" ? system.matches : choice === "dark"; },
    addEventListener: (_, listener) => listeners.add(listener),
    removeEventListener: (_, listener) => listeners.delete(listener),
    addListener: (listener) => listeners.add(listener),
    removeListener: (listener) => listeners.delete(listener),
    dispatchEvent: () => true,
  };
  window.matchMedia = (query) => (query.replaceAll(/\s+/g, " ").trim() === QUERY ? answer : ask(query));

  const show = () => {
    document.documentElement.dataset.theme = answer.matches ? "dark" : "light";
    for (const listener of [...listeners]) listener({ matches: answer.matches, media: QUERY });
  };
  system.addEventListener("change", show);
  show();

  window.atlasTheme = {
    get choice() { return choice; },
    set choice(value) {
      choice = value;
      try { localStorage.setItem(KEY, value); } catch { /* it holds for this visit */ }
      show();
    },
  };
}
