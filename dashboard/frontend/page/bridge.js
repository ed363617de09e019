/**
 * The Streamlit side of the map: mounts the map document in a sandboxed frame, once, and passes small messages.
 * Layers and view stay in the browser; what is chosen reaches the server, and the part in view only if it asks.
 */

const SIGN = "twente-atlas";
const SHARED_PARAMETERS = ["lang", "layers", "feature", "view"];
const NARROW_PX = 900;

/** Streamlit draws the panel in several steps. */
const ANNOUNCE_MS = 250;

/** The map says that it is ready within this, or is taken for missing. */
const PATIENCE_MS = 15_000;

/** One bridge per mounted element: Streamlit mounts it again at each rerun. */
const bridges = new WeakMap();

export function mount({ data, parentElement, setStateValue }) {
  if (!bridges.has(parentElement)) bridges.set(parentElement, new Bridge(parentElement, data));
  bridges.get(parentElement).update(data, setStateValue);
}

/** Gone for good only when the element left the page; between reruns the frame stays as it is. */
export function unmount(parentElement) {
  if (!parentElement.isConnected) bridges.get(parentElement)?.close();
}

class Bridge {
  constructor(parent, data) {
    this.parent = parent;
    this.isReady = false;
    this.serial = 0;
    this.asked = 0;
    this.waiting = [];
    this.onMessage = (event) => this.receive(event);
    window.addEventListener("message", this.onMessage);
    this.scheme = window.matchMedia("(prefers-color-scheme: dark)");
    this.onScheme = () => this.tellTheme();
    this.scheme.addEventListener("change", this.onScheme);
    this.frame = moveEarlyFrame(parent) ?? addFrame(parent, data.frame);
    window.atlasPage.bridge = this;
    // A map that was there before us has talked to nobody, and says it again.
    this.send("hello", {});
    this.awaitMap();
  }

  update(data, setStateValue) {
    this.data = data;
    this.setStateValue = setStateValue;
    window.atlasPage.writeAddress(data.address);
    this.takeOwn(data.own);
    // A choice on the page has another number, a lower one where the server began anew; what the map itself
    // reported comes back without one.
    if (data.serial !== this.serial) {
      this.serial = data.serial;
      this.follow(data.command);
    }
    this.reportBounds();
    this.watchPanel();
  }

  /** Pass on which layers of its own the session has; a page that was loaded again asks for those from before. */
  takeOwn(own) {
    const before = window.atlasPage.own.open(own.token);
    if (before) this.setStateValue("visit", before);
    const text = JSON.stringify(own);
    if (text === this.ownTold) return;
    this.ownTold = text;
    this.tell("own", own);
  }

  /** The session's own data changed: the page is to be drawn with it. */
  tellOwn() {
    this.setStateValue("own", Date.now());
  }

  showOwn(bounds) {
    this.tell("view", { bounds, fly: true });
  }

  /** What nobody else has is not part of an address. */
  shared(feature) {
    return this.data?.own.layers.some(({ id }) => feature?.startsWith(`${id}.`)) ? null : feature;
  }

  /** Where nothing is heard of the map, say so, and offer to ask for it again. */
  awaitMap() {
    clearTimeout(this.waitingForMap);
    this.waitingForMap = setTimeout(() => {
      this.missing = document.querySelector("#atlas-map-missing").content.firstElementChild.cloneNode(true);
      this.missing.querySelector("button").addEventListener("click", () => {
        this.missing.remove();
        this.frame.src = mapAddress();
        this.ownTold = undefined;
        this.takeOwn(this.data.own);
        this.awaitMap();
      });
      document.body.append(this.missing);
    }, PATIENCE_MS);
  }

  watchPanel() {
    const workspace = this.parent.closest(".st-key-workspace");
    if (this.panelWatch || !workspace) return;
    this.panelWatch = new MutationObserver(() => this.announce());
    this.panelWatch.observe(workspace, { childList: true, subtree: true });
    this.announce();
  }

  /** Say what the panel shows now, to those who do not see it change. */
  announce() {
    clearTimeout(this.announcing);
    this.announcing = setTimeout(() => {
      const title = document.querySelector(".st-key-panel h2")?.textContent;
      if (title === undefined) return;
      if (this.title !== undefined && title !== this.title) document.querySelector("#atlas-live").textContent = title;
      this.title = title;
    }, ANNOUNCE_MS);
  }

  /** Do on the map what the page says: layers first, then what is marked and shown, then what is chosen. */
  follow({ layers, highlight, bounds, feature, reach }) {
    if (layers) {
      this.tell("layers", { layers });
      window.atlasPage.writeAddress({ layers: layers.join(",") });
    }
    if (feature !== undefined) {
      this.tell("select", { feature });
      window.atlasPage.writeAddress({ feature: this.shared(feature) });
    }
    if (highlight) this.tell("highlight", { features: highlight });
    if (bounds) this.tell("view", { bounds, fly: true });
    if (reach !== undefined) this.tell("reach", { query: reach });
  }

