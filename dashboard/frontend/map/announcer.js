/** What happens on the map, in words: notices for all, and a quiet line for those who listen to the map. */

import { element } from "../dom.js";

const NOTICE_MS = 8000;

export class Announcer {
  constructor(container) {
    this.notices = element("div", { class: "atlas-notices", role: "status", "aria-live": "polite" });
    this.unseen = element("div", { class: "atlas-unseen", role: "status", "aria-live": "polite" });
    container.append(this.notices, this.unseen);
  }

  /** Show a notice for a while. */
  notify(text) {
    const notice = element("p", { text });
    this.notices.append(notice);
    setTimeout(() => notice.remove(), NOTICE_MS);
  }

  /** Show a notice until somebody closes it. */
  keep(text, close) {
    const button = element("button", { type: "button", "aria-label": close, text: "×" });
    const notice = element("p", { class: "atlas-kept" }, [element("span", { text }), button]);
    button.addEventListener("click", () => notice.remove());
    this.notices.append(notice);
  }

  /** Say what who looks at the map sees anyway. */
  say(text) {
    this.unseen.textContent = text;
  }
}
