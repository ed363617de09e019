/** The evidence card of a layer, in a dialog over the map. */

import { element } from "../../dom.js";
import { formatDate, formatDistance } from "../features/format.js";

/** @param {HTMLElement} container @param {object} card as `geodata.evidence` makes it */
export function showEvidence(container, card, { texts, language }) {
  const close = element("button", { type: "button", class: "atlas-close", "aria-label": texts.close, text: "×" });
  const title = element("h2", { text: texts.evidence.replace("{layer}", card.title) });
  const dialog = element("dialog", { class: "atlas-evidence", "aria-label": title.textContent }, [
    close, title, element("p", { text: card.description }), factsOf(card, texts, language),
  ]);
  close.addEventListener("click", () => dialog.close());
  // A click beside the card is on the dialog itself: its content fills it.
  dialog.addEventListener("click", ({ target }) => { if (target === dialog) dialog.close(); });
  dialog.addEventListener("close", () => dialog.remove());
  L.DomEvent.disableClickPropagation(dialog).disableScrollPropagation(dialog);
  container.append(dialog);
  dialog.showModal();
}

function factsOf(card, texts, language) {
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
  return element("dl", {}, facts.filter(([, value]) => value !== null).flatMap(([label, value]) => [
    element("dt", { text: label }),
    element("dd", {}, [value]),
  ]));
}

function sourceOf({ name, url, vintage, license }) {
  const rest = `${vintage ? `, ${vintage}` : ""}${license ? ` (${license})` : ""}`;
  return element("li", {}, [url ? link(name, url) : name, rest]);
}

function link(text, href) {
  return element("a", { href, target: "_blank", rel: "noopener noreferrer", text });
}
