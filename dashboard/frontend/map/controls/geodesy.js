/**
 * Lengths and areas on the ground, on Leaflet's sphere.
 *
 * Lengths are those of great circles, areas those between them (spherical excess). Against the ellipsoid both stay
 * within 0.5 % in this part of the world, less than the error of a click on a map.
 */

/** @param {number} degrees */
const radians = (degrees) => (degrees * Math.PI) / 180;

/** @param {L.LatLng[]} latlngs @returns {number} meters along a line */
export function lengthOf(latlngs) {
  return latlngs.slice(1).reduce((sum, latlng, index) => sum + latlng.distanceTo(latlngs[index]), 0);
}

/** @param {L.LatLng[]} latlngs corners of a ring, the first not repeated @returns {number} square meters */
export function areaOf(latlngs) {
  const excess = latlngs.reduce((sum, a, index) => {
    const b = latlngs[(index + 1) % latlngs.length];
    // Between one side, its two meridians and the equator.
    const [south, north] = [Math.tan(radians(a.lat) / 2), Math.tan(radians(b.lat) / 2)];
    return sum + 2 * Math.atan2(Math.tan(radians(b.lng - a.lng) / 2) * (south + north), 1 + south * north);
  }, 0);
  return Math.abs(excess) * L.CRS.Earth.R ** 2;
}
