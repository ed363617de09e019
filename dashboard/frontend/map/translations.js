/** Translates the properties of features into the language of the map: the layers themselves are English. */

import { fetchJson } from "./fetching.js";

/** Return the function that translates the named properties of a feature.
 * @param {string | null} url of a dictionary from English texts to translations; null on an English map
 * @param {() => void} onFailure called if the texts stay English @returns {Promise<Translate>} */
export async function loadTranslations(url, onFailure) {
  if (!url) return (properties) => properties;
  try {
    const texts = new Map(Object.entries(await fetchJson(url)));
    /** @param {any} value @returns {any} */
    const translate = (value) => (Array.isArray(value) ? value.map(translate) : texts.get(value) ?? value);
    return (properties, names) => {
      const present = names.filter((name) => Object.hasOwn(properties, name));
      return { ...properties, ...Object.fromEntries(present.map((name) => [name, translate(properties[name])])) };
    };
  } catch {
    onFailure();
    return (properties) => properties;
  }
}
