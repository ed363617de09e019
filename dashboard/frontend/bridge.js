/**
 * The Streamlit side of the map: mounts the map document in a sandboxed frame, once, and passes small messages.
 * Layers and view stay in the browser; only a chosen feature reaches the server.
 */

const SIGN = "twente-atlas";
const SHARED_PARAMETERS = ["lang", "layers", "feature", "view"];
const NARROW_PX = 900;

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
    this.onMessage = (event) => this.receive(event);
    window.addEventListener("message", this.onMessage);
    this.onClick = (event) => this.follow(event);
    document.addEventListener("click", this.onClick);
    this.themeWatch = new MutationObserver(() => this.tellTheme());
    this.themeWatch.observe(document.head, { childList: true, subtree: true, characterData: true });
    this.frame = moveEarlyFrame(parent) ?? addFrame(parent, data.frame);
    // A map that was there before us has talked to nobody, and says it again.
    this.send("hello", {});
  }

  update(data, setStateValue) {
    this.setStateValue = setStateValue;
    // A choice on the page has a new number; what the map itself reported comes back without one.
    if (data.serial > this.serial) {
      this.serial = data.serial;
      this.command = { feature: data.feature };
      this.writeAddress({ feature: data.feature });
      this.sendCommand();
    }
    this.tellTheme();
  }

  sendCommand() {
    if (!this.isReady || !this.command) return;
    this.send("select", this.command);
    this.command = undefined;
  }

  receive({ source, data }) {
    if (source !== this.frame.contentWindow || data?.sign !== SIGN) return;
    const { type, feature, layers, view } = data;
    if (type === "ready" && !this.isReady) {
      this.isReady = true;
      this.send("hello", {});
      this.tellTheme();
      this.sendCommand();
    } else if (type === "select") {
      document.querySelector(".st-key-panel")?.scrollTo(0, 0);
      this.writeAddress({ feature });
      this.setStateValue("feature", feature);
    } else if (type === "layers") {
      this.writeAddress({ layers: layers.join(",") });
    } else if (type === "view") {
      this.writeAddress({ view });
    } else if (type === "more") {
      const panel = document.querySelector(".st-key-panel");
      if (window.innerWidth < NARROW_PX) panel?.scrollIntoView({ behavior: "smooth" });
      panel?.querySelector("h2")?.focus();
    }
  }

  /** Links to features and to other languages keep what is on the screen; opened elsewhere, they are addresses. */
  follow(event) {
    const link = event.target.closest?.("a[data-feature], a[data-language]");
    if (!link || event.button !== 0 || event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    const { feature, language } = link.dataset;
    if (language) {
      window.location.assign(this.addressWith({ lang: language }));
    } else {
      document.querySelector(".st-key-panel")?.scrollTo(0, 0);
      this.writeAddress({ feature });
      this.command = { feature };
      this.sendCommand();
      this.setStateValue("feature", feature);
    }
  }

  send(type, content) {
    this.frame.contentWindow?.postMessage({ sign: SIGN, type, ...content }, "*");
  }

  /** Light or dark as the page is, whether the system or its user says so. */
  tellTheme() {
    const theme = getComputedStyle(this.parent).colorScheme === "dark" ? "dark" : "light";
    if (!this.isReady || theme === this.theme) return;
    this.theme = theme;
    this.send("theme", { theme });
  }

  /** The address bar is always a link to what is on the screen. */
  writeAddress(changes) {
    window.history.replaceState(window.history.state, "", this.addressWith(changes));
  }

  addressWith(changes) {
    const query = new URLSearchParams(window.location.search);
    for (const [name, value] of Object.entries(changes)) {
      if (value === null || value === undefined) query.delete(name);
      else query.set(name, value);
    }
    const text = query.toString().replaceAll("%2C", ",").replaceAll("%2F", "/");
    return text ? `?${text}` : window.location.pathname;
  }

  close() {
    window.removeEventListener("message", this.onMessage);
    document.removeEventListener("click", this.onClick);
    this.themeWatch.disconnect();
    this.frame.remove();
  }
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
