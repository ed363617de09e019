/** The search box: a combobox over every feature and the names of the base map; the server answers while one types. */

import { element, find } from "../../dom.js";
import { besidePage } from "../location.js";
import { drawing, symbolPicture } from "./pictures.js";

/** Pause in typing before a search. */
const PAUSE_MS = 90;

/** @param {Page} page */
export function startSearch(page) {
  const input = find("#atlas-search", HTMLInputElement);
  const list = find("#atlas-results", HTMLElement);
  const status = find(".atlas-search [role=status]", HTMLElement);
  const { found: foundText = "", nothing = "", failed = "", place: placeText = "", atlas: atlasTitle = "" } = input.dataset;
  /** @type {(Found & {item: HTMLElement})[]} */
  let options = [];
  let active = -1;
  let timer = 0;
  let asking = new AbortController();
  let isBehind = false;

  const close = () => {
    asking.abort();
    clearTimeout(timer);
    list.hidden = true;
    input.setAttribute("aria-expanded", "false");
    input.removeAttribute("aria-activedescendant");
    active = -1;
  };

  /** @param {Found} option */
  const choose = (option) => {
    close();
    input.value = "";
    input.blur();
    page.go(option.target);
  };

  /** @param {number} index */
  const mark = (index) => {
    active = options.length ? (index + options.length) % options.length : -1;
    options.forEach(({ item }, position) => item.setAttribute("aria-selected", String(position === active)));
    if (active < 0) return;
    input.setAttribute("aria-activedescendant", options[active].item.id);
    // The heading above the first result comes into view with it.
    if (active === 0) list.scrollTop = 0;
    else options[active].item.scrollIntoView({ block: "nearest" });
  };

  /** @param {FoundGroup[]} groups @param {string} message */
  const show = (groups, message) => {
    let count = 0;
    options = [];
    const rows = groups.flatMap(({ title, found }, number) => {
      const items = found.map((option) => ({ ...option, item: itemOf(option, count++) }));
      options.push(...items);
      return groupOf(title, number, items.map(({ item }) => item));
    });
    for (const option of options) option.item.addEventListener("click", () => choose(option));
    const note = element("li", { role: "option", "aria-disabled": "true", class: "atlas-nothing", text: message });
    list.replaceChildren(...(options.length ? rows : [note]));
    status.textContent = message;
    list.hidden = false;
    list.scrollTop = 0;
    input.setAttribute("aria-expanded", "true");
    mark(0);
  };

  const search = async () => {
    const query = input.value.trim();
    asking.abort();
    if (!query) return close();
    asking = new AbortController();
    const { signal } = asking;
    try {
      const { token } = page.uploads;
      const response = await fetch(besidePage("search", { q: query, ...(token && { own: token }) }), { signal });
      if (!response.ok) throw new Error(String(response.status));
      const groups = groupsOf(await response.json(), atlasTitle, placeText);
      const count = groups.reduce((sum, { found }) => sum + found.length, 0);
      const message = count ? foundText.replace("{count}", String(count)) : nothing.replace("{query}", query);
      if (!signal.aborted) show(groups, message);
    } catch {
      if (!signal.aborted) show([], failed);
    }
    if (!signal.aborted) isBehind = input.value.trim() !== query;
  };

  /** Enter means the best match, even if it has yet to come. */
  const enter = async () => {
    if (isBehind) {
      clearTimeout(timer);
      await search();
    }
    if (!isBehind && options[active] && !list.hidden) choose(options[active]);
  };

  input.addEventListener("input", () => {
    isBehind = true;
    clearTimeout(timer);
    timer = window.setTimeout(search, PAUSE_MS);
  });
  input.addEventListener("focus", () => { if (input.value.trim()) search(); });
  input.addEventListener("blur", () => setTimeout(close, 150));
  list.addEventListener("pointerdown", (event) => event.preventDefault());
  input.addEventListener("keydown", (event) => {
    if (event.key === "ArrowDown") mark(active + 1);
    else if (event.key === "ArrowUp") mark(active - 1);
    else if (event.key === "Enter") enter();
    else if (event.key === "Escape") { close(); input.value = ""; } else return;
    event.preventDefault();
  });
  // Many pages search at a slash; not while somebody writes elsewhere.
  document.addEventListener("keydown", (event) => {
    if (event.key !== "/" || isWriting(event)) return;
    event.preventDefault();
    input.focus();
  });
}

/** Whether a key goes to a field that takes letters. @param {Event} event */
export function isWriting({ target }) {
  return target instanceof Element && target.closest("input, textarea, select, [contenteditable]") !== null;
}

/** What the server found, in groups. @param {any} answer @param {string} atlasTitle @param {string} placeText @returns {FoundGroup[]} */
function groupsOf({ place, results, names, names_first: namesFirst }, atlasTitle, placeText) {
  /** @type {Found[]} */
  const own = results.map((/** @type {any} */ { reference, name, kind, where, symbol }) => (
    { title: name, detail: joined(kind, where), target: { feature: reference }, picture: symbolPicture(symbol) }
  ));
  /** @type {Map<string, Found[]>} */
  const byTitle = new Map();
  for (const { name, kind, where, group, icon, lat, lng, zoom } of names) {
    const detail = joined(kind, where);
    const found = { title: name, detail, target: { place: { lat, lng, zoom, name, detail } }, picture: drawing(icon) };
    byTitle.set(group, [...(byTitle.get(group) ?? []), found]);
  }
  const groups = [...byTitle].map(([title, found]) => ({ title, found }));
  if (own.length) groups.splice(namesFirst ? groups.length : 0, 0, { title: atlasTitle, found: own });
  if (place) {
    const title = placeText.replace("{place}", `${place.lat}, ${place.lng}`);
    groups.unshift({ title: "", found: [{ title, detail: "", target: { place }, picture: drawing("pin") }] });
  }
  return groups;
}

/** @param {string[]} parts */
const joined = (...parts) => parts.filter(Boolean).join(" · ");

/** A group of results with its heading; without a title, the results alone.
 * @param {string} title @param {number} number @param {HTMLElement[]} items */
function groupOf(title, number, items) {
  if (!title) return items;
  const id = `atlas-results-${number}`;
  return [element("li", { role: "group", "aria-labelledby": id }, [
    element("p", { id, role: "presentation", class: "atlas-results-title", text: title }),
    element("ul", { role: "presentation" }, items),
  ])];
}

/** @param {Found} option @param {number} index */
function itemOf({ title, detail, picture }, index) {
  return element("li", { id: `atlas-result-${index}`, role: "option", "aria-selected": "false" }, [
    picture,
    element("span", { class: "atlas-result-name", text: title }),
    element("span", { class: "atlas-result-detail", text: detail }),
  ]);
}
