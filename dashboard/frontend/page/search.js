/** The search box: a combobox over every feature; the server answers while one types. */

import { element, find } from "../dom.js";
import { besidePage } from "./location.js";

/** Pause in typing before a search. */
const PAUSE_MS = 90;

/** @param {Page} page */
export function startSearch(page) {
  const input = find("#atlas-search", HTMLInputElement);
  const list = find("#atlas-results", HTMLElement);
  const status = find(".atlas-search [role=status]", HTMLElement);
  const { found: foundText = "", nothing = "", failed = "", place: placeText = "" } = input.dataset;
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
    options[active].item.scrollIntoView({ block: "nearest" });
  };

  /** @param {Found[]} found @param {string} message */
  const show = (found, message) => {
    options = found.map((option, index) => ({ ...option, item: itemOf(option, index) }));
    for (const option of options) option.item.addEventListener("click", () => choose(option));
    const note = element("li", { role: "option", "aria-disabled": "true", class: "atlas-nothing", text: message });
    list.replaceChildren(...(options.length ? options.map(({ item }) => item) : [note]));
    status.textContent = message;
    list.hidden = false;
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
      const { results, place } = await response.json();
      /** @type {Found[]} */
      const found = results.map((/** @type {Record<string, string>} */ { reference, name, kind, where }) => (
        { title: name, detail: [kind, where].filter(Boolean).join(" · "), target: { feature: reference } }
      ));
      if (place) found.unshift({ title: placeText.replace("{place}", `${place.lat}, ${place.lng}`), detail: "", target: { place } });
      const message = found.length ? foundText.replace("{count}", String(found.length)) : nothing.replace("{query}", query);
      if (!signal.aborted) show(found, message);
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

/** @param {Found} option @param {number} index */
function itemOf({ title, detail }, index) {
  return element("li", { id: `atlas-result-${index}`, role: "option", "aria-selected": "false" }, [
    element("span", { class: "atlas-result-name", text: title }),
    element("span", { class: "atlas-result-detail", text: detail }),
  ]);
}
