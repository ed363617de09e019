/** In a story, the arrow keys turn the pages, and so does a finger that is drawn across its text. */

/** A shorter way, or one that is steeper than it is long, is none. */
const SWIPE_PX = 60;

export function startPageTurning() {
  document.addEventListener("keydown", ({ key, target, altKey, ctrlKey, metaKey }) => {
    if (altKey || ctrlKey || metaKey) return;
    if (target instanceof Element && target.closest("input, textarea, select, [role=tab], [role=grid], [role=radiogroup]")) return;
    if (key === "ArrowRight") turn("next");
    if (key === "ArrowLeft") turn("prev");
  });
  /** @type {Touch | undefined} */
  let first;
  document.addEventListener("touchstart", ({ target, touches }) => {
    first = touches.length === 1 && target instanceof Element && target.closest(".atlas-story") ? touches[0] : undefined;
  }, { passive: true });
  document.addEventListener("touchend", ({ changedTouches: [last] }) => {
    if (!first) return;
    const [right, down] = [last.clientX - first.clientX, last.clientY - first.clientY];
    first = undefined;
    if (Math.abs(right) > Math.max(SWIPE_PX, 2 * Math.abs(down))) turn(right < 0 ? "next" : "prev");
  });
}

/** @param {"next" | "prev"} way */
function turn(way) {
  const link = document.querySelector(`.atlas-story a[rel=${way}]`);
  if (link instanceof HTMLElement) link.click();
}
