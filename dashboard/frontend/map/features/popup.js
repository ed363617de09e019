/** The content of a popup: title, kind, three key facts, and the way to more. */

import { button, element } from "../../dom.js";
import { isApproximate } from "../style/leaflet_style.js";
import { formatDistance, formatValue } from "./format.js";

/** The content; `onGrow` is called once it shows more. @param {Entry} entry
 * @param {{texts: Texts, language: string, onRetry: () => void, onGrow: () => void}} context */
export function popupContent(entry, { texts, language, onRetry, onGrow }) {
  const { properties, layer: { options } } = entry;
  const facts = factList(entry, options.key_fields, language);
  if (isApproximate(options.style, properties) && !options.style.areas?.[entry.id]) {
    const distance = formatDistance(properties.accuracy_m, language);
    facts.append(...fact(texts.position, texts.approximate.replace("{distance}", distance)));
  }
  const more = button({ class: "atlas-more", text: texts.more }, () => {
    const notes = ["description", "note"].filter((name) => typeof properties[name] === "string");
    facts.replaceWith(
      ...notes.map((name) => element("p", { class: `atlas-${name}`, text: properties[name] })),
      factList(entry, Object.keys(options.fields), language),
      element("p", { class: "atlas-source", text: `${texts.source}: ${properties.source ?? options.attribution}` }),
    );
    // Hidden, not removed: Leaflet would take a click on a removed button for one beside the popup, and close it.
    more.hidden = true;
    onGrow();
  });
  const retry = button({ class: "atlas-more", text: texts.retry }, (event) => {
    // The retry removes this button, and Leaflet would close the popup.
    event.stopPropagation();
    onRetry();
  });
  const content = !entry.isPartial ? [facts, more]
    : !entry.isOutOfReach ? [element("p", { class: "atlas-note", text: texts.loading })]
    : [element("p", { class: "atlas-note", role: "status" }, [texts.failed, " ", retry])];
  return element("article", { class: "atlas-popup" }, [
    element("p", { class: "atlas-kind", text: kindOf(entry) }),
    element("h2", { text: properties.name ?? texts.unnamed }),
    ...content,
  ]);
}

/** The category's kind, where there is one: "City of the network" says more than "City or town". @param {Entry} entry */
export function kindOf({ properties, layer: { options: { style, kind } } }) {
  const { category_field: field = "", categories = [] } = style;
  return categories.find(({ value }) => value === properties[field])?.kind ?? kind;
}

/** The language of the country that a feature is in, for its native name. @param {Properties} properties */
function languageOf({ country }) {
  return /^[A-Z]{2}$/.test(country) ? new Intl.Locale(`und-${country}`).maximize().language : undefined;
}

/** @param {Entry} entry @param {string[]} names of fields @param {string} language */
function factList({ properties, layer: { options: { fields } } }, names, language) {
  const known = names.filter((name) => fields[name] !== undefined && Object.hasOwn(properties, name));
  return element("dl", {}, known.flatMap((name) => {
    const text = formatValue(properties[name], fields[name], language);
    return fact(fields[name].label, text, name === "native_name" ? languageOf(properties) : undefined);
  }));
}

/** @param {string} label @param {string} text @param {string} [lang] */
function fact(label, text, lang) {
  return [element("dt", { text: label }), element("dd", { text, lang })];
}
