/**
 * The embedded base map: a Leaflet grid layer that draws GeoJSON on canvas tiles.
 *
 * Two sources: an overview for every zoom, and cells of full detail that are fetched
 * once someone zooms in. Colors come from CSS (see basemap.css). It draws no text:
 * `places()` hands the names to whoever draws labels.
 */

const TILE_SIZE = 512;
const DETAIL_MINZOOM = 10;
/** Pixels around a tile within which a feature may still touch it with its stroke. */
const MARGIN = 8;
/** Milliseconds of drawing per animation frame, so that dragging stays smooth. */
const FRAME_BUDGET = 10;
/** Milliseconds of projecting before the browser gets a turn. */
const PROJECT_BUDGET = 15;
/** Fetching the same cell again and again would only load a server in trouble. */
const MAX_ATTEMPTS = 3;

/** Line widths in pixels by zoom; between two zooms the width is interpolated. */
const WIDTHS = {
  river: [[6, 0.5], [8, 0.9], [10, 1.6], [13, 3.2], [16, 7]],
  canal: [[6, 0.5], [8, 0.8], [10, 1.4], [13, 2.8], [16, 6]],
  railway: [[8, 0.6], [10, 0.9], [13, 1.4], [16, 2.4]],
  primary: [[9, 0.6], [10, 0.9], [12, 2.2], [14, 4.2], [16, 8]],
  trunk: [[8, 0.7], [10, 1.4], [12, 2.8], [14, 5], [16, 9]],
  motorway: [[6, 0.8], [8, 1.2], [9, 1.5], [10, 2.1], [12, 3.4], [14, 6], [16, 10]],
  border: [[6, 0.8], [10, 1.2], [14, 2]],
};

/** What a casing adds to the width of its road, in pixels by zoom. */
const CASING = [[9, 1.2], [12, 1.5], [16, 2.4]];

/**
 * The drawing order. `color` names a custom property; kinds of one step are drawn together,
 * which keeps crossings of the same color clean.
 */
const STEPS = [
  { kind: "land", color: "land", fill: true },
  { kind: "nature", color: "nature", fill: true },
  { kind: "wetland", color: "nature", fill: true },
  { kind: "wood", color: "wood", fill: true },
  { kind: "built_up", color: "built-up", fill: true },
  { kind: "industrial", color: "industrial", fill: true },
  { kind: "water", color: "water", fill: true },
  { kind: "river", color: "waterline" },
  { kind: "canal", color: "waterline" },
  { kind: "railway", color: "railway" },
  // Far out a road is one line: a casing a pixel beside another only flickers.
  { kind: "trunk", color: "road-far", maxzoom: 9 },
  { kind: "motorway", color: "road-far", maxzoom: 8 },
  { kind: "primary", color: "motorway-casing", casing: true, minzoom: 11 },
  { kind: "trunk", color: "motorway-casing", casing: true, minzoom: 10 },
  { kind: "motorway", color: "motorway-casing", casing: true, minzoom: 9 },
  { kind: "primary", color: "road", minzoom: 10 },
  { kind: "trunk", color: "road", minzoom: 10 },
  { kind: "motorway", color: "motorway", minzoom: 9 },
  { kind: "border", color: "border", dash: [6, 3, 1.5, 3] },
];

const COLORS = [...new Set(STEPS.map((step) => step.color))];

/**
 * @typedef {object} Shape One polygon or line, in Web Mercator normalized to 0..1.
 * @property {Float64Array[]} paths Its rings, or its one line, as x, y, x, y, …
 * @property {number} minzoom
 * @property {number[]} bbox West, north, east, south: [minX, minY, maxX, maxY].
 */

/** @typedef {Map<string, Shape[]>} Shapes The shapes of one file by kind. */

/** @typedef {{name: string, lat: number, lng: number, minzoom: number,
 *   population?: number, rank?: number, country?: string}} Place */

/** Return the value at a zoom between stops `[zoom, value]`. */
function interpolate(stops, zoom) {
  const next = stops.findIndex(([stop]) => stop >= zoom);
  if (next === 0) return stops[0][1];
  if (next === -1) return stops[stops.length - 1][1];
  const [z0, v0] = stops[next - 1];
  const [z1, v1] = stops[next];
  return v0 + ((v1 - v0) * (zoom - z0)) / (z1 - z0);
}

