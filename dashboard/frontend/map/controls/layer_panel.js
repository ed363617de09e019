/** The layer panel: switches that are a legend too (swatch, name, count), and the base maps. */

import { beforeNextFrame, button, element } from "../../dom.js";
import { formatCount } from "../features/format.js";
import { moveLayer } from "../layers/drawing_order.js";
import { LargeLayer } from "../layers/large_layer.js";
import { lookOf } from "../style/leaflet_style.js";
import { countSwatch, swatch } from "../style/symbols.js";
import { Dock } from "./dock.js";
import { LayerKeys } from "./layer_keys.js";
import { layerTools, updateMoves } from "./layer_tools.js";

/** Counts that the legend of a large layer shows. */
const COUNTS_SHOWN = [1, 100, 10_000];

export class LayerPanel {
  /** @param {Atlas} atlas */
  constructor(atlas) {
    this.atlas = atlas;
    /** @type {Map<DataLayer, PanelRow>} */
    this.rows = new Map();
    this.list = element("div", { class: "atlas-layers" });
    this.softNote = softNote(atlas.texts.soft);
    /** What follows the layers: which of them are on, and in which order. */
    this.follow = beforeNextFrame(() => {
      this.softNote.hidden = !atlas.layers.all.some(({ options, features, looks }) => options.visible
        && [...features.values()].some(({ properties }) => looks.of(properties).isSoft));
      for (const [layer, { item }] of this.rows) if (item.querySelector(".atlas-drawer:not([hidden])")) updateMoves(atlas, layer, item);
      this.keys.request();
    });
    const hint = element("p", { id: "atlas-layer-keys", hidden: true, text: atlas.texts.layerKeys });
    this.body = element("div", { class: "atlas-panel-body" }, [this.list, this.softNote, hint]);
    const summary = element("summary", {}, [element("h2", { text: atlas.texts.layers })]);
    this.details = element("details", { class: "atlas-panel" }, [summary, this.body]);
    this.keys = new LayerKeys(this.list, hint.id, {
      unfold: (item, isOpen) => this.unfold(this.layerOf(item), isOpen),
      move: (item, step) => {
        const layer = this.layerOf(item);
        if (layer) moveLayer(atlas, layer, step);
      },
    });
    this.dock = new Dock(atlas, this.details, summary);
  }

  /** List the layers, once all were added. */
  fill() {
    const { layers, basemaps } = this.atlas;
    for (const layer of layers.all) this.row(layer);
    this.order();
    if (basemaps.choices.length > 1) this.body.append(this.basemapChoice());
  }

  /** Whose row an element is in. @param {Element} node */
  layerOf(node) {
    return [...this.rows].find(([, { item }]) => item.contains(node))?.[0];
  }

  /** Layers by theme; in each, what lies on top of the map is on top of the list. */
  order() {
    const { atlas: { layers, options: { layerGroups }, texts }, list } = this;
    const focused = document.activeElement;
    const rest = new Set(layers.all.toReversed());
    /** @param {string} title @param {(layer: DataLayer) => boolean} isOfGroup */
    const group = (title, isOfGroup) => {
      const items = [...rest].filter(isOfGroup).flatMap((layer) => {
        rest.delete(layer);
        return this.rows.get(layer)?.item ?? [];
      });
      return items.length === 0 ? [] : [element("section", {}, [element("h3", { text: title }), element("ul", {}, items)])];
    };
    list.replaceChildren(
      ...group(texts.uploads, ({ options }) => options.isUpload === true),
      ...layerGroups.flatMap(({ title, layers: ids }) => group(title, ({ id }) => ids.includes(id))),
      ...group(layerGroups.length > 0 ? texts.otherLayers : "", () => true),
    );
    if (focused instanceof HTMLElement && focused !== document.activeElement) focused.focus();
    this.follow();
  }

  /** Add a layer, which lies above the others. @param {DataLayer} layer */
  addRow(layer) {
    this.row(layer);
    this.order();
  }

  /** Show the changed title and style of a layer. @param {DataLayer} layer */
  redraw(layer) {
    const name = this.rows.get(layer)?.item.querySelector(".atlas-name");
    if (name) name.textContent = layer.options.title;
    this.drawLegend(layer);
  }

  /** @param {DataLayer} layer */
  removeRow(layer) {
    this.rows.delete(layer);
    this.order();
  }

