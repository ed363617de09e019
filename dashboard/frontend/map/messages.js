/** Small messages between the map and the page that frames it. Origins say nothing here (the frame has none); windows do. */

const SIGN = "twente-atlas";

export const isFramed = window.parent !== window;

/** The dashboard names its frame; whoever else embeds the map has no panel beside it. */
export const isInDashboard = isFramed && window.name === "atlas-dashboard";

/** What was said before the dashboard listened; it says hello once it does. */
let unheard = isInDashboard ? [] : null;

/** Tell the page around the map; alone, the map tells nobody. */
export function send(type, content) {
  if (!isFramed) return;
  const message = { sign: SIGN, type, ...content };
  window.parent.postMessage(message, "*");
  unheard?.push(message);
}

/** @param {Record<string, (content: object) => void>} handlers by type of message */
export function receive(handlers) {
  const known = { ...handlers, hello: repeatUnheard };
  window.addEventListener("message", ({ source, data }) => {
    if (source !== window.parent || !isFramed || data?.sign !== SIGN) return;
    if (Object.hasOwn(known, data.type)) known[data.type](data);
  });
}

function repeatUnheard() {
  for (const message of unheard ?? []) window.parent.postMessage(message, "*");
  unheard = null;
}
