/** What a click shows at once: title, kind, three key facts, and the way to more. */

import { element } from "../../dom.js";
import { formatDistance, formatValue } from "./format.js";
import { isApproximate } from "../style/leaflet_style.js";

/**
 * @param {object} layer options of the layer
 * @param {{properties: object, isPartial?: boolean, isOutOfReach?: boolean}} entry of the feature
 * @param {{texts: object, language: string, onMore: () => void, onRetry: () => void}} context
 */
export function popupContent(layer, entry, { texts, language, onMore, onRetry }) {
  const { properties } = entry;
  const more = element("button", { type: "button", class: "atlas-more", text: texts.more });
  const facts = factList(layer, properties, layer.key_fields, language);
  if (isApproximate(layer.style, properties)) {
    const distance = formatDistance(properties.accuracy_m, language);
    facts.append(
      element("dt", { text: texts.position }),
      element("dd", { text: texts.approximate.replace("{distance}", distance) }),
    );
  }
  const content = element("article", { class: "atlas-popup" }, [
    element("p", { class: "atlas-kind", text: kindOf(layer, properties) }),
    element("h2", { text: properties.name ?? texts.unnamed }),
    ...(entry.isPartial ? [waitingNote(entry, texts, onRetry)] : [facts, more]),
  ]);
  more.addEventListener("click", () => {
    if (onMore()) return;
    // Alone, without a dashboard around it, the map itself tells the rest.
    const note = ["description", "note"].filter((name) => typeof properties[name] === "string");
    facts.replaceWith(
      ...note.map((name) => element("p", { class: `atlas-${name}`, text: properties[name] })),
      factList(layer, properties, Object.keys(layer.fields), language),
      element("p", { class: "atlas-source", text: `${texts.source}: ${properties.source ?? layer.attribution}` }),
    );
    // Hidden, not removed: of a click on what is gone Leaflet can't tell that it was in the popup, and closes it.
    more.hidden = true;
    content.dispatchEvent(new CustomEvent("grow", { bubbles: true }));
  });
  return content;
}

/** In place of the facts that have yet to come. */
function waitingNote({ isOutOfReach }, texts, onRetry) {
  if (!isOutOfReach) return element("p", { class: "atlas-note", text: texts.loading });
  const retry = element("button", { type: "button", class: "atlas-more", text: texts.retry });
  // The click would be told to a popup that no longer holds the button.
  retry.addEventListener("click", (event) => { L.DomEvent.stopPropagation(event); onRetry(); });
  return element("p", { class: "atlas-note", role: "status" }, [texts.failed, " ", retry]);
}

/** The category is the kind where a layer has categories: "City of the network" says more than "City or town". */
export function kindOf(layer, properties) {
  const { category_field: field, categories = [] } = layer.style;
  const category = categories.find((candidate) => candidate.value === properties[field]);
  return category?.kind ?? layer.kind;
}

/** The language that is spoken where a feature is, so that its own name is read in it. */
function languageOf({ country }) {
  return /^[A-Z]{2}$/.test(country) ? new Intl.Locale(`und-${country}`).maximize().language : undefined;
}

function factList(layer, properties, names, language) {
  const list = element("dl");
  for (const name of names) {
    const field = layer.fields[name];
    if (field === undefined || !Object.hasOwn(properties, name)) continue;
    const lang = name === "native_name" ? languageOf(properties) : undefined;
    list.append(
      element("dt", { text: field.label }),
      element("dd", { text: formatValue(properties[name], field, language), lang }),
    );
  }
  return list;
}
