/** Data that people bring along: chosen or dropped, sent, followed while it is read, reported on, taken away. */

import { element } from "../dom.js";
import { besidePage } from "./location.js";

const LOOK_MS = 400;

/** So long it may take until a session that began anew has the files of the one before, if they are there. */
const SETTLE_MS = 3000;

const KEY = "twente-atlas.visit";

export function startOwn(page) {
  page.own = new OwnData(document.querySelector("#atlas-own"), page);
}

class OwnData {
  constructor(dialog, page) {
    this.dialog = dialog;
    this.page = page;
    this.texts = dialog.dataset;
    this.list = dialog.querySelector("ul");
    this.status = dialog.querySelector("[role=status]");
    this.input = dialog.querySelector("input[type=file]");
    /** Files that are on their way, or were turned away; the server knows nothing of them. */
    this.local = [];
    this.files = [];
    /** Id of a file that the server has → the file itself, as long as this page is there. */
    this.sources = new Map();
    /** Id of a file → its row, and what it was drawn of. */
    this.rows = new Map();
    this.input.addEventListener("change", () => {
      this.add(this.input.files);
      this.input.value = "";
    });
    for (const target of [document, dialog]) this.takeDrops(target);
    window.addEventListener("pagehide", () => clearTimeout(this.looking));
  }

  takeDrops(target) {
    target.addEventListener("dragover", (event) => {
      if (!event.dataTransfer?.types.includes("Files")) return;
      event.preventDefault();
      this.dialog.showPopover();
    });
    target.addEventListener("drop", (event) => {
      if (!event.dataTransfer?.types.includes("Files")) return;
      event.preventDefault();
      event.stopPropagation();
      this.add(event.dataTransfer.files);
    });
  }

  /**
   * The session has begun, or begun anew; what this page had before may still be there, and is asked for first.
   * @returns {string | null} what to ask for
   */
  open(token) {
    if (token === this.token) return null;
    const before = this.token ?? remembered();
    const isSettled = !before || before === token || token === this.offered;
    this.token = token;
    remember(token);
    this.offered = isSettled ? null : before;
    clearTimeout(this.settling);
    if (isSettled) this.settle();
    else this.settling = setTimeout(() => this.settle(), SETTLE_MS);
    return this.offered;
  }

  /** It is known which files the server has. One that began anew has forgotten them; they are given once more. */
  async settle() {
    this.offered = null;
    await this.look();
    const known = new Set(this.files.map(({ id }) => id));
    for (const [id, file] of this.sources) {
      if (known.has(id)) continue;
      this.sources.delete(id);
      this.local.unshift({ file, name: file.name, part: 0, reason: null });
    }
    for (const item of this.local) if (item.reason === this.texts.failed) Object.assign(item, { part: 0, reason: null });
    this.draw();
    this.send();
  }

  add(files) {
    this.dialog.showPopover();
    for (const file of files) {
      const isTooLarge = file.size > Number(this.texts.most);
      this.local.unshift({ file, name: file.name, part: 0, reason: isTooLarge ? this.texts.too_large : null });
    }
    this.draw();
    this.send();
  }

  /** One after the other: they share one line anyway. */
  async send() {
    if (this.isSending || !this.token || this.offered) return;
    this.isSending = true;
    for (let next = this.next(); next; next = this.next()) {
      next.reason = await this.sendOne(next);
      if (!next.reason) this.local = this.local.filter((other) => other !== next);
      this.draw();
      await this.look();
    }
    this.isSending = false;
  }

  next() {
    return this.local.findLast(({ reason }) => reason === null);
  }

  /** @returns {Promise<string | null>} why it was not taken */
  sendOne(item) {
    return new Promise((resolve) => {
      const request = new XMLHttpRequest();
      item.request = request;
      request.open("POST", this.address("", { name: item.name }));
      request.setRequestHeader("Content-Type", "application/octet-stream");
      request.upload.addEventListener("progress", ({ loaded, total }) => { item.part = total ? loaded / total : 0; this.draw(); });
      request.addEventListener("load", () => {
        if (request.status === 201) this.sources.set(JSON.parse(request.responseText).id, item.file);
        resolve(request.status === 201 ? null : this.texts[request.responseText] ?? this.texts.failed);
      });
      for (const failure of ["error", "timeout", "abort"]) request.addEventListener(failure, () => resolve(this.texts.failed));
      request.send(item.file);
    });
  }

