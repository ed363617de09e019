/** The data of the embedded base map: parsing and projecting its file. */

/** In pixels. Twice the usual 256, so a tile of zoom z shows what a Web Mercator tile of zoom z - 1 does. */
export const TILE_SIZE = 512;

/** Milliseconds of projecting before the browser gets a turn. */
const PROJECT_BUDGET_MS = 15;
const nextTask = () => new Promise((resolve) => { setTimeout(resolve, 0); });

/** Parse and project the text of a file, in slices, so that the page stays responsive. @param {string} text */
export async function digest(text) {
  await nextTask();
  const collection = JSON.parse(text);
  await nextTask();
  /** @type {BasemapShapes} */
  const shapes = new Map();
  const places = [];
  let started = performance.now();
  for (const feature of collection.features) {
    const { kind, minzoom = 0 } = feature.properties;
    if (kind === "place") {
      places.push(placeOf(feature));
    } else {
      const ofKind = shapes.get(kind) ?? [];
      for (const part of partsOf(feature.geometry)) {
        const paths = part.map(projectPath);
        ofKind.push({ paths, minzoom, bbox: bboxOf(paths[0]) });
      }
      shapes.set(kind, ofKind);
    }
    if (performance.now() - started > PROJECT_BUDGET_MS) {
      await nextTask();
      started = performance.now();
    }
  }
  return { shapes, places };
}

/** @param {any} feature @returns {Place} */
function placeOf({ geometry, properties }) {
  const [lng, lat] = geometry.coordinates;
  const { kind, ...rest } = properties;
  return { minzoom: 0, ...rest, lat, lng };
}

/** The parts of a geometry, each a list of rings or of one line. @param {any} geometry @returns {number[][][][]} */
function partsOf({ type, coordinates }) {
  switch (type) {
    case "Polygon": return [coordinates];
    case "MultiPolygon": return coordinates;
    case "LineString": return [[coordinates]];
    case "MultiLineString": return coordinates.map((/** @type {number[][]} */ line) => [line]);
    default: return [];
  }
}

/** Project longitudes and latitudes to x, y, x, y, … in Web Mercator from 0 to 1. @param {number[][]} coordinates */
export function projectPath(coordinates) {
  const path = new Float64Array(coordinates.length * 2);
  for (let i = 0; i < coordinates.length; i += 1) {
    const sin = Math.sin((coordinates[i][1] * Math.PI) / 180);
    path[2 * i] = coordinates[i][0] / 360 + 0.5;
    path[2 * i + 1] = 0.5 - Math.log((1 + sin) / (1 - sin)) / (4 * Math.PI);
  }
  return path;
}

/** West, north, east, south of a path; of an area, the first is enough: holes lie within it. @param {Float64Array} path */
export function bboxOf(path) {
  const bbox = [Infinity, Infinity, -Infinity, -Infinity];
  for (let i = 0; i < path.length; i += 2) {
    bbox[0] = Math.min(bbox[0], path[i]);
    bbox[1] = Math.min(bbox[1], path[i + 1]);
    bbox[2] = Math.max(bbox[2], path[i]);
    bbox[3] = Math.max(bbox[3], path[i + 1]);
  }
  return bbox;
}
