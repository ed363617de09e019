/** The drawn tracks of the corridors, from station to station. */

export class Tracks {
  /** @param {DataLayer} corridors lines whose features list their `stations` @param {DataLayer} stations points */
  constructor(corridors, stations) {
    /** @type {Track[]} */
    this.lines = [];
    for (const { properties, paths: [path] } of corridors.features.values()) {
      if (!Array.isArray(properties.stations) || !(path instanceof L.Polyline)) continue;
      this.lines.push(cut(properties.stations, /** @type {L.LatLng[]} */ (path.getLatLngs().flat(2)), stations.features));
    }
  }

  /** Each stretch between two neighbors once, though corridors share some; the far ones first. @param {BandOf} bandOf */
  stretches(bandOf) {
    /** @type {Map<string, {ids: string[], latlngs: L.LatLng[]}>} */
    const found = new Map();
    for (const { ids, places, latlngs } of this.lines) {
      for (let at = 0; at + 1 < ids.length; at += 1) {
        const pair = [ids[at], ids[at + 1]];
        const key = [...pair].sort().join(" ");
        if (!found.has(key)) found.set(key, { ids: pair, latlngs: latlngs.slice(places[at], places[at + 1] + 1) });
      }
    }
    /** @param {{ids: string[]}} stretch */
    const rank = ({ ids }) => this.bandOf(ids, bandOf) ?? Infinity;
    return [...found.values()].sort((a, b) => rank(b) - rank(a));
  }

  /** The farther of the bands that are known next to a stretch on both sides, else null.
   * @param {string[]} pair @param {BandOf} bandOf */
  bandOf(pair, bandOf) {
    const bands = [];
    for (const { ids } of this.lines) {
      const at = ids.findIndex((id, place) => id === pair[0] && ids[place + 1] === pair[1]);
      if (at < 0) continue;
      const before = ids.slice(0, at + 1).reverse().map(bandOf).find((band) => band !== null);
      const after = ids.slice(at + 1).map(bandOf).find((band) => band !== null);
      if (before !== undefined && after !== undefined) bands.push(Math.max(before, after));
    }
    return bands.length ? Math.min(...bands) : null;
  }

  /** Positions along the track through some stations, in their order. @param {string[]} ids */
  along(ids) {
    return ids.slice(1).flatMap((id, place) => this.between(ids[place], id));
  }

  /** @param {string} start @param {string} end */
  between(start, end) {
    const ways = this.lines.filter(({ ids }) => ids.includes(start) && ids.includes(end)).map(({ ids, places, latlngs }) => {
      const [first, last] = [ids.indexOf(start), ids.indexOf(end)];
      const way = latlngs.slice(places[Math.min(first, last)], places[Math.max(first, last)] + 1);
      return { stops: Math.abs(last - first), way: first < last ? way : way.reverse() };
    });
    return ways.sort((a, b) => a.stops - b.stops)[0]?.way ?? [];
  }
}

/** Find where on a line its stations are: each at the vertex nearest to it, behind the one before.
 * @param {string[]} stops @param {L.LatLng[]} latlngs @param {Map<string, Entry>} stations @returns {Track} */
function cut(stops, latlngs, stations) {
  const ids = [];
  const places = [];
  let from = 0;
  for (const id of stops) {
    const station = stations.get(id)?.paths[0];
    if (!(station instanceof L.CircleMarker)) continue;
    const position = station.getLatLng();
    let nearest = from;
    let least = Infinity;
    for (let at = from; at < latlngs.length; at += 1) {
      const far = (latlngs[at].lat - position.lat) ** 2 + ((latlngs[at].lng - position.lng) * 0.61) ** 2;
      if (far < least) [nearest, least] = [at, far];
    }
    ids.push(id);
    places.push(nearest);
    from = nearest;
  }
  return { ids, places, latlngs };
}
