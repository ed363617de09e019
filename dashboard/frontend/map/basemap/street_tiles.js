/** Gets tiles of the base map for MapLibre, and gives each a layer `ground`, which covers what lies below the tile. */

import { fetchBytes, takeHeldJson } from "../fetching.js";
import { projectPath } from "./basemap_data.js";

const PROTOCOL = "atlas-streets";

/** The name of the added layer. */
export const GROUND = "ground";

const EXTENT = 4096;
/** Units around a tile, as vector tiles have them. */
const BUFFER = 64;

/** The address for MapLibre's sources of tiles that `serveStreetTiles` fetches. */
export const STREET_TILES_URL = `${PROTOCOL}://{z}/{x}/{y}`;

/** Answer MapLibre's requests. @param {StreetOptions & {url: string}} options
 * @param {() => void} onTile called with each tile that came */
export function serveStreetTiles({ url, min_zoom: minZoom, bbox: [west, south, east, north] }, onTile) {
  const box = projectPath([[west, north], [east, south]]);
  const readTile = url.startsWith("#") ? heldTiles(takeHeldJson(url.slice(1)))
    : (/** @type {string} */ key, /** @type {AbortSignal} */ signal) => {
      const [z, x, y] = key.split("/");
      return fetchBytes(url.replace("{z}", z).replace("{x}", x).replace("{y}", y), signal);
    };
  window.maplibregl.addProtocol(PROTOCOL, async (request, { signal }) => {
    const key = request.url.slice(`${PROTOCOL}://`.length);
    const [z, x, y] = key.split("/").map(Number);
    const tile = await readTile(key, signal);
    onTile();
    // Where the file has no tile, the base map below shows.
    if (tile.length === 0) return { data: tile.buffer };
    const corners = z < minZoom ? [-Infinity, -Infinity, Infinity, Infinity]
      : [...box].map((part, at) => Math.round((part * 2 ** z - (at % 2 === 0 ? x : y)) * EXTENT));
    return { data: await new Blob([tile, encodeGround(corners)]).arrayBuffer() };
  });
}

/** Unpack tiles that the document holds. @param {Record<string, string>} held `z/x/y` → tile in gzip in base64 */
const heldTiles = (held) => async (/** @type {string} */ key) => {
  if (!held[key]) return new Uint8Array();
  const { body } = await fetch(`data:;base64,${held[key]}`);
  return new Uint8Array(await new Response(body?.pipeThrough(new DecompressionStream("gzip"))).arrayBuffer());
};

/** The part of a tile that lies in a box, as a layer of the Mapbox Vector Tile format, version 2: the layers of a tile are
 * one after the other, so one can be appended. @param {number[]} box left, top, right, bottom, in units of the tile */
function encodeGround(box) {
  const [left, top, right, bottom] = box.map((part) => Math.min(Math.max(part, -BUFFER), EXTENT + BUFFER));
  const [width, height] = [right - left, bottom - top];
  const [moveTo, lineTo, closePath] = [9, 26, 15]; // one point, three points
  const ring = [moveTo, left, top, lineTo, width, 0, 0, height, -width, 0, closePath];
  const commands = [0, 3, 10];
  const geometry = ring.flatMap((value, at) => varint(commands.includes(at) ? value : zigzag(value)));
  const feature = [...fieldKey(3, 0), 3, ...bytesField(4, geometry)];
  const name = [...new TextEncoder().encode(GROUND)];
  const [version, extent] = [[...fieldKey(15, 0), 2], [...fieldKey(5, 0), ...varint(EXTENT)]];
  return new Uint8Array(bytesField(3, [...version, ...bytesField(1, name), ...bytesField(2, feature), ...extent]));
}

/** The key of a field. @param {number} number @param {number} wireType */
const fieldKey = (number, wireType) => varint(number * 8 + wireType);

/** A field of bytes. @param {number} number @param {number[]} content */
const bytesField = (number, content) => [...fieldKey(number, 2), ...varint(content.length), ...content];

/** @param {number} value */
const zigzag = (value) => (value < 0 ? -2 * value - 1 : 2 * value);

/** @param {number} value @returns {number[]} */
const varint = (value) => (value < 128 ? [value] : [(value % 128) + 128, ...varint(Math.floor(value / 128))]);
