/** Files that people upload: chosen or dropped, sent, followed while the server reads them, reported on, removed. */

import { find, takeDroppedFiles } from "../../dom.js";
import { besidePage } from "../location.js";
import { isBusy, localRow, uploadRow } from "./upload_rows.js";

/** Pause between two questions about files that the server reads. */
const LOOK_MS = 400;

/** A new session takes over the files of the one before within this time, if they are still there. */
const SETTLE_MS = 3000;

const KEY = "twente-atlas.session";

export class Uploads {
  dialog = find("#atlas-uploads", HTMLElement);
  /** @type {Record<string, string>} */
  texts = Object.fromEntries(Object.entries(this.dialog.dataset).map(([name, text]) => [name, text ?? ""]));
  list = find("ul", HTMLElement, this.dialog);
  status = find("[role=status]", HTMLElement, this.dialog);
  input = find("input[type=file]", HTMLInputElement, this.dialog);
  /** Files that are on their way, or were refused; the server does not list them. @type {LocalFile[]} */
  local = [];
  /** @type {UploadedFile[]} */
  files = [];
  /** The files that this page sent, by the server's id: a restarted server gets them again. @type {Map<string, File>} */
  sources = new Map();
  /** Those of them whose report is still to come, the first time that they are read. @type {Set<string>} */
  fresh = new Set();
  /** The rows of the server's files by id, each with the report that it shows. @type {Map<string, {text: string, row: HTMLElement}>} */
  rows = new Map();
  /** Names the session in addresses. @type {string | undefined} */
  token = undefined;
  /** The session of before, while it is asked for. @type {string | null} */
  offered = null;
  isSending = false;
  /** Questions about the files: how many were asked, and which one's answer is shown. */
  asked = 0;
  shown = 0;

  /** @param {() => Bridge | null} bridge */
  constructor(bridge) {
    this.bridge = bridge;
    this.input.addEventListener("change", () => {
      this.add(this.input.files ?? []);
      this.input.value = "";
    });
    takeDroppedFiles((files) => this.add(files), () => this.dialog.showPopover());
    window.addEventListener("pagehide", () => clearTimeout(this.looking));
  }

  /** Follow a session; returns the token of the one before, if it may still be there. @param {string} token */
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

  /** Send the files again that a restarted server has forgotten. */
  async settle() {
    this.offered = null;
    await this.look();
    const known = new Set(this.files.map(({ id }) => id));
    for (const [id, file] of this.sources) {
      if (known.has(id)) continue;
      this.sources.delete(id);
      this.local = this.local.filter((item) => item.id !== id);
      this.local.unshift({ file, name: file.name, part: 0, reason: null, isAgain: true });
    }
    for (const item of this.local) if (item.reason === this.texts.failed) Object.assign(item, { part: 0, reason: null });
    this.draw();
    this.send();
  }

  /** @param {Iterable<File>} files */
  add(files) {
    this.dialog.showPopover();
    for (const file of files) {
      const isTooLarge = file.size > Number(this.texts.most);
      this.local.unshift({ file, name: file.name, part: 0, reason: isTooLarge ? this.texts.too_large : null });
    }
    this.draw();
    this.send();
  }

  /** Send one file after the other: they share one connection to the network anyway. */
  async send() {
    if (this.isSending || !this.token || this.offered) return;
    this.isSending = true;
    const oldest = () => this.local.findLast(({ reason, id }) => reason === null && !id);
    for (let next = oldest(); next; next = oldest()) {
      next.reason = await this.sendOne(next);
      this.draw();
      await this.look();
    }
    this.isSending = false;
  }

  /** @param {LocalFile} item @returns {Promise<string | null>} why the server refused it */
  sendOne(item) {
    return new Promise((resolve) => {
      const request = new XMLHttpRequest();
      item.request = request;
      request.open("POST", this.address("", { name: item.name }));
      request.setRequestHeader("Content-Type", "application/octet-stream");
      request.upload.addEventListener("progress", ({ loaded, total }) => { item.part = total ? loaded / total : 0; this.draw(); });
      request.addEventListener("load", () => {
        if (request.status === 201) {
          const { id } = JSON.parse(request.responseText);
          item.id = id;
          this.sources.set(id, item.file);
          if (!item.isAgain) this.fresh.add(id);
        }
        resolve(request.status === 201 ? null : this.texts[request.responseText] ?? this.texts.failed);
      });
      for (const failure of ["error", "timeout", "abort"]) request.addEventListener(failure, () => resolve(this.texts.failed));
      request.send(item.file);
    });
  }

