/** Saves what the document shows as a picture (PNG): as an SVG image with its styles, drawn on a canvas. */

import { element, svgElement } from "../dom.js";

/** Pixels of the picture for one of the page. */
const SCALE = 2;

/** Around what the page shows. */
const PICTURE_MARGIN_PX = 24;

/** @param {string} name of the file */
export async function savePicture(name) {
  const { scrollWidth: width, scrollHeight: height } = document.body;
  const image = new Image();
  image.src = `data:image/svg+xml;charset=utf-8,${encodeURIComponent(documentAsSvg(width, height))}`;
  await image.decode();
  const canvas = element("canvas", { width: (width + 2 * PICTURE_MARGIN_PX) * SCALE, height: (height + 2 * PICTURE_MARGIN_PX) * SCALE });
  const context = /** @type {CanvasRenderingContext2D} */ (canvas.getContext("2d"));
  context.fillStyle = getComputedStyle(document.body).backgroundColor;
  context.fillRect(0, 0, canvas.width, canvas.height);
  context.drawImage(image, PICTURE_MARGIN_PX * SCALE, PICTURE_MARGIN_PX * SCALE, width * SCALE, height * SCALE);
  const content = await new Promise((resolve) => { canvas.toBlob(resolve, "image/png"); });
  if (!content) throw new Error("the picture is larger than this browser draws");
  const url = URL.createObjectURL(content);
  element("a", { href: url, download: name }).click();
  // The download has begun before the next task.
  setTimeout(() => URL.revokeObjectURL(url));
}

/** @param {number} width @param {number} height */
function documentAsSvg(width, height) {
  const body = /** @type {HTMLElement} */ (document.body.cloneNode(true));
  const drawn = document.body.querySelectorAll("canvas");
  body.querySelectorAll("canvas").forEach((copy, at) => {
    const picture = element("img", { src: drawn[at].toDataURL(), class: copy.className });
    picture.style.cssText = copy.style.cssText;
    copy.replaceWith(picture);
  });
  for (const script of body.querySelectorAll("script, iframe")) script.remove();
  const rules = [...document.styleSheets].flatMap(({ cssRules }) => [...cssRules].map(({ cssText }) => cssText));
  const { className } = document.documentElement;
  const page = svgElement("svg", { width, height, class: className }, [
    svgElement("foreignObject", { width: "100%", height: "100%" }, [element("style", { text: rules.join("\n") }), body]),
  ]);
  return new XMLSerializer().serializeToString(page);
}
