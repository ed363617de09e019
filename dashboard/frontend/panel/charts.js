/** The charts in the panel: leads to the one that an address names, and marks what is selected on the map. */

/** The chart that is led to, until somebody moves on: charts above it may still be drawn. */
let wanted = "";

for (const type of ["wheel", "pointerdown", "keydown", "touchstart"]) {
  document.addEventListener(type, () => (wanted = ""), { capture: true, passive: true });
}

/** Scroll to a chart, now or once it is drawn. @param {string} id */
export function leadToChart(id) {
  wanted = id;
  followCharts();
}

/** Do for the charts that are drawn what holds for them. */
export function followCharts() {
  const feature = new URLSearchParams(window.location.search).get("feature");
  for (const link of document.querySelectorAll(".atlas-chart a[data-feature]")) {
    if (link instanceof HTMLElement && link.dataset.feature === feature) link.setAttribute("aria-current", "true");
    else link.removeAttribute("aria-current");
  }
  const card = wanted && document.querySelector(`.st-key-chart_${wanted}`);
  if (!card) return;
  card.scrollIntoView({ block: "start" });
  card.querySelector("h3")?.focus({ preventScroll: true });
}