  /** @param {string} path @param {Record<string, string>} [extra] */
  address(path, extra = {}) {
    return besidePage(`own/${this.token}${path}`, extra);
  }

  /** Ask what became of the files, again and again while the server reads one. */
  async look() {
    clearTimeout(this.looking);
    if (!this.token || this.offered) return;
    this.asked += 1;
    const question = this.asked;
    // Without an answer the list stays; the notice about the connection says why.
    const answer = await fetch(this.address(""), { cache: "no-store" })
      .then(async (response) => [response.ok, await response.text()]) // an answer that nobody reads keeps its connection
      .then(([isThere, text]) => (isThere ? JSON.parse(String(text)) : null))
      .catch(() => null);
    // Answers may overtake each other: an older one would hide a file, and end the asking.
    if (answer && question > this.shown) {
      this.shown = question;
      this.take(answer.files);
    }
    if (this.files.some(({ state }) => isBusy(state))) this.looking = setTimeout(() => this.look(), LOOK_MS);
  }

  /** @param {UploadedFile[]} files */
  take(files) {
    const before = looks(this.files);
    this.files = files;
    // The row of a file that was sent stays until the server lists the file.
    this.local = this.local.filter(({ id }) => !files.some((file) => file.id === id));
    this.draw();
    const done = files.filter(({ id, state }) => !isBusy(state) && this.fresh.delete(id));
    const reports = done.map(({ name, layers, problems }) => [`${name}:`, ...layers.map(({ lines }) => lines[0]), problems[0]]);
    if (done.length > 0) this.status.textContent = reports.flat().filter(Boolean).join(" ");
    if (before !== looks(files)) this.bridge()?.reportUploads();
    const shown = done.flatMap(({ layers }) => layers).find(({ bbox }) => bbox);
    if (shown?.bbox) this.bridge()?.showBounds(shown.bbox);
    document.documentElement.toggleAttribute("data-uploads", files.some(({ layers }) => layers.length > 0));
  }

  /** Draw the list; unchanged rows stay, as somebody may be typing in one. */
  draw() {
    const held = document.activeElement instanceof HTMLElement ? document.activeElement.dataset.key : undefined;
    const before = this.rows;
    this.rows = new Map(this.files.map((file) => {
      const text = JSON.stringify(file);
      const row = before.get(file.id);
      return [file.id, row?.text === text ? row : { text, row: uploadRow(this, file) }];
    }));
    const rows = [...this.local.map((item) => localRow(this, item)), ...[...this.rows.values()].toReversed().map(({ row }) => row)];
    if (rows.length === this.list.children.length && rows.every((row, place) => row === this.list.children[place])) return;
    this.list.replaceChildren(...rows);
    if (!held) return;
    // If the element with the focus is gone, the focus goes to the file input, which stays in the dialog.
    /** @type {HTMLElement | null} */
    const again = this.list.querySelector(`[data-key="${CSS.escape(held)}"]`);
    (again ?? this.input).focus();
  }

  /** @param {string} path @param {string} method @param {Record<string, string>} [extra] */
  async change(path, method, extra) {
    try {
      const answer = await fetch(this.address(path, extra), { method });
      await answer.text(); // an answer that nobody reads keeps its connection
    } catch {
      this.status.textContent = this.texts.failed;
    }
    await this.look();
  }
}

/** What page and map show of the files: once it differs, they are drawn again. @param {UploadedFile[]} files */
function looks(files) {
  return JSON.stringify(files.map(({ id, layers }) => [id, layers.map((layer) => [layer.id, layer.title, layer.color])]));
}

/** Remember the session in this tab; the data stays with the server. @param {string} token */
function remember(token) {
  try { sessionStorage.setItem(KEY, token); } catch { /* Without storage, a reload begins without files. */ }
}

function remembered() {
  try { return sessionStorage.getItem(KEY); } catch { return null; }
}
