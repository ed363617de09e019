/**
 * Runs in every document, the framed ones too, before any script of theirs, and says what it sees on the console.
 * All times are milliseconds since the epoch on the browser's monotonic clock, so those of page and frame compare.
 *
 * @param {{selector: string, count: number, text: string | null, inFrame: boolean} | null} drawn
 *   What a document holds once it is drawn; null where it says so itself with the mark `atlas-drawn`.
 */
(drawn) => {
  const isTop = window === window.top;
  const now = () => performance.timeOrigin + performance.now();
  const say = (signal, at) => console.debug(`benchmark ${JSON.stringify({ signal, at })}`);

  const holds = ({ selector, count, text }) => {
    const found = [...document.querySelectorAll(selector)];
    if (text === null) return found.length === count;
    return found.some((element) => element.textContent.trim() === text);
  };

  /** Say a signal once the document holds what is expected; checked after each task that changes the document. */
  const expect = (signal, wanted, then = (tell) => tell()) => {
    const observer = new MutationObserver(() => {
      if (!holds(wanted)) return;
      observer.disconnect();
      then(() => say(signal, now()));
    });
    observer.observe(document, { childList: true, subtree: true, characterData: true });
    return !holds(wanted);
  };

  const afterTwoFrames = (tell) => requestAnimationFrame(() => requestAnimationFrame(tell));

  const SIGNALS = { "atlas-drawn": "drawn", "atlas-large-drawn": "tiles" };

  /** Count the document's frames; returns what tells how many a second there were so far. */
  const countFrames = () => {
    const began = performance.now();
    let count = 0;
    const tick = () => { count += 1; requestAnimationFrame(tick); };
    requestAnimationFrame(tick);
    window.benchmark.framesPerSecond = () => (1000 * count) / (performance.now() - began);
  };

  const begin = () => {
    say(isTop ? "start" : "frame", performance.timeOrigin);
    if (drawn === null) {
      new PerformanceObserver((list) => {
        // The map sets its mark two frames after its layers are in the document.
        for (const mark of list.getEntries()) {
          if (SIGNALS[mark.name]) say(SIGNALS[mark.name], performance.timeOrigin + mark.startTime);
        }
      }).observe({ type: "mark", buffered: true });
    } else if (drawn.inFrame !== isTop) {
      expect("drawn", drawn, afterTwoFrames);
    }
    window.addEventListener("click", (event) => say("click", performance.timeOrigin + event.timeStamp), true);
  };

  window.benchmark = { expect, countFrames };
  if (window.location.href !== "about:blank") {
    begin();
    return;
  }
  // The first document of a frame of the same origin gets this window too, and no probe of its own.
  const blank = document;
  const watch = () => (document === blank ? setTimeout(watch, 2) : begin());
  watch();
}