function projectPath(coordinates) {
  const path = new Float64Array(coordinates.length * 2);
  for (let i = 0; i < coordinates.length; i += 1) {
    const sin = Math.sin((coordinates[i][1] * Math.PI) / 180);
    path[2 * i] = coordinates[i][0] / 360 + 0.5;
    path[2 * i + 1] = 0.5 - Math.log((1 + sin) / (1 - sin)) / (4 * Math.PI);
  }
  return path;
}

/** The first path is enough: holes lie within it. */
function bboxOf(path) {
  const bbox = [Infinity, Infinity, -Infinity, -Infinity];
  for (let i = 0; i < path.length; i += 2) {
    bbox[0] = Math.min(bbox[0], path[i]);
    bbox[1] = Math.min(bbox[1], path[i + 1]);
    bbox[2] = Math.max(bbox[2], path[i]);
    bbox[3] = Math.max(bbox[3], path[i + 1]);
  }
  return bbox;
}

/** Return the parts of a geometry, each a list of rings or a list of one line. */
function partsOf({ type, coordinates }) {
  switch (type) {
    case "Polygon": return [coordinates];
    case "MultiPolygon": return coordinates;
    case "LineString": return [[coordinates]];
    case "MultiLineString": return coordinates.map((line) => [line]);
    default: return [];
  }
}

function shapesOf(geometry, minzoom) {
  return partsOf(geometry).map((part) => {
    const paths = part.map(projectPath);
    return { paths, minzoom, bbox: bboxOf(paths[0]) };
  });
}

/** @returns {Place} */
function placeOf({ geometry, properties }) {
  const [lng, lat] = geometry.coordinates;
  const { kind, ...rest } = properties;
  return { minzoom: 0, ...rest, lat, lng };
}

const nextTask = () => new Promise((resolve) => { setTimeout(resolve, 0); });

/**
 * Project a feature collection, in slices, so that the page stays responsive.
 * @returns {Promise<{shapes: Shapes, places: Place[]}>}
 */
async function digest(collection) {
  const shapes = new Map();
  const places = [];
  let started = performance.now();
  for (const feature of collection.features) {
    const { kind, minzoom = 0 } = feature.properties;
    if (kind === "place") {
      places.push(placeOf(feature));
    } else {
      if (!shapes.has(kind)) shapes.set(kind, []);
      shapes.get(kind).push(...shapesOf(feature.geometry, minzoom));
    }
    if (performance.now() - started > PROJECT_BUDGET) {
      await nextTask();
      started = performance.now();
    }
  }
  return { shapes, places };
}

async function fetchText(address) {
  const response = await fetch(address);
  if (!response.ok) throw new Error(`${address}: ${response.status}`);
  return response.text();
}

function meets(a, b) {
  return a[0] <= b[2] && a[2] >= b[0] && a[1] <= b[3] && a[3] >= b[1];
}

/** Return the part of the world a tile shows, with a margin for strokes. */
function tileView({ x, y, z }) {
  const worldPixels = 256 * 2 ** z;
  const side = TILE_SIZE / worldPixels;
  const margin = MARGIN / worldPixels;
  const left = x * side;
  const top = y * side;
  return {
    zoom: z,
    left,
    top,
    scale: worldPixels,
    bbox: [left - margin, top - margin, left + side + margin, top + side + margin],
  };
}

/** Add a path to the canvas, leaving out points that fall on the pixel of the one before. */
function tracePath(context, path, { left, top, scale }, close) {
  let x = (path[0] - left) * scale;
  let y = (path[1] - top) * scale;
  context.moveTo(x, y);
  const last = path.length - 2;
  for (let i = 2; i <= last; i += 2) {
    const nextX = (path[i] - left) * scale;
    const nextY = (path[i + 1] - top) * scale;
    if (i === last || Math.abs(nextX - x) + Math.abs(nextY - y) > 0.7) {
      context.lineTo(nextX, nextY);
      x = nextX;
      y = nextY;
    }
  }
  if (close) context.closePath();
}

/** Trace all shapes of a kind that a tile shows as one path; return whether there are any. */
function traceShapes(context, shapes, view, close) {
  let any = false;
  context.beginPath();
  for (const shape of shapes) {
    if (shape.minzoom <= view.zoom && meets(shape.bbox, view.bbox)) {
      any = true;
      for (const path of shape.paths) tracePath(context, path, view, close);
    }
  }
  return any;
}

function isDrawn({ minzoom = 0, maxzoom = Infinity }, zoom) {
  return zoom >= minzoom && zoom <= maxzoom;
}

function strokeWidth(step, zoom) {
  const width = interpolate(WIDTHS[step.kind], zoom);
  return step.casing ? width + interpolate(CASING, zoom) : width;
}

