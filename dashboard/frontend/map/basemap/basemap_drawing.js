/** Draws the embedded base map: the style of each kind, and one tile at a time. */

import { TILE_SIZE } from "./basemap_data.js";

/** Pixels around a tile within which a feature may still touch it with its stroke. */
const MARGIN = 8;

/** Line widths in pixels by zoom, interpolated between zooms. @type {Record<string, number[][]>} */
const WIDTHS = {
  river: [[6, 0.5], [8, 0.9], [10, 1.6], [13, 3.2], [16, 7]],
  canal: [[6, 0.5], [8, 0.8], [10, 1.4], [13, 2.8], [16, 6]],
  railway: [[8, 0.4], [10, 0.7], [13, 1.2], [16, 2.4]],
  trunk: [[8, 0.7], [10, 1.4], [12, 2.8], [14, 5], [16, 9]],
  motorway: [[6, 0.8], [8, 1.2], [9, 1.5], [10, 2.1], [12, 3.4], [14, 6], [16, 10]],
  border: [[6, 0.8], [10, 1.2], [14, 2]],
};

/** What a casing adds to the width of its road, in pixels by zoom. */
const CASING = [[9, 1.2], [12, 1.5], [16, 2.4]];

/** The drawing order. The shapes of a step are drawn as one path, which keeps crossings of the same color clean.
 * @type {DrawingStep[]} */
const STEPS = [
  { kind: "land", color: "land", fill: true },
  { kind: "nature", color: "nature", fill: true },
  { kind: "wetland", color: "nature", fill: true },
  { kind: "wood", color: "wood", fill: true },
  { kind: "built_up", color: "built-up", fill: true },
  { kind: "water", color: "water", fill: true },
  { kind: "river", color: "waterline" },
  { kind: "canal", color: "waterline" },
  { kind: "railway", color: "track" },
  // Far out a road is one line: a casing a pixel beside another only flickers.
  { kind: "trunk", color: "road-far", maxzoom: 9 },
  { kind: "motorway", color: "road-far", maxzoom: 8 },
  { kind: "trunk", color: "street-main-casing", casing: true, minzoom: 10 },
  { kind: "motorway", color: "street-motorway-casing", casing: true, minzoom: 9 },
  { kind: "trunk", color: "street-main", minzoom: 10 },
  { kind: "motorway", color: "street-motorway", minzoom: 9 },
  { kind: "border", color: "border", dash: [6, 3, 1.5, 3] },
];

/** The colors of the palette. */
export const COLORS = [...new Set(STEPS.map((step) => step.color))];

/** Draw a tile again. @param {HTMLCanvasElement} canvas @param {L.Coords} coords
 * @param {BasemapShapes} shapes @param {Map<string, string>} palette */
export function drawTile(canvas, coords, shapes, palette) {
  const side = Math.round(TILE_SIZE * (window.devicePixelRatio || 1));
  if (canvas.width !== side) Object.assign(canvas, { width: side, height: side });
  const context = canvas.getContext("2d", { alpha: false });
  if (!context) return;
  context.setTransform(side / TILE_SIZE, 0, 0, side / TILE_SIZE, 0, 0);
  context.fillStyle = palette.get("water") ?? "";
  context.fillRect(0, 0, TILE_SIZE, TILE_SIZE);
  context.lineJoin = "round";
  const view = tileView(coords);
  for (const step of STEPS) {
    if (view.zoom < (step.minzoom ?? 0) || view.zoom > (step.maxzoom ?? Infinity)) continue;
    drawStep(context, step, shapes.get(step.kind) ?? [], view, palette.get(step.color) ?? "");
  }
}

/** The part of the world that a tile shows, with a margin for strokes. @param {L.Coords} coords @returns {TileView} */
function tileView({ x, y, z }) {
  const scale = 256 * 2 ** z;
  const side = TILE_SIZE / scale;
  const margin = MARGIN / scale;
  const [left, top] = [x * side, y * side];
  return { zoom: z, left, top, scale, bbox: [left - margin, top - margin, left + side + margin, top + side + margin] };
}

/** Draw the shapes of a kind that the tile shows, as one path. @param {CanvasRenderingContext2D} context
 * @param {DrawingStep} step @param {BasemapShape[]} shapes @param {TileView} view @param {string} color */
function drawStep(context, { kind, fill = false, casing, dash = [] }, shapes, view, color) {
  const shown = shapes.filter(({ minzoom, bbox }) => minzoom <= view.zoom && meets(bbox, view.bbox));
  if (shown.length === 0) return;
  context.beginPath();
  for (const { paths } of shown) for (const path of paths) tracePath(context, path, view, fill);
  if (fill) {
    context.fillStyle = color;
    // Rings are wound as RFC 7946 asks, so overlapping areas do not cancel each other.
    context.fill("nonzero");
    return;
  }
  context.strokeStyle = color;
  context.lineWidth = interpolate(WIDTHS[kind], view.zoom) + (casing ? interpolate(CASING, view.zoom) : 0);
  context.setLineDash(dash);
  // A round cap on a casing would show where two roads meet end to end.
  context.lineCap = casing ? "butt" : "round";
  context.stroke();
}

/** Return the value at a zoom between stops `[zoom, value]`. @param {number[][]} stops @param {number} zoom */
function interpolate(stops, zoom) {
  const next = stops.findIndex(([stop]) => stop >= zoom);
  if (next === 0) return stops[0][1];
  if (next === -1) return stops[stops.length - 1][1];
  const [z0, v0] = stops[next - 1];
  const [z1, v1] = stops[next];
  return v0 + ((v1 - v0) * (zoom - z0)) / (z1 - z0);
}

/** @param {number[]} a @param {number[]} b */
function meets(a, b) {
  return a[0] <= b[2] && a[2] >= b[0] && a[1] <= b[3] && a[3] >= b[1];
}

/** Add a path to the canvas, leaving out points that fall on the pixel of the one before.
 * @param {CanvasRenderingContext2D} context @param {Float64Array} path @param {TileView} view @param {boolean} close */
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
