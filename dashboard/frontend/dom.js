/** Small builders of DOM nodes, which take text as text and never as HTML. */

/** @template {keyof HTMLElementTagNameMap} T @param {T} tag @param {Attributes} [attributes] @param {Children} [children] */
export function element(tag, attributes = {}, children = []) {
  return fill(document.createElement(tag), attributes, children);
}

/** @template {keyof SVGElementTagNameMap} T @param {T} tag @param {Attributes} [attributes] @param {Children} [children] */
export function svgElement(tag, attributes = {}, children = []) {
  return fill(document.createElementNS("http://www.w3.org/2000/svg", tag), attributes, children);
}

/** @template {Element} T @param {T} node @param {Attributes} attributes @param {Children} children */
function fill(node, { text, ...attributes }, children) {
  setAttributes(node, attributes);
  if (text !== undefined) node.textContent = String(text);
  node.append(...children);
  return node;
}

/** Set attributes, and remove those without a value. @param {Element | undefined} node @param {Attributes} attributes */
export function setAttributes(node, attributes) {
  for (const [name, value] of Object.entries(attributes)) {
    if (value === false || value === undefined || value === null) node?.removeAttribute(name);
    else node?.setAttribute(name, value === true ? "" : String(value));
  }
}

/** A button of the type that submits no form.
 * @param {Attributes} attributes @param {(event: MouseEvent) => void} onClick @param {Children} [children] */
export function button(attributes, onClick, children) {
  const node = element("button", { type: "button", ...attributes }, children);
  node.addEventListener("click", onClick);
  return node;
}

/** Return the first element that matches a selector; throws if there is none of this kind.
 * @template {Element} T @param {string} selector @param {new () => T} kind @param {ParentNode} [root] */
export function find(selector, kind, root = document) {
  const node = root.querySelector(selector);
  if (!(node instanceof kind)) throw new Error(`no ${selector}`);
  return node;
}

/** Do something once, when the document is used for the first time. @param {() => void} callback */
export function onFirstUse(callback) {
  const use = new AbortController();
  for (const type of ["pointermove", "pointerdown", "keydown"]) {
    document.addEventListener(type, () => {
      use.abort();
      callback();
    }, { signal: use.signal });
  }
}

/** Take files that are dropped on the document; the browser would open them in its place.
 * @param {(files: File[]) => void} onDrop @param {() => void} [onDrag] */
export function takeDroppedFiles(onDrop, onDrag) {
  for (const type of /** @type {const} */ (["dragover", "drop"])) {
    document.addEventListener(type, (event) => {
      if (!event.dataTransfer?.types.includes("Files")) return;
      event.preventDefault();
      if (type === "drop") onDrop([...event.dataTransfer.files]);
      else onDrag?.();
    });
  }
}

/** Return a function that asks for one run before the next frame, however often it is called. @param {() => void} run */
export function beforeNextFrame(run) {
  let isDue = false;
  return () => {
    if (!isDue) requestAnimationFrame(() => { isDue = false; run(); });
    isDue = true;
  };
}

/** Resolve once what is drawn now is on the screen: the second frame begins when the first is. */
export function nextPicture() {
  return new Promise((resolve) => { requestAnimationFrame(() => requestAnimationFrame(resolve)); });
}