function drawStep(context, step, shapes, view, color) {
  if (!traceShapes(context, shapes, view, Boolean(step.fill))) return;
  if (step.fill) {
    context.fillStyle = color;
    // Rings are wound as RFC 7946 asks, so overlapping areas do not cancel each other.
    context.fill("nonzero");
    return;
  }
  context.strokeStyle = color;
  context.lineWidth = strokeWidth(step, view.zoom);
  context.setLineDash(step.dash ?? []);
  // A round cap on a casing would show where two roads meet end to end.
  context.lineCap = step.casing ? "butt" : "round";
  context.stroke();
}

function sizeCanvas(canvas) {
  const ratio = window.devicePixelRatio || 1;
  const side = Math.round(TILE_SIZE * ratio);
  if (canvas.width !== side) {
    canvas.width = side;
    canvas.height = side;
  }
  return side / TILE_SIZE;
}

/**
 * Draw a tile anew, from all its files.
 * @param {Shapes[]} files
 * @param {Map<string, string>} palette
 */
function drawTile(canvas, coords, files, palette) {
  const ratio = sizeCanvas(canvas);
  const context = canvas.getContext("2d", { alpha: false });
  context.setTransform(ratio, 0, 0, ratio, 0, 0);
  context.fillStyle = palette.get("water");
  context.fillRect(0, 0, TILE_SIZE, TILE_SIZE);
  context.lineJoin = "round";
  const view = tileView(coords);
  for (const step of STEPS.filter((each) => isDrawn(each, view.zoom))) {
    for (const shapes of files) {
      const found = shapes.get(step.kind);
      if (found) drawStep(context, step, found, view, palette.get(step.color));
    }
  }
}

/** Read the palette from the custom properties of an element. */
function readPalette(element) {
  const style = getComputedStyle(element);
  return new Map(COLORS.map((name) => [name, style.getPropertyValue(`--basemap-${name}`).trim()]));
}

/** Return the names of the cells that a tile lies in; a small tile lies in one. */
function cellNames({ x, y, z }, detailZoom) {
  const perTile = 2 ** (detailZoom - (z - Math.log2(TILE_SIZE / 256)));
  const range = (tile) => {
    const first = Math.floor(tile * perTile);
    const last = Math.max(first, Math.ceil((tile + 1) * perTile) - 1);
    return Array.from({ length: last - first + 1 }, (_, i) => first + i);
  };
  return range(x).flatMap((column) => range(y).map((row) => `${detailZoom}_${column}_${row}`));
}

/** The same place may stand in two files with differently rounded coordinates. */
const placeKey = ({ name, lat, lng }) => `${name} ${lat.toFixed(2)} ${lng.toFixed(2)}`;

/**
 * One cell of detail: asked for at most `MAX_ATTEMPTS` times, and never twice at once.
 */
class Cell {
  constructor(address) {
    this.address = address;
    this.attempts = 0;
    this.loading = false;
    /** @type {Shapes | null} */
    this.shapes = null;
  }

  get wanted() {
    return !this.shapes && !this.loading && this.attempts < MAX_ATTEMPTS;
  }
}

/**
 * Make the base map's layer.
 *
 * @param {object} options Further options go to `L.GridLayer` (`attribution`, `pane`, …).
 * @param {string} options.overview The address of the overview.
 * @param {{detail_zoom: number, cells: Object<string, string>}} options.index
 *   The addresses of the cells by name, as `{"9_265_168": address}`.
 * @param {boolean} [options.detail] False: draw the overview at every zoom, fetch no cell.
 * @param {(error: Error) => void} [options.onError] Called once, for the first file that fails.
 * @returns {L.GridLayer} With `places()`, `refreshPalette()`, `ready` (a promise that resolves
 *   once the overview is there, or is known not to come), and the events `placesload`
 *   (more places came) and `detailload` (a cell came).
 */
export function createBasemap({ overview, index, detail = true, onError = () => {}, ...options }) {
  return new Basemap({ overview, index, detail, onError }, options);
}

