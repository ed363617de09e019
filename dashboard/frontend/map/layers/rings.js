/** The rings of areas, and places in the middle and at the top of the largest part of one. */

/** @typedef {L.LatLng[]} Ring */

/** @type {WeakMap<L.Polygon, L.LatLng>} */
const middles = new WeakMap();

/** The parts of an area, each its outer ring and its holes. @param {L.Polygon} area @returns {Ring[][]} */
export function areaParts(area) {
  const latlngs = /** @type {Ring[] | Ring[][]} */ (area.getLatLngs());
  return /** @type {Ring[][]} */ (latlngs[0]?.[0] instanceof L.LatLng ? [latlngs] : latlngs);
}

/** A place inside of the largest part of an area. @param {L.Polygon} area */
export function middleOf(area) {
  const middle = middles.get(area) ?? middleOfPart(largestPart(area)) ?? area.getBounds().getCenter();
  middles.set(area, middle);
  return middle;
}

/** The northernmost point of the largest part of an area. @param {L.Polygon} area */
export function topOf(area) {
  return largestPart(area)[0].reduce((best, point) => (point.lat > best.lat ? point : best));
}

/** @param {L.Polygon} area */
function largestPart(area) {
  const parts = areaParts(area);
  return parts.reduce((best, part) => (Math.abs(sums(part[0]).area) > Math.abs(sums(best[0]).area) ? part : best), parts[0]);
}

/** The middle of the widest stretch inside, at the latitude of the centroid. @param {Ring[] | undefined} part */
function middleOfPart(part) {
  if (!part?.[0]?.length) return undefined;
  const { area, moment } = sums(part[0]);
  if (area === 0) return undefined;
  const lat = moment / area;
  const stretches = stretchesAt(part.map((ring) => ring.map(({ lng, lat: y }) => ({ x: lng, y }))), lat);
  if (stretches.length === 0) return undefined;
  const [west, east] = stretches.reduce((best, other) => (other[1] - other[0] > best[1] - best[0] ? other : best));
  return L.latLng(lat, (west + east) / 2);
}

/** The area of a ring in square degrees, signed, and its moment about the equator. @param {Ring} ring */
function sums(ring = []) {
  let area = 0;
  let moment = 0;
  ring.forEach((a, index) => {
    const b = ring[(index + 1) % ring.length];
    const cross = a.lng * b.lat - b.lng * a.lat;
    area += cross / 2;
    moment += (cross * (a.lat + b.lat)) / 6;
  });
  return { area, moment };
}

/** Where a horizontal line runs inside of rings, from left to right.
 * @param {{x: number, y: number}[][]} rings @param {number} y @returns {[number, number][]} */
export function stretchesAt(rings, y) {
  const crossings = rings.flatMap((ring) => ring.flatMap((a, index) => {
    const b = ring[(index + 1) % ring.length];
    return (a.y > y) === (b.y > y) ? [] : [a.x + ((b.x - a.x) * (y - a.y)) / (b.y - a.y)];
  })).sort((a, b) => a - b);
  /** @type {[number, number][]} */
  const stretches = [];
  for (let index = 0; index + 1 < crossings.length; index += 2) stretches.push([crossings[index], crossings[index + 1]]);
  return stretches;
}
