/** What features say, in the language of the map: the layers themselves are English. */

import { fetchJson } from "./fetching.js";

/**
 * @param {string | null} url of English text → translation; null where the map is English
 * @param {() => void} onFailure the English stays
 * @returns {Promise<(properties: object, names: string[]) => object>} what puts the named properties into the language
 */
export async function loadTranslations(url, onFailure) {
  if (!url) return (properties) => properties;
  try {
    const texts = new Map(Object.entries(await fetchJson(url)));
    const translate = (value) => (Array.isArray(value) ? value.map(translate) : texts.get(value) ?? value);
    return (properties, names) => {
      const own = names.filter((name) => Object.hasOwn(properties, name));
      return { ...properties, ...Object.fromEntries(own.map((name) => [name, translate(properties[name])])) };
    };
  } catch {
    onFailure();
    return (properties) => properties;
  }
}
