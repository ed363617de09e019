/**
 * Messages between the map and the page that frames it.
 *
 * The sandboxed frame has no origin, so both sides check the window that a message comes from.
 */

const SIGN = "twente-atlas";

export const isFramed = window.parent !== window;

/** The dashboard names its frame; in other pages no panel stands beside the map. */
export const isInDashboard = isFramed && window.name === "atlas-dashboard";

/** @type {object[] | null} Messages from before the dashboard listened; it says hello once it does. */
let unheard = isInDashboard ? [] : null;

/** Send a message to the page around the map, if there is one. @param {string} type @param {object} content */
export function send(type, content) {
  if (!isFramed) return;
  const message = { sign: SIGN, type, ...content };
  window.parent.postMessage(message, "*");
  unheard?.push(message);
}

/** @param {Record<string, (content: any) => void>} handlers by type of message */
export function receive(handlers) {
  /** @type {typeof handlers} */
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
