/** The panel that the document brings gives way to Streamlit's, once that shows something. */

import { find } from "../dom.js";

export function handOverPanel() {
  const first = find(".atlas-first", HTMLElement);
  const root = find("#root", HTMLElement);
  const observer = new MutationObserver(() => {
    const heading = root.querySelector(".st-key-panel h2, .st-key-panel [role=alert]");
    if (!heading) return;
    observer.disconnect();
    const hasFocus = first.contains(document.activeElement);
    first.remove();
    if (hasFocus && heading instanceof HTMLElement) heading.focus();
  });
  observer.observe(root, { childList: true, subtree: true });
}
