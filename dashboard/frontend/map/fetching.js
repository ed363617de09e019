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
  const stall = new AbortController();
  let timer = 0;
  const wait = () => {
    clearTimeout(timer);
    timer = window.setTimeout(() => stall.abort(), SILENCE_MS);
  };
  wait();
  try {
    const response = await fetch(url, { signal: stall.signal });
    if (!response.ok || !response.body) {
      throw Object.assign(new Error(`${response.status} ${response.statusText}`), { status: response.status });
    }
    const decoder = new TextDecoder();
    let text = "";
    const reader = response.body.getReader();
    for (let part = await reader.read(); !part.done; part = await reader.read()) {
      wait();
      text += decoder.decode(part.value, { stream: true });
    }
    return text + decoder.decode();
  } finally {
    clearTimeout(timer);
  }
}
