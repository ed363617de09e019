/** Small messages between the map and the page that frames it. Origins say nothing here (the frame has none); windows do. */

const SIGN = "twente-atlas";

export const isFramed = window.parent !== window;

/** Tell the page around the map; alone, the map tells nobody. */
export function send(type, content) {
  if (isFramed) window.parent.postMessage({ sign: SIGN, type, ...content }, "*");
}

/** @param {Record<string, (content: object) => void>} handlers by type of message */
export function receive(handlers) {
  window.addEventListener("message", ({ source, data }) => {
    if (source !== window.parent || !isFramed || data?.sign !== SIGN) return;
    if (Object.hasOwn(handlers, data.type)) handlers[data.type](data);
  });
}