const Basemap = L.GridLayer.extend({
  initialize({ overview, index, detail, onError }, options) {
    L.GridLayer.prototype.initialize.call(this, {
      noWrap: true,
      className: "basemap-tiles",
      ...options,
      tileSize: TILE_SIZE,
    });
    this._onError = onError;
    this._detailZoom = index?.detail_zoom ?? 0;
    const cells = detail ? Object.entries(index?.cells ?? {}) : [];
    this._cells = new Map(cells.map(([name, address]) => [name, new Cell(address)]));
    this._palette = null;
    /** @type {Shapes | null} */
    this._overview = null;
    this._places = new Map();
    /** Tiles on the page by canvas, with what Leaflet waits for. */
    this._live = new Map();
    this._queue = new Set();
    /** Cells are digested one after the other, so that their work never adds up. */
    this._digesting = Promise.resolve();
    this.on("tileunload", ({ tile }) => this._forget(tile));
    this.ready = this._loadOverview(overview);
  },

  onAdd(map) {
    this._palette = readPalette(map.getContainer());
    return L.GridLayer.prototype.onAdd.call(this, map);
  },

  createTile(coords, done) {
    const canvas = document.createElement("canvas");
    this._live.set(canvas, { coords: { ...coords }, done });
    this._askForCells(coords);
    this._enqueue(canvas);
    return canvas;
  },

  /** Read the palette anew and redraw: call it after the color scheme has changed. */
  refreshPalette() {
    if (!this._map) return this;
    this._palette = readPalette(this._map.getContainer());
    for (const canvas of this._live.keys()) this._enqueue(canvas);
    return this;
  },

  /** @returns {Place[]} The places of the overview and of the cells loaded so far. */
  places() {
    return [...this._places.values()];
  },

  async _loadOverview(address) {
    try {
      const { shapes, places } = await this._digest(await fetchText(address));
      this._overview = shapes;
      this._addPlaces(places);
    } catch (error) {
      // Tiles are still shown, as plain background, rather than never.
      this._overview = new Map();
      this._report(error);
    }
    for (const canvas of this._live.keys()) this._enqueue(canvas);
  },

  /** One message is enough: the next files fail for the same reason. */
  _report(error) {
    this._onError?.(error);
    this._onError = null;
  },

  _cellsOf(coords) {
    if (coords.z < DETAIL_MINZOOM || this._cells.size === 0) return [];
    const names = cellNames(coords, this._detailZoom);
    return names.map((name) => this._cells.get(name));
  },

  _askForCells(coords) {
    for (const cell of this._cellsOf(coords)) {
      if (cell?.wanted) this._loadCell(cell);
    }
  },

  async _loadCell(cell) {
    cell.loading = true;
    cell.attempts += 1;
    try {
      const { shapes, places } = await this._digest(await fetchText(cell.address));
      cell.shapes = shapes;
      this._addPlaces(places);
      this._redrawTilesOf(cell);
      this.fire("detailload");
    } catch (error) {
      this._report(error);
    } finally {
      cell.loading = false;
    }
  },

  /** Parse and project a file after those before it, with a pause between the two. */
  _digest(text) {
    const turn = this._digesting.then(async () => {
      await nextTask();
      const collection = JSON.parse(text);
      await nextTask();
      return digest(collection);
    });
    this._digesting = turn.catch(() => {});
    return turn;
  },

  _redrawTilesOf(cell) {
    for (const [canvas, { coords }] of this._live) {
      if (this._cellsOf(coords).includes(cell)) this._enqueue(canvas);
    }
  },

  _addPlaces(places) {
    const before = this._places.size;
    for (const place of places) {
      const key = placeKey(place);
      if (!this._places.has(key)) this._places.set(key, place);
    }
    if (this._places.size > before) this.fire("placesload");
  },

  /** A tile shows its cells once all of them are there; one that has none, the overview. */
  _filesOf(coords) {
    const cells = this._cellsOf(coords);
    const complete = cells.length > 0 && cells.every((cell) => cell?.shapes);
    return complete ? cells.map((cell) => cell.shapes) : [this._overview];
  },

  _enqueue(canvas) {
    if (!this._overview) return;
    if (this._queue.size === 0) requestAnimationFrame(() => this._drawQueue());
    this._queue.add(canvas);
  },

  _drawQueue() {
    const started = performance.now();
    for (const canvas of this._queue) {
      if (performance.now() - started > FRAME_BUDGET) break;
      this._queue.delete(canvas);
      this._draw(canvas);
    }
    if (this._queue.size > 0) requestAnimationFrame(() => this._drawQueue());
  },

  _draw(canvas) {
    const tile = this._live.get(canvas);
    if (!tile) return;
    drawTile(canvas, tile.coords, this._filesOf(tile.coords), this._palette);
    // Leaflet wants to hear of a tile once; later drawings replace the canvas' content at once.
    tile.done?.(null, canvas);
    tile.done = null;
  },

  _forget(canvas) {
    this._live.delete(canvas);
    this._queue.delete(canvas);
  },
});
