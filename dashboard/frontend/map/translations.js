/** Translates the properties of features into the language of the map: the layers themselves are English. */

import { fetchJson } from "./fetching.js";

/** Return the function that translates the named properties of a feature; with a failure, it leaves them English.
 * @param {string | null} url null on an English map @param {() => void} onFailure @returns {Promise<Translate>} */
export async function loadTranslations(url, onFailure) {
  const texts = new Map(Object.entries(url ? await fetchJson(url).catch(onFailure) ?? {} : {}));
  /** @param {any} value @returns {any} */
  const translate = (value) => (Array.isArray(value) ? value.map(translate) : texts.get(value) ?? value);
  return (properties, names) => {
    const present = texts.size > 0 ? names.filter((name) => Object.hasOwn(properties, name)) : [];
    return { ...properties, ...Object.fromEntries(present.map((name) => [name, translate(properties[name])])) };
  };
}