  /** @param {DataLayer} layer @param {DataLayer} other */
  replaceRow(layer, other) {
    this.rows.delete(layer);
    this.addRow(other);
  }

  /** @param {DataLayer} layer */
  row(layer) {
    const { layers, texts } = this.atlas;
    const { title, description, visible } = layer.options;
    const input = element("input", { type: "checkbox", "data-layer": layer.id });
    input.checked = visible;
    input.addEventListener("change", () => layers.set(layer, input.checked));
    const label = element("label", { title: description }, [
      input,
      element("span", { class: "atlas-legend" }),
      element("span", { class: "atlas-name", text: title }),
      element("span", { class: "atlas-count" }),
    ]);
    highlightFrom(label, layer, () => true);
    const drawer = element("div", { class: "atlas-drawer", id: `atlas-drawer-${layer.id}`, hidden: true }, [
      element("ul", { class: "atlas-categories" }), layerTools(this.atlas, layer),
    ]);
    const text = texts.kinds.replace("{layer}", title);
    const fold = button({ class: "atlas-fold", title: text, "aria-label": text, "aria-controls": drawer.id, "aria-expanded": "false" }, () => {
      this.unfold(layer, drawer.hidden === true);
    });
    const status = element("p", { class: "atlas-status", role: "status", hidden: true });
    const item = element("li", { class: "atlas-layer" }, [label, fold, drawer, status]);
    item.classList.toggle("atlas-off", !visible);
    this.rows.set(layer, { item, input, status });
    layer.on("state", () => this.showState(layer));
    if (layer instanceof LargeLayer) status.before(this.countLegend(layer));
    this.drawLegend(layer);
    this.showState(layer);
  }

  /** Show the kinds and tools of a layer, or fold them away. @param {DataLayer | undefined} layer @param {boolean} isOpen */
  unfold(layer, isOpen) {
    const item = layer && this.rows.get(layer)?.item;
    if (!item) return;
    item.querySelector(".atlas-drawer")?.toggleAttribute("hidden", !isOpen);
    item.querySelector(".atlas-fold")?.setAttribute("aria-expanded", String(isOpen));
    this.follow();
    if (isOpen) item.scrollIntoView({ block: "nearest" });
  }

  /** The legend of circles for many features; it hides where the map shows single ones. @param {LargeLayer} layer */
  countLegend(layer) {
    const { texts, theme, language } = this.atlas;
    const list = element("ul");
    const scale = element("div", { class: "atlas-counts" }, [element("p", { text: texts.counting }), list]);
    const draw = () => {
      scale.hidden = !layer.isCounting;
      const { fillColor } = lookOf(layer.options.style, {}, theme.isDark);
      list.replaceChildren(...COUNTS_SHOWN.map((count) => element("li", {}, [
        countSwatch(count, fillColor), element("span", { text: count.toLocaleString(language) }),
      ])));
    };
    layer.on("zoom state legend", draw);
    draw();
    return scale;
  }

  /** Draw the swatch of a layer, and one for each of its categories. @param {DataLayer} layer */
  drawLegend(layer) {
    const item = this.rows.get(layer)?.item;
    const { style, role, fields } = layer.options;
    const { categories = [], category_field: field = "", icons = {}, icon_field: iconField = "" } = style;
    /** @param {Properties} properties */
    const picture = (properties) => swatch(role, lookOf(style, properties, this.atlas.theme.isDark));
    const rows = categories.map(({ value, label }) => ({ name: field, value, label }));
    const iconRows = Object.keys(icons).map((value) => ({ name: iconField, value, label: fields[iconField]?.choices?.[value] ?? value }));
    item?.querySelector(".atlas-legend")?.replaceChildren(picture({ [field]: rows[0]?.value, [iconField]: iconRows[0]?.value }));
    item?.querySelector(".atlas-categories")?.replaceChildren(
      ...[...rows, ...iconRows].map(({ name, value, label }) => {
        const entry = element("li", {}, [picture({ [field]: rows[0]?.value, [name]: value }), element("span", { text: label })]);
        highlightFrom(entry, layer, ({ properties }) => properties[name] === value);
        return entry;
      }),
    );
    layer.fire("legend");
  }

  drawLegends() {
    for (const layer of this.rows.keys()) this.drawLegend(layer);
  }

