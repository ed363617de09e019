/** The layer control: switches that are a legend too (swatch, name, count), and the base maps. */

import { element } from "../../dom.js";
import { pathOptions } from "../style/leaflet_style.js";
import { countSwatch, swatch } from "../style/symbols.js";

/** The legend of counts. */
const COUNTS_SHOWN = [1, 100, 10_000];

/** Below this width the map needs the room more than the legend does. */
const NARROW_PX = 760;

/** As the style sheet has it, with its margins. */
const WIDTH_PX = 308;

export const LayerPanel = L.Control.extend({
  options: { position: "topright" },

  initialize({ layers, basemaps, texts, language, isDark, onToggle, onRetry, onEvidence, onBasemap }) {
    Object.assign(this, { layers, basemaps, texts, language, isDark, onToggle, onRetry, onEvidence, onBasemap });
    this.rows = new Map();
  },

  onAdd(map) {
    this.wasWide = LayerPanel.opensIn(map);
    this.details = element("details", { class: "atlas-panel leaflet-bar", open: LayerPanel.opensIn(map) }, [
      element("summary", { text: this.texts.layers }),
    ]);
    const list = element("ul", { class: "atlas-layers" });
    for (const layer of this.layers) list.append(this.row(layer));
    const body = element("div", { class: "atlas-panel-body" }, [list, this.softNote()]);
    if (this.basemaps.length > 1) body.append(this.basemapChoice());
    this.details.append(body);
    L.DomEvent.disableClickPropagation(this.details).disableScrollPropagation(this.details);
    return this.details;
  },

  /** Beside a wide table there is no room for the legend; it comes back with the room, unless somebody closed it. */
  makeRoom() {
    const isWide = LayerPanel.opensIn(this._map);
    if (!isWide && this.details.open && this.wasWide) this.isMakingRoom = true;
    if (this.isMakingRoom) this.details.open = isWide;
    if (isWide) this.isMakingRoom = false;
    this.wasWide = isWide;
  },

  /** A layer that came later, below the others. */
  add(layer) {
    this.details.querySelector(".atlas-layers").append(this.row(layer));
  },

  /** A layer that has another title or style. */
  redraw(layer) {
    this.rows.get(layer).item.querySelector(".atlas-name").textContent = layer.options.title;
    this.drawLegend(layer);
    layer.fire("legend");
  },

  remove(layer) {
    this.rows.get(layer)?.item.remove();
    this.rows.delete(layer);
  },

  replace(layer, other) {
    this.rows.get(layer).item.replaceWith(this.row(other));
    this.rows.delete(layer);
  },

  row(layer) {
    const input = element("input", { type: "checkbox", "data-layer": layer.id });
    input.checked = layer.options.visible;
    input.addEventListener("change", () => this.onToggle(layer, input.checked));
    const label = element("label", { title: layer.options.description }, [
      input,
      element("span", { class: "atlas-legend" }),
      element("span", { class: "atlas-name", text: layer.options.title }),
      element("span", { class: "atlas-count" }),
    ]);
    const evidence = this.texts.evidence.replace("{layer}", layer.options.title);
    const info = element("button", { type: "button", class: "atlas-info", title: evidence, "aria-label": evidence, text: "i" });
    info.addEventListener("click", () => this.onEvidence(layer));
    const item = element("li", {}, [label, ...(layer.options.evidence ? [info] : []), element("ul", { class: "atlas-categories" })]);
    const status = element("p", { class: "atlas-status", role: "status", hidden: true });
    item.append(status);
    item.classList.toggle("atlas-off", !input.checked);
    this.rows.set(layer, { item, input, status });
    layer.on("state", () => this.showState(layer));
    if (layer.isLarge) this.addScale(layer, item);
    this.drawLegend(layer);
    this.showState(layer);
    return item;
  },

  /** Where a circle stands for many features, the legend says so, and for how many. */
  addScale(layer, item) {
    const scale = element("div", { class: "atlas-counts" }, [element("p", { text: this.texts.counting })]);
    item.insertBefore(scale, item.querySelector(".atlas-status"));
    const draw = () => {
      scale.hidden = !layer.isCounting;
      scale.querySelector("ul")?.remove();
      scale.append(element("ul", {}, COUNTS_SHOWN.map((count) => element("li", {}, [
        countSwatch(count, pathOptions(layer.options.style, {}, this.isDark()).fillColor),
        element("span", { text: count.toLocaleString(this.language) }),
      ]))));
    };
    layer.on("zoom state legend", draw);
    draw();
  },

  /** What a symbol without a sharp edge means. */
  softNote() {
    const style = { ...pathOptions({ color: "currentColor", radius: 4, fill_opacity: 1 }, {}, false), isSoft: true };
    return element("p", { class: "atlas-soft-note" }, [swatch("point", style), element("span", { text: this.texts.soft })]);
  },

  /** Where categories differ, each has a row of its own. */
  drawLegend(layer) {
    const { item } = this.rows.get(layer);
    const { style, role } = layer.options;
    const categories = style.categories ?? [];
    const first = categories[0] ? { [style.category_field]: categories[0].value } : {};
    item.querySelector(".atlas-legend").replaceChildren(swatch(role, pathOptions(style, first, this.isDark())));
    item.querySelector(".atlas-categories").replaceChildren(
      ...categories.map(({ value, label }) =>
        element("li", {}, [
          swatch(role, pathOptions(style, { [style.category_field]: value }, this.isDark())),
          element("span", { text: label }),
        ]),
      ),
    );
  },

  drawLegends() {
    for (const layer of this.layers) {
      this.drawLegend(layer);
      layer.fire("legend");
    }
  },

  /** @returns {Node[]} the legend without its switches: what is on, to be read elsewhere */
  legend() {
    const list = this.details.querySelector(".atlas-layers").cloneNode(true);
    for (const unneeded of list.querySelectorAll(".atlas-off, [hidden], input, button, .atlas-status, .atlas-count")) unneeded.remove();
    return [list, this.softNote()];
  },

  setChecked(layer, isChecked) {
    const { input, item } = this.rows.get(layer);
    input.checked = isChecked;
    item.classList.toggle("atlas-off", !isChecked);
  },

  showState(layer) {
    const { item, status } = this.rows.get(layer);
    const { texts } = this;
    item.dataset.state = layer.state;
    item.querySelector(".atlas-count").textContent = layer.options.count?.toLocaleString(this.language) ?? "";
    if (layer.state === "building" && status.querySelector("progress")) {
      status.querySelector("progress").value = layer.build.part;
      return;
    }
    status.replaceChildren();
    if (layer.state === "failed" || layer.state === "incomplete") {
      const retry = element("button", { type: "button", text: texts.retry });
      retry.addEventListener("click", () => this.onRetry(layer));
      status.append(layer.state === "failed" ? texts.failed : texts.incomplete, " ", retry);
    } else if (layer.state === "building") {
      status.append(element("label", {}, [texts.building, " ", element("progress", { value: layer.build.part })]));
    } else if (layer.state === "unbuilt") {
      status.append(texts.unbuilt, " ", layer.build.message);
    } else if (layer.state === "away") {
      status.append(layer.awayFor || texts.away);
    } else if (layer.state === "unsupported") {
      status.append(texts.unsupported);
    } else if (layer.state === "absent") {
      status.append(texts.notInFile);
    } else if (layer.skipped > 0) {
      status.append(this.texts.skipped.replace("{count}", layer.skipped));
    }
    status.hidden = !status.hasChildNodes();
  },

  basemapChoice() {
    const group = element("fieldset", { class: "atlas-basemaps" }, [element("legend", { text: this.texts.basemap })]);
    for (const basemap of this.basemaps) {
      const input = element("input", { type: "radio", name: "basemap", value: basemap.id });
      input.checked = basemap.isEmbedded;
      input.addEventListener("change", () => this.onBasemap(basemap));
      group.append(element("label", {}, [
        input,
        element("span", { text: basemap.title }),
        ...(basemap.isEmbedded ? [] : [element("small", { text: this.texts.online })]),
      ]));
    }
    return group;
  },

  setBasemap(basemap) {
    const input = this.details.querySelector(`input[name=basemap][value="${basemap.id}"]`);
    if (input) input.checked = true;
  },
});

Object.defineProperty(LayerPanel.prototype, "isOpen", { get() { return this.details.open; } });
LayerPanel.WIDTH_PX = WIDTH_PX;
LayerPanel.opensIn = (map) => map.getSize().x >= NARROW_PX;
