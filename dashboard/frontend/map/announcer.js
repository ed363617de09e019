/** Notices on the map, and a hidden line for screen readers. */

import { button, element } from "../dom.js";

const NOTICE_MS = 8000;

export class Announcer {
  /** @param {HTMLElement} container */
  constructor(container) {
    this.notices = element("div", { class: "atlas-notices", role: "status", "aria-live": "polite" });
    this.unseen = element("div", { class: "atlas-unseen", role: "status", "aria-live": "polite" });
    container.append(this.notices, this.unseen);
  }

  /** Show a notice for a few seconds. @param {string} text */
  notify(text) {
    const notice = element("p", { text });
    this.notices.append(notice);
    setTimeout(() => notice.remove(), NOTICE_MS);
  }

  /** Show a notice until somebody closes it. @param {string} text @param {string} close label of the button */
  keep(text, close) {
    const notice = element("p", { class: "atlas-kept" }, [element("span", { text })]);
    notice.append(button({ "aria-label": close, text: "×" }, () => notice.remove()));
    this.notices.append(notice);
  }

  /** Tell screen readers what everybody else sees. @param {string} text */
  say(text) {
    this.unseen.textContent = text;
  }
}