  address(path, extra = {}) {
    return besidePage(`own/${this.token}${path}`, extra);
  }

  /** Ask what became of the files, again and again while one is being read. */
  async look() {
    clearTimeout(this.looking);
    if (!this.token || this.offered) return;
    // Where nothing comes, the notice about the connection says it; what is known stays on the screen.
    const answer = await fetch(this.address(""), { cache: "no-store" }).then((response) => (response.ok ? response.json() : null)).catch(() => null);
    if (answer) this.take(answer.files);
    if (this.files.some(({ state }) => isBusy(state))) this.looking = setTimeout(() => this.look(), LOOK_MS);
  }

  take(files) {
    const before = looks(this.files);
    const wasBusy = new Set(this.files.filter(({ state }) => isBusy(state)).map(({ id }) => id));
    this.files = files;
    this.draw();
    const done = files.filter(({ id, state }) => wasBusy.has(id) && !isBusy(state));
    if (done.length > 0) this.status.textContent = done.map((file) => `${file.name}: ${this.summary(file)}`).join(" ");
    if (before !== looks(files)) this.page.bridge?.tellOwn();
    document.documentElement.toggleAttribute("data-own", files.some(({ layers }) => layers.length > 0));
  }

  summary({ layers, problems }) {
    return layers.flatMap(({ lines }) => lines.slice(0, 1)).concat(problems.slice(0, 1)).join(" ");
  }

  /** What is still the same stays: somebody may be typing in it. */
  draw() {
    const held = document.activeElement?.dataset.key;
    const before = this.rows;
    this.rows = new Map(this.files.map((file) => {
      const text = JSON.stringify(file);
      return [file.id, before.get(file.id)?.text === text ? before.get(file.id) : { text, row: this.row(file) }];
    }));
    const rows = [...this.local.map((item) => this.localRow(item)), ...[...this.rows.values()].toReversed().map(({ row }) => row)];
    if (rows.length === this.list.children.length && rows.every((row, place) => row === this.list.children[place])) return;
    this.list.replaceChildren(...rows);
    // Where what had the focus is gone, it goes to where more can be added; outside of the dialog, nobody would find it.
    if (held) (this.list.querySelector(`[data-key="${CSS.escape(held)}"]`) ?? this.input).focus();
  }

  localRow(item) {
    const row = element("li", {}, [element("h3", { text: item.name })]);
    if (item.reason) row.append(element("p", { class: "atlas-own-no", text: item.reason }));
    else row.append(this.progress(this.texts.sending, item.part));
    const remove = this.remover(item.name, item.reason ? this.texts.remove : this.texts.cancel, `local-${item.name}`, () => {
      item.request?.abort();
      item.reason ??= this.texts.failed;
      this.local = this.local.filter((other) => other !== item);
      this.draw();
    });
    row.append(element("div", { class: "atlas-own-actions" }, [...(item.reason && item.reason !== this.texts.too_large ? [this.retrier(item)] : []), remove]));
    return row;
  }

  retrier(item) {
    const button = element("button", { type: "button", text: this.texts.retry, "aria-label": `${this.texts.retry}: ${item.name}`, "data-key": `retry-${item.name}` });
    button.addEventListener("click", () => {
      Object.assign(item, { part: 0, reason: null });
      this.draw();
      this.send();
    });
    return button;
  }

