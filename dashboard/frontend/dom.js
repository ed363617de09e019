/** Small builders of DOM nodes. Text goes in as text, never as HTML. */

const SVG = "http://www.w3.org/2000/svg";

/**
 * @param {string} tag
 * @param {Record<string, string | boolean | undefined>} attributes `text` sets the text content.
 * @param {(Node | string)[]} children
 */
export function element(tag, attributes = {}, children = []) {
  return fill(document.createElement(tag), attributes, children);
}

export function svgElement(tag, attributes = {}, children = []) {
  return fill(document.createElementNS(SVG, tag), attributes, children);
}

function fill(node, { text, ...attributes }, children) {
  for (const [name, value] of Object.entries(attributes)) {
    if (value === true) node.setAttribute(name, "");
    else if (value !== false && value !== undefined) node.setAttribute(name, String(value));
  }
  if (text !== undefined) node.textContent = text;
  node.append(...children);
  return node;
}

/** A line of text as HTML, for the one place (attributions) where Leaflet takes nothing else. */
export function escapeHtml(text) {
  return element("span", { text }).innerHTML;
}
