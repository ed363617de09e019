/** Data of the map, fetched. */

/** Of silence; what comes slowly still comes. */
export const SILENCE_MS = 20_000;

/** What the document holds of an address, once: whoever asks again has to fetch it. */
export function takeHeldJson(url) {
  const held = document.getElementById(url);
  held?.remove();
  return held && JSON.parse(held.textContent);
}

export async function fetchJson(url) {
  return JSON.parse(await fetchText(url));
}

/** An error with `status` where the server refuses; what stalls, or is cut off halfway, is an error too. */
export async function fetchText(url) {
  const stall = new AbortController();
  let timer;
  const wait = () => {
    clearTimeout(timer);
    timer = setTimeout(() => stall.abort(), SILENCE_MS);
  };
  wait();
  try {
    const response = await fetch(url, { signal: stall.signal });
    if (!response.ok) throw Object.assign(new Error(`${response.status} ${response.statusText}`), { status: response.status });
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
