/** The rows of the list of uploads: progress, report, title and color, downloads, and what one can do with each file. */

import { button, element } from "../../dom.js";

/** The row of a file that the server does not list. @param {Uploads} uploads @param {LocalFile} item */
export function localRow(uploads, item) {
  const { texts } = uploads;
  const { name, reason, part } = item;
  const report = reason ? element("p", { class: "atlas-uploads-no", text: reason }) : progress(texts.sending, part);
  const retry = action(texts.retry, name, `retry-${name}`, () => {
    Object.assign(item, { part: 0, reason: null });
    uploads.draw();
    uploads.send();
  });
  const remove = action(reason ? texts.remove : texts.cancel, name, `remove-local-${name}`, () => {
    item.request?.abort();
    item.reason ??= texts.failed;
    uploads.local = uploads.local.filter((other) => other !== item);
    uploads.draw();
  });
  const isRetryable = reason !== null && reason !== texts.too_large;
  return element("li", {}, [element("h3", { text: name }), report, actions(isRetryable ? [retry, remove] : [remove])]);
}

/** The row of a file that the server has. @param {Uploads} uploads @param {UploadedFile} file */
export function uploadRow(uploads, file) {
  const { texts } = uploads;
  const isBuilding = file.state === "building";
  const busy = isBusy(file.state);
  const shows = file.layers.flatMap(({ id, title, bbox }) => (bbox ? [action(texts.show, title, `show-${id}`, () => {
    uploads.dialog.hidePopover();
    uploads.bridge()?.showBounds(bbox);
  }, file.layers.length > 1)] : []));
  const remove = action(busy ? texts.cancel : texts.remove, file.name, `remove-${file.id}`, () => {
    uploads.sources.delete(file.id);
    uploads.change(`/files/${file.id}`, "DELETE");
  });
  return element("li", { "data-state": file.state }, [
    element("h3", { text: file.name }),
    ...(busy ? [progress(isBuilding ? texts.building : texts.reading, isBuilding ? file.part : undefined)] : []),
    ...file.layers.flatMap((layer) => layerReport(uploads, layer)),
    ...file.problems.map((text) => element("p", { class: "atlas-uploads-no", text })),
    ...(file.needs_crs && !busy ? [crsForm(uploads, file)] : []),
    actions([...shows, remove]),
  ]);
}

/** @param {Uploads} uploads @param {UploadedLayer} layer */
function layerReport(uploads, { id, title, color, formats, lines }) {
  const { texts } = uploads;
  /** @param {string} name of a property that the server takes @param {string} value @param {object} attributes */
  const field = (name, value, attributes) => {
    const input = element("input", { value, "aria-label": `${texts[name]}: ${title}`, "data-key": `${name}-${id}`, ...attributes });
    input.addEventListener("change", () => {
      if (input.value.trim()) uploads.change(`/layers/${id}`, "POST", { [name]: input.value });
      else input.value = value;
    });
    return input;
  };
  return [
    element("div", { class: "atlas-uploads-look" }, [
      field("color", color, { type: "color" }),
      field("title", title, { type: "text", maxlength: 100, required: true, autocomplete: "off" }),
    ]),
    ...lines.map((text) => element("p", { text })),
    element("div", { class: "atlas-uploads-save" }, [element("span", { text: texts.save }), ...formats.map(({ extension, name }) => element("a", {
      href: uploads.address(`/download/${id}.${extension}`), download: "", text: name,
      "aria-label": `${texts.save} ${name}: ${title}`, "data-key": `save-${extension}-${id}`,
    }))]),
  ];
}

/** Ask for the CRS of a file that does not name it. @param {Uploads} uploads @param {UploadedFile} file */
function crsForm(uploads, file) {
  const input = element("input", { name: "crs", required: true, maxlength: 100, placeholder: "EPSG:28992", "data-key": `crs-${file.id}`, autocomplete: "off", spellcheck: "false" });
  const form = element("form", {}, [element("label", {}, [uploads.texts.crs, input]), element("button", { type: "submit", text: uploads.texts.again })]);
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    uploads.change(`/files/${file.id}`, "POST", { crs: input.value });
  });
  return form;
}

/** @param {string} text @param {number} [part] that is done, from 0 to 1; unknown without it */
function progress(text, part) {
  return element("label", {}, [text, element("progress", { value: part, max: 1 })]);
}

/** A button for a file or layer; its `key` stays when the row is drawn again.
 * @param {string} verb @param {string} name @param {string} key @param {() => void} onClick @param {boolean} [isNamed] */
function action(verb, name, key, onClick, isNamed = false) {
  const label = `${verb}: ${name}`;
  return button({ text: isNamed ? label : verb, "aria-label": label, "data-key": key }, onClick);
}

/** @param {HTMLElement[]} buttons */
const actions = (buttons) => element("div", { class: "atlas-uploads-actions" }, buttons);

/** @param {string} state */
export function isBusy(state) {
  return state === "reading" || state === "building";
}
