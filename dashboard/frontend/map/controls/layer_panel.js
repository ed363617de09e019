/** The layer panel: switches that are a legend too (swatch, name, count), and the base maps. */

import { beforeNextFrame, button, element } from "../../dom.js";
import { formatCount } from "../features/format.js";
import { LargeLayer } from "../layers/large_layer.js";
import { lookOf } from "../style/leaflet_style.js";
import { countSwatch, swatch } from "../style/symbols.js";
import { showEvidence } from "./evidence.js";

/** Counts that the legend of a large layer shows. */
const COUNTS_SHOWN = [1, 100, 10_000];

/** On a narrower or lower map the panel begins closed. */
const NARROW_PX = 760;
const LOW_PX = 420;

export class LayerPanel extends L.Control {
  /** @param {Atlas} atlas */
  constructor(atlas) {
    super({ position: "topright" });
    this.atlas = atlas;
    /** @type {Map<DataLayer, PanelRow>} */
    this.rows = new Map();
    this.wasWide = this.isRoomy;
    this.isMakingRoom = false;
    this.list = element("ul", { class: "atlas-layers" });
    this.softNote = softNote(atlas.texts.soft);
    /** Explain soft edges while there are some on the map. */
    this.showSoftNote = beforeNextFrame(() => {
      this.softNote.hidden = !atlas.layers.all.some(({ options, features, looks }) => options.visible
        && [...features.values()].some(({ properties }) => looks.of(properties).isSoft));
    });
    this.details = element("details", { class: "atlas-panel leaflet-bar", open: this.wasWide });
  }

  onAdd() {
    const { layers, basemaps, texts } = this.atlas;
    // What lies on top of the map is on top of the list.
    this.list.append(...layers.all.toReversed().map((layer) => this.row(layer)));
    const body = element("div", { class: "atlas-panel-body" }, [this.list, this.softNote]);
    if (basemaps.choices.length > 1) body.append(this.basemapChoice());
    this.details.append(element("summary", { text: texts.layers }), body);
    L.DomEvent.disableClickPropagation(this.details).disableScrollPropagation(this.details);
    return this.details;
  }

  get isOpen() {
    return this.details.open;
  }

  /** Whether the map, which fills its window, has room for the open panel: asked of the window, as nothing is laid out yet. */
  get isRoomy() {
    return window.innerWidth >= NARROW_PX && window.innerHeight >= LOW_PX;
  }

  /** Close beside a wide table, and open again when the room is back, unless somebody closed it. */
  makeRoom() {
    const { isRoomy } = this;
    if (!isRoomy && this.isOpen && this.wasWide) this.isMakingRoom = true;
    if (this.isMakingRoom) this.details.open = isRoomy;
    if (isRoomy) this.isMakingRoom = false;
    this.wasWide = isRoomy;
  }

  /** Add a layer, which lies above the others. @param {DataLayer} layer */
  addRow(layer) {
    this.list.prepend(this.row(layer));
  }

  /** Show the changed title and style of a layer. @param {DataLayer} layer */
  redraw(layer) {
    const name = this.rows.get(layer)?.item.querySelector(".atlas-name");
    if (name) name.textContent = layer.options.title;
    this.drawLegend(layer);
  }

  /** @param {DataLayer} layer */
  removeRow(layer) {
    this.rows.get(layer)?.item.remove();
    this.rows.delete(layer);
  }

  /** @param {DataLayer} layer @param {DataLayer} other */
  replaceRow(layer, other) {
    this.rows.get(layer)?.item.replaceWith(this.row(other));
    this.rows.delete(layer);
  }

  /** @param {DataLayer} layer */
  row(layer) {
    const { map, layers, texts } = this.atlas;
    const { title, description, visible, evidence } = layer.options;
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
    const kinds = element("ul", { class: "atlas-categories", id: `atlas-kinds-${layer.id}`, hidden: true });
    const status = element("p", { class: "atlas-status", role: "status", hidden: true });
    const item = element("li", {}, [label, foldOf(kinds, texts.kinds.replace("{layer}", title)), kinds, status]);
    if (evidence) {
      const text = texts.evidence.replace("{layer}", title);
      kinds.before(button({ class: "atlas-info", title: text, "aria-label": text, text: "i" }, () => showEvidence(this.atlas, evidence)));
    }
    item.classList.toggle("atlas-off", !visible);
    this.rows.set(layer, { item, input, status });
    layer.on("state", () => this.showState(layer));
    if (layer instanceof LargeLayer) status.before(this.countLegend(layer));
    this.drawLegend(layer);
    this.showState(layer);
    return item;
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
    item?.querySelector(".atlas-fold")?.toggleAttribute("hidden", rows.length + iconRows.length === 0);
    layer.fire("legend");
  }

  drawLegends() {
    for (const layer of this.rows.keys()) this.drawLegend(layer);
  }

  /** A copy of the legend without its switches, for paper. @returns {Node[]} */
  legend() {
    const list = /** @type {HTMLElement} */ (this.list.cloneNode(true));
    for (const kinds of list.querySelectorAll(".atlas-categories")) for (const name of ["hidden", "id"]) kinds.removeAttribute(name);
    for (const node of list.querySelectorAll(".atlas-off, [hidden], input, button, .atlas-status, .atlas-count")) node.remove();
    return [list, ...(this.softNote.hidden ? [] : [this.softNote.cloneNode(true)])];
  }

  /** @param {DataLayer} layer @param {boolean} isChecked */
  setChecked(layer, isChecked) {
    const row = this.rows.get(layer);
    if (!row) return;
    row.input.checked = isChecked;
    row.item.classList.toggle("atlas-off", !isChecked);
    this.showSoftNote();
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
    this.showSoftNote();
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

/** The button that unfolds the kinds of a layer. @param {HTMLElement} kinds @param {string} label */
function foldOf(kinds, label) {
  const fold = button({ class: "atlas-fold", title: label, "aria-label": label, "aria-controls": kinds.id, "aria-expanded": "false" }, () => {
    kinds.hidden = !kinds.hidden;
    fold.setAttribute("aria-expanded", String(!kinds.hidden));
  });
  return fold;
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
