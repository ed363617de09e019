/** The search box: a combobox over every feature, answered by the server while one types. */

import { element } from "../dom.js";
import { besidePage } from "./location.js";

const PAUSE_MS = 90;

/** @param {{go: (target: object) => void}} page */
export function startSearch(page) {
  const input = document.querySelector("#atlas-search");
  const list = document.querySelector("#atlas-results");
  const status = input.parentElement.querySelector("[role=status]");
  let options = [];
  let active = -1;
  let timer;
  let asking;
  let isBehind = false;

  const close = () => {
    asking?.abort();
    clearTimeout(timer);
    list.hidden = true;
    input.setAttribute("aria-expanded", "false");
    input.removeAttribute("aria-activedescendant");
    active = -1;
  };

  const choose = (option) => {
    close();
    input.value = "";
    input.blur();
    page.go(option.target);
  };

  const mark = (index) => {
    active = options.length ? (index + options.length) % options.length : -1;
    options.forEach(({ item }, position) => item.setAttribute("aria-selected", position === active));
    if (active < 0) return;
    input.setAttribute("aria-activedescendant", options[active].item.id);
    options[active].item.scrollIntoView({ block: "nearest" });
  };

  const show = (found, message) => {
    options = found.map((option, index) => ({ ...option, item: itemOf(option, index) }));
    for (const option of options) option.item.addEventListener("click", () => choose(option));
    list.replaceChildren(...(options.length ? options.map(({ item }) => item) : [element("li", { role: "option", "aria-disabled": "true", class: "atlas-nothing", text: message })]));
    status.textContent = message;
    list.hidden = false;
    input.setAttribute("aria-expanded", "true");
    mark(options.length ? 0 : -1);
  };

  const search = async () => {
    isBehind = false;
    const query = input.value.trim();
    asking?.abort();
    if (!query) return close();
    asking = new AbortController();
    const { signal } = asking;
    try {
      const response = await fetch(besidePage("search", { q: query, ...(page.own.token && { own: page.own.token }) }), { signal });
      if (!response.ok) throw new Error(String(response.status));
      const { results, place } = await response.json();
      const found = results.map(({ reference, name, kind, where }) => ({ title: name, detail: [kind, where].filter(Boolean).join(" · "), target: { feature: reference } }));
      if (place) found.unshift({ title: input.dataset.place.replace("{place}", `${place.lat}, ${place.lng}`), detail: "", target: { place } });
      const said = found.length ? input.dataset.found.replace("{count}", found.length) : input.dataset.nothing.replace("{query}", query);
      if (!signal.aborted) show(found, said);
    } catch {
      if (!signal.aborted) show([], input.dataset.failed);
    }
  };

  /** Whoever types and presses Enter at once means the best match, even if it has yet to come. */
  const enter = async () => {
    if (isBehind) {
      clearTimeout(timer);
      await search();
    }
    if (options[active] && !list.hidden) choose(options[active]);
  };

  input.addEventListener("input", () => {
    isBehind = true;
    clearTimeout(timer);
    timer = setTimeout(search, PAUSE_MS);
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
  // A slash is where people look for a search; not while they write elsewhere.
  document.addEventListener("keydown", (event) => {
    if (event.key !== "/" || event.target.closest?.("input, textarea, select, [contenteditable]")) return;
    event.preventDefault();
    input.focus();
  });
}

function itemOf({ title, detail }, index) {
  return element("li", { id: `atlas-result-${index}`, role: "option", "aria-selected": "false" }, [
    element("span", { class: "atlas-result-name", text: title }),
    element("span", { class: "atlas-result-detail", text: detail }),
  ]);
}