  /** A copy of the legend without its switches, for paper. @returns {Node[]} */
  legend() {
    const list = /** @type {HTMLElement} */ (this.list.cloneNode(true));
    for (const drawer of list.querySelectorAll(".atlas-drawer")) for (const name of ["hidden", "id"]) drawer.removeAttribute(name);
    for (const node of list.querySelectorAll(".atlas-off, [hidden], h3, input, button, .atlas-status, .atlas-count")) node.remove();
    return [list, ...(this.softNote.hidden ? [] : [this.softNote.cloneNode(true)])];
  }

  /** @param {DataLayer} layer @param {boolean} isChecked */
  setChecked(layer, isChecked) {
    const row = this.rows.get(layer);
    if (!row) return;
    row.input.checked = isChecked;
    row.item.classList.toggle("atlas-off", !isChecked);
    this.follow();
  }

  /** @param {DataLayer} layer */
  showState(layer) {
    const { item, status } = this.rows.get(layer) ?? {};
    if (!item || !status) return;
    const { state, options: { count } } = layer;
    item.dataset.state = state;
    const countText = item.querySelector(".atlas-count");
    if (countText) countText.textContent = count === null ? "" : formatCount(count, this.atlas.language);
    const progress = status.querySelector("progress");
    if (progress && state === "building" && layer instanceof LargeLayer) progress.value = layer.build.part ?? 0;
    else status.replaceChildren(...this.statusOf(layer));
    status.hidden = !status.hasChildNodes();
    this.follow();
  }

  /** @param {DataLayer} layer @returns {(Node | string)[]} */
  statusOf(layer) {
    const { texts, layers } = this.atlas;
    const { state, skipped } = layer;
    const { build, awayReason } = layer instanceof LargeLayer ? layer : {};
    if (state === "failed") return [texts.failed, " ", button({ text: texts.retry }, () => layers.retry(layer))];
    if (state === "incomplete") return [texts.incomplete, " ", button({ text: texts.retry }, () => layers.retry(layer))];
    if (state === "building") return [element("label", {}, [texts.building, " ", element("progress", { value: build?.part })])];
    if (state === "unbuilt") return [texts.unbuilt, " ", build?.message ?? ""];
    if (state === "away") return [awayReason || texts.away];
    if (state === "unsupported") return [texts.unsupported];
    if (state === "absent") return [texts.notInFile];
    return skipped > 0 ? [texts.skipped.replace("{count}", String(skipped))] : [];
  }

  basemapChoice() {
    const { basemaps, texts } = this.atlas;
    return element("fieldset", { class: "atlas-basemaps" }, [
      element("legend", { text: texts.basemap }),
      ...basemaps.choices.map((choice) => {
        const input = element("input", { type: "radio", name: "basemap", value: choice.id });
        input.checked = !choice.online;
        input.addEventListener("change", () => basemaps.choose(choice));
        const note = choice.online ? [element("small", { text: texts.online })] : [];
        return element("label", {}, [input, element("span", { text: choice.title }), ...note]);
      }),
    ]);
  }

  /** @param {string} id of the base map that is shown */
  setBasemap(id) {
    for (const input of this.details.querySelectorAll("input")) if (input.name === "basemap") input.checked = input.value === id;
  }
}

/** What a symbol without a sharp edge means. @param {string} text */
function softNote(text) {
  const look = { ...lookOf({ color: "currentColor", radius: 4, fill_opacity: 1 }, {}, false), isSoft: true };
  return element("p", { class: "atlas-soft-note", hidden: true }, [swatch("point", look), element("span", { text })]);
}

/** Highlight what a part of the legend stands for, while the pointer or the keyboard is on it.
 * @param {HTMLElement} node @param {DataLayer} layer @param {(feature: {properties: Properties}) => boolean} isMeant */
function highlightFrom(node, layer, isMeant) {
  node.addEventListener("pointerenter", ({ pointerType }) => { if (pointerType !== "touch") layer.hoverAll(isMeant); });
  node.addEventListener("focusin", ({ target }) => {
    if (target instanceof Element && target.matches(":focus-visible")) layer.hoverAll(isMeant);
  });
  for (const type of ["pointerleave", "focusout"]) node.addEventListener(type, () => layer.hoverAll(() => false));
}
