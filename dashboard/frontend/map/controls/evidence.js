/** The evidence card of a layer, in a dialog over the map. */

import { button, element } from "../../dom.js";
import { formatDate, formatDistance } from "../features/format.js";

/** @param {Atlas} atlas @param {Evidence} card */
export function showEvidence({ map, texts, language }, card) {
  const title = texts.evidence.replace("{layer}", card.title);
  const dialog = element("dialog", { class: "atlas-evidence", "aria-label": title }, [
    button({ class: "atlas-close", "aria-label": texts.close, text: "×" }, () => dialog.close()),
    element("h2", { text: title }), element("p", { text: card.description }), factsOf(card, texts, language),
  ]);
  // The content fills the dialog, so a click on the dialog itself is beside the card.
  dialog.addEventListener("click", ({ target }) => { if (target === dialog) dialog.close(); });
  dialog.addEventListener("close", () => dialog.remove());
  L.DomEvent.disableClickPropagation(dialog).disableScrollPropagation(dialog);
  map.getContainer().append(dialog);
  dialog.showModal();
}

/** @param {Evidence} card @param {Texts} texts @param {string} language */
function factsOf(card, texts, language) {
  /** @type {[string, string | Node | null][]} */
  const facts = [
    [texts.features, card.features.toLocaleString(language)],
    [texts.license, link(card.license.name, card.license.url)],
    [texts.attribution, card.attribution],
    [texts.vintage, card.vintage],
    [texts.retrieved, formatDate(card.retrieved, language)],
    [texts.accuracy, card.accuracy_m === null ? null : texts.about.replace("{distance}", formatDistance(card.accuracy_m, language))],
    [texts.method, card.method],
    [texts.sources, element("ul", {}, card.sources.map(sourceOf))],
    [texts.checksum, element("code", { text: card.sha256 })],
  ];
  return element("dl", {}, facts.flatMap(([text, value]) => (value === null ? [] : [element("dt", { text }), element("dd", {}, [value])])));
}

/** @param {Evidence["sources"][number]} source */
function sourceOf({ name, url, vintage, license }) {
  const rest = `${vintage ? `, ${vintage}` : ""}${license ? ` (${license})` : ""}`;
  return element("li", {}, [url ? link(name, url) : name, rest]);
}

/** @param {string} text @param {string} href */
function link(text, href) {
  return element("a", { href, target: "_blank", rel: "noopener noreferrer", text });
}
