/** Fetches the data of the map. */

/** Milliseconds without a byte after which a request fails; slow answers still arrive. */
export const SILENCE_MS = 20_000;

/** Take JSON that the document holds, once, for an address. @param {string} url */
export function takeHeldJson(url) {
  const held = document.getElementById(url);
  held?.remove();
  return held && JSON.parse(held.textContent);
}

/** @param {string} url */
export async function fetchJson(url) {
  return JSON.parse(await fetchText(url));
}

/** Fetch a text; the error of a refused request has its `status`. @param {string} url */
export async function fetchText(url) {
  return new TextDecoder().decode(await fetchBytes(url));
}

/** Fetch bytes; the error of a refused request has its `status`. @param {string} url @param {AbortSignal} [signal] */
export async function fetchBytes(url, signal) {
  const stall = new AbortController();
  let timer = 0;
  const wait = () => {
    clearTimeout(timer);
    timer = window.setTimeout(() => stall.abort(), SILENCE_MS);
  };
  wait();
  try {
    const response = await fetch(url, { signal: signal ? AbortSignal.any([stall.signal, signal]) : stall.signal });
    if (!response.ok) throw Object.assign(new Error(`${response.status} ${response.statusText}`), { status: response.status });
    const parts = [];
    const reader = response.body?.getReader();
    for (let part = await reader?.read(); part && !part.done; part = await reader?.read()) {
      wait();
      parts.push(part.value);
    }
    return new Uint8Array(await new Blob(parts).arrayBuffer());
  } finally {
    clearTimeout(timer);
  }
}