  /** Go where the header or a link leads. */
  go({ feature, story, place, reach, start, to }) {
    scrollPanelToTop();
    if (reach || to) this.askReach({ station: reach, start, to });
    else if (place) this.tell("locate", place);
    else if (story !== undefined) {
      // The same chapter twice is asked for twice.
      this.setStateValue("story", null);
      this.setStateValue("story", story || "");
    } else {
      this.follow({ feature });
      this.setStateValue("feature", feature);
    }
  }

  /** Have the ways of a station shown, or the way to a place; the same twice is asked for twice. */
  askReach(question) {
    this.asked += 1;
    this.setStateValue("reach", { ...question, asked: this.asked });
  }

  receive({ source, data }) {
    if (source !== this.frame.contentWindow || data?.sign !== SIGN) return;
    const { type, feature, layers, view, bounds } = data;
    if (bounds) this.bounds = bounds;
    if (type === "ready" && !this.isReady) {
      this.isReady = true;
      clearTimeout(this.waitingForMap);
      this.missing?.remove();
      this.send("hello", {});
      this.tellTheme();
      for (const message of this.waiting.splice(0)) this.send(...message);
    } else if (type === "select") {
      scrollPanelToTop();
      window.atlasPage.writeAddress({ feature: this.shared(feature) });
      this.setStateValue("feature", feature);
    } else if (type === "layers") {
      window.atlasPage.writeAddress({ layers: layers.join(",") });
    } else if (type === "view") {
      window.atlasPage.writeAddress({ view });
      this.reportBounds();
    } else if (type === "reach") {
      this.askReach({ station: data.station, to: data.to });
    } else if (type === "more") {
      this.showPanel();
    } else if (type === "files" && Array.isArray(data.files)) {
      window.atlasPage.own.add(data.files.filter((file) => file instanceof File));
    }
  }

  /** The server hears what is in view only while it shows something that depends on it. */
  reportBounds() {
    const text = this.data?.is_watching && this.bounds ? JSON.stringify(this.bounds) : undefined;
    if (text === undefined || text === this.reported) return;
    this.reported = text;
    this.setStateValue("bounds", this.bounds);
  }

  showPanel() {
    this.asked += 1;
    if (this.data.panel !== "explore") this.setStateValue("more", this.asked);
    const panel = document.querySelector(".st-key-panel");
    if (window.innerWidth < NARROW_PX) panel?.scrollIntoView({ behavior: "smooth" });
    panel?.querySelector("h2")?.focus();
  }

  /** Say it to the map now, or once it listens. */
  tell(type, content) {
    if (this.isReady) this.send(type, content);
    else this.waiting.push([type, content]);
  }

  send(type, content) {
    this.frame.contentWindow?.postMessage({ sign: SIGN, type, ...content }, "*");
  }

  /** Light or dark as the page is, whether the system or its user says so. */
  tellTheme() {
    if (this.isReady) this.send("theme", { theme: this.scheme.matches ? "dark" : "light" });
  }

  close() {
    window.removeEventListener("message", this.onMessage);
    this.scheme.removeEventListener("change", this.onScheme);
    this.panelWatch?.disconnect();
    clearTimeout(this.waitingForMap);
    this.missing?.remove();
    if (window.atlasPage.bridge === this) window.atlasPage.bridge = null;
    this.frame.remove();
  }
}

function scrollPanelToTop() {
  document.querySelector(".st-key-panel")?.scrollTo(0, 0);
}

/** The frame that the page began with: moved as it is, where the browser can; else it makes way for a new one. */
function moveEarlyFrame(parent) {
  const frame = document.querySelector("body > iframe.atlas-frame");
  if (!frame) return null;
  try {
    parent.moveBefore(frame, null);
    return frame;
  } catch {
    frame.remove();
    return null;
  }
}

function addFrame(parent, attributes) {
  const frame = document.createElement("iframe");
  for (const [name, value] of Object.entries(attributes)) frame.setAttribute(name, value);
  frame.src = mapAddress();
  parent.append(frame);
  return frame;
}

/** Beside the page, wherever a path prefix puts it; with what the page's own address says. */
function mapAddress() {
  const own = new URLSearchParams(window.location.search);
  const shared = new URLSearchParams(SHARED_PARAMETERS.filter((name) => own.has(name)).map((name) => [name, own.get(name)]));
  shared.set("lang", document.documentElement.lang);
  return `${window.location.pathname.replace(/\/?$/, "/")}map?${shared}`;
}
