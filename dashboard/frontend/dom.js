/** Small builders of DOM nodes, which take text as text and never as HTML. */

/** @template {keyof HTMLElementTagNameMap} T @param {T} tag
 * @param {Attributes} [attributes] `text` sets the text content; false, null and undefined leave an attribute out
 * @param {(Node | string)[]} [children] */
export function element(tag, attributes = {}, children = []) {
  return fill(document.createElement(tag), attributes, children);
}

/** A button of the type that submits no form.
 * @param {Attributes} attributes @param {(event: MouseEvent) => void} onClick
 * @param {(Node | string)[]} [children] */
export function button(attributes, onClick, children) {
  const node = element("button", { type: "button", ...attributes }, children);
  node.addEventListener("click", onClick);
  return node;
}

/** @template {keyof SVGElementTagNameMap} T @param {T} tag @param {Attributes} [attributes]
 * @param {(Node | string)[]} [children] */
export function svgElement(tag, attributes = {}, children = []) {
  return fill(document.createElementNS("http://www.w3.org/2000/svg", tag), attributes, children);
}

/** @template {Element} T @param {T} node @param {Attributes} attributes @param {(Node | string)[]} children */
function fill(node, { text, ...attributes }, children) {
  for (const [name, value] of Object.entries(attributes)) {
    if (value === true) node.setAttribute(name, "");
    else if (value !== false && value !== undefined && value !== null) node.setAttribute(name, String(value));
  }
  if (text !== undefined) node.textContent = String(text);
  node.append(...children);
  return node;
}

/** Return the first element that matches a selector; throws if there is none of this kind.
 * @template {Element} T @param {string} selector @param {new () => T} kind @param {ParentNode} [root] */
export function find(selector, kind, root = document) {
  const node = root.querySelector(selector);
  if (!(node instanceof kind)) throw new Error(`no ${selector}`);
  return node;
}

/** A line of text as HTML, for attributions, where Leaflet takes nothing else. @param {string} text */
export function escapeHtml(text) {
  return element("span", { text }).innerHTML;
}

/** Resolve once what is drawn now is on the screen: the second frame begins when the first is. */
export function nextPicture() {
  return new Promise((resolve) => { requestAnimationFrame(() => requestAnimationFrame(resolve)); });
}
