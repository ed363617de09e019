/** The content of a popup: title, kind, three key facts, and the way to more. */

import { button, element } from "../../dom.js";
import { isInDashboard, send } from "../messages.js";
import { isApproximate } from "../style/leaflet_style.js";
import { formatDistance, formatValue } from "./format.js";

/** @param {LayerOptions} layer @param {Entry} entry
 * @param {{texts: Texts, language: string, onRetry: () => void, onGrow: () => void}} context `onGrow` is called once the popup shows more */
export function popupContent(layer, entry, { texts, language, onRetry, onGrow }) {
  const { properties } = entry;
  const facts = factList(layer, properties, layer.key_fields, language);
  if (isApproximate(layer.style, properties)) {
    const distance = formatDistance(properties.accuracy_m, language);
    facts.append(...fact(texts.position, texts.approximate.replace("{distance}", distance)));
  }
  const more = button({ class: "atlas-more", text: texts.more }, () => {
    send("more", {});
    if (isInDashboard) return;
    // Without a dashboard beside it, the map itself shows the rest.
    const notes = ["description", "note"].filter((name) => typeof properties[name] === "string");
    facts.replaceWith(
      ...notes.map((name) => element("p", { class: `atlas-${name}`, text: properties[name] })),
      factList(layer, properties, Object.keys(layer.fields), language),
      element("p", { class: "atlas-source", text: `${texts.source}: ${properties.source ?? layer.attribution}` }),
    );
    // Hidden, not removed: Leaflet would take a click on a removed button for one beside the popup, and close it.
    more.hidden = true;
    onGrow();
  });
  return element("article", { class: "atlas-popup" }, [
    element("p", { class: "atlas-kind", text: kindOf(layer, properties) }),
    element("h2", { text: properties.name ?? texts.unnamed }),
    ...(entry.isPartial ? [waitingNote(entry.isOutOfReach, texts, onRetry)] : [facts, more]),
  ]);
}

/** The note in the place of facts that have yet to come.
 * @param {boolean | undefined} isOutOfReach @param {Texts} texts @param {() => void} onRetry */
function waitingNote(isOutOfReach, texts, onRetry) {
  if (!isOutOfReach) return element("p", { class: "atlas-note", text: texts.loading });
  const retry = button({ class: "atlas-more", text: texts.retry }, (event) => {
    // The retry removes this button, and Leaflet would close the popup.
    event.stopPropagation();
    onRetry();
  });
  return element("p", { class: "atlas-note", role: "status" }, [texts.failed, " ", retry]);
}

/** The category is the kind where a layer has categories: "City of the network" says more than "City or town".
 * @param {LayerOptions} layer @param {Properties} properties */
export function kindOf(layer, properties) {
  const { category_field: field = "", categories = [] } = layer.style;
  return categories.find(({ value }) => value === properties[field])?.kind ?? layer.kind;
}

/** The language of the country that a feature is in, for its native name. @param {Properties} properties */
function languageOf({ country }) {
  return /^[A-Z]{2}$/.test(country) ? new Intl.Locale(`und-${country}`).maximize().language : undefined;
}

/** @param {LayerOptions} layer @param {Properties} properties @param {string[]} names @param {string} language */
function factList(layer, properties, names, language) {
  const known = names.filter((name) => layer.fields[name] !== undefined && Object.hasOwn(properties, name));
  return element("dl", {}, known.flatMap((name) => {
    const field = layer.fields[name];
    return fact(field.label, formatValue(properties[name], field, language), name === "native_name" ? languageOf(properties) : undefined);
  }));
}

/** @param {string} label @param {string} text @param {string} [lang] */
function fact(label, text, lang) {
  return [element("dt", { text: label }), element("dd", { text, lang })];
}