  row(file) {
    const busy = isBusy(file.state);
    const row = element("li", { "data-state": file.state }, [element("h3", { text: file.name })]);
    if (busy) row.append(this.progress(file.state === "building" ? this.texts.building : this.texts.reading, file.state === "building" ? file.part : undefined));
    for (const layer of file.layers) row.append(...this.layerReport(layer));
    for (const problem of file.problems) row.append(element("p", { class: "atlas-own-no", text: problem }));
    if (file.needs_crs && !busy) row.append(this.crsForm(file));
    const remove = this.remover(file.name, busy ? this.texts.cancel : this.texts.remove, file.id, () => {
      this.sources.delete(file.id);
      this.change(`/files/${file.id}`, "DELETE");
    });
    const shows = file.layers.filter(({ bbox }) => bbox).map((layer) => this.shower(layer, file.layers.length > 1));
    row.append(element("div", { class: "atlas-own-actions" }, [...shows, remove]));
    return row;
  }

  layerReport({ id, title, color, formats, lines }) {
    const report = [
      element("div", { class: "atlas-own-look" }, [
        this.field({ type: "color", value: color, "aria-label": `${this.texts.color}: ${title}`, "data-key": `color-${id}` }, (value) => this.change(`/layers/${id}`, "POST", { color: value })),
        this.field({ type: "text", value: title, maxlength: 100, required: true, "aria-label": `${this.texts.title}: ${title}`, "data-key": `title-${id}`, autocomplete: "off" }, (value) => this.change(`/layers/${id}`, "POST", { title: value })),
      ]),
      ...lines.map((text) => element("p", { text })),
    ];
    const links = formats.map(({ extension, name }) => element("a", { href: this.address(`/download/${id}.${extension}`), download: "", text: name, "aria-label": `${this.texts.save} ${name}: ${title}`, "data-key": `save-${extension}-${id}` }));
    report.push(element("div", { class: "atlas-own-save" }, [element("span", { text: this.texts.save }), ...links]));
    return report;
  }

  shower({ id, title, bbox }, isOneOfSeveral) {
    const name = `${this.texts.show}: ${title}`;
    const button = element("button", { type: "button", text: isOneOfSeveral ? name : this.texts.show, "aria-label": name, "data-key": `show-${id}` });
    button.addEventListener("click", () => { this.dialog.hidePopover(); this.page.bridge?.showOwn(bbox); });
    return button;
  }

  /** A field whose value goes to the server once it is chosen; an empty one takes back what it was. */
  field(attributes, onChange) {
    const input = element("input", attributes);
    input.addEventListener("change", () => {
      if (input.value.trim()) onChange(input.value);
      else input.value = attributes.value;
    });
    return input;
  }

  /** Where a file does not say in which CRS it is, whoever brought it may know. */
  crsForm(file) {
    const input = element("input", { name: "crs", required: true, maxlength: 100, placeholder: "EPSG:28992", "data-key": `crs-${file.id}`, autocomplete: "off", spellcheck: "false" });
    const form = element("form", {}, [element("label", {}, [this.texts.crs, input]), element("button", { type: "submit", text: this.texts.again })]);
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      this.change(`/files/${file.id}`, "POST", { crs: input.value });
    });
    return form;
  }

  progress(text, part) {
    return element("label", {}, [text, element("progress", { value: part, max: 1 })]);
  }

  remover(name, text, key, onClick) {
    const button = element("button", { type: "button", text, "aria-label": `${text}: ${name}`, "data-key": `remove-${key}` });
    button.addEventListener("click", onClick);
    return button;
  }

  async change(path, method, extra) {
    try {
      await fetch(this.address(path, extra), { method });
    } catch {
      this.status.textContent = this.texts.failed;
    }
    await this.look();
  }
}

/** What page and map have to know of anew once it differs. */
function looks(files) {
  return JSON.stringify(files.map(({ id, layers }) => [id, layers.map((layer) => [layer.id, layer.title, layer.color])]));
}

function isBusy(state) {
  return state === "reading" || state === "building";
}

/** In this tab only, and only which visit it was; the data stays with the server. */
function remember(token) {
  try { sessionStorage.setItem(KEY, token); } catch { /* Without storage, a reload begins anew. */ }
}

function remembered() {
  try { return sessionStorage.getItem(KEY); } catch { return null; }
}
