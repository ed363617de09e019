/** Names and numbers of the street map, read from the tiles that MapLibre has drawn. */

import { ZOOM_OFFSET } from "../gl/gl_canvas.js";
import { GROUNDS, NAMED_LAYERS, SHIELDS } from "../style/street_names.js";
import { FAR_SOURCE, STREET_SOURCE } from "../style/street_style.js";
import { bboxOf, projectPath } from "./basemap_data.js";

/** Pixels within which the same name is not drawn again. */
const NAME_REPEAT_PX = 300;

/** A line is worth a try, and an area has room, if it is at least so long for each letter of its name. */
const LETTER_PX = 4.5;

/** Names begin so far outside the window, as a part of it. */
const NAME_MARGIN = 0.1;

/** Ponds and golf holes are numbered by those who keep them; nobody else knows them as "Vijver 13a". */
const NUMBERED = /^(?:(?:vijver|plas|teich|weiher|pond|bahn|hole|green)[ -]?)?\d+[a-z]?$/i;

/** Radius of the dot that a point has. */
const DOT_PX = 3;

export class StreetNames {
  /** @param {L.Map} map */
  constructor(map) {
    this.map = map;
    /** @type {NameCandidate[]} */
    this.candidates = [];
    /** Number of tiles that came. */
    this.tiles = 0;
    this.seen = "";
  }

  /** Read the names of the tiles in view. @param {MapLibreMap} gl @returns {boolean} whether there may be others than before */
  read(gl) {
    const zoom = Math.floor(gl.getZoom());
    const tilesInView = projectPath(gl.getBounds().toArray()).map((part) => Math.floor(part * 2 ** zoom));
    const seen = [zoom, this.tiles, ...tilesInView].join(" ");
    if (seen === this.seen) return false;
    this.seen = seen;
    this.candidates = [
      ...readFarNames(gl, zoom - ZOOM_OFFSET),
      ...Object.entries(NAMED_LAYERS).flatMap(([layer, rules]) => readLayer(gl, layer, rules, zoom - ZOOM_OFFSET + 1)),
    ];
    return true;
  }

  /** The names that belong to the zoom and the view. @returns {Label[]} */
  labels() {
    const { map } = this;
    const zoom = map.getZoom();
    const scale = 256 * 2 ** zoom;
    const origin = map.getPixelOrigin();
    const margin = map.getSize().multiplyBy(NAME_MARGIN);
    const topLeft = map.containerPointToLayerPoint([0, 0]).add(origin).subtract(margin);
    const bottomRight = topLeft.add(map.getSize()).add(margin.multiplyBy(2));
    const [west, north, east, south] = [topLeft.x, topLeft.y, bottomRight.x, bottomRight.y].map((part) => part / scale);
    const seen = this.candidates.filter(({ text, rule, room, bbox: [left, top, right, bottom] }) => (
      zoom >= rule.zoom && left <= east && right >= west && top <= south && bottom >= north && room * scale >= text.length * LETTER_PX
    ));
    return seen.flatMap((candidate) => {
      const line = candidate.path.map((part, at) => part * scale - (at % 2 === 0 ? origin.x : origin.y));
      return toLabels(candidate, line);
    });
  }
}

/** One label, or none if it can't fit.
 * @param {NameCandidate} candidate @param {Float64Array} line in pixels of the layer pane @returns {Label[]} */
function toLabels({ text, kind, rule: { priority, radius = kind === "point" ? DOT_PX : 0 } }, line) {
  const label = { text, kind, source: kind, priority, point: L.point(line[0], line[1]), radius, repeat: NAME_REPEAT_PX };
  if (line.length === 2) return [label];
  const isUpright = kind.startsWith("shield");
  const [left, top, right, bottom] = bboxOf(line);
  const length = Math.hypot(right - left, bottom - top);
  if (!isUpright && length < text.length * LETTER_PX) return [];
  return [{ ...label, line, isUpright, priority: priority + Math.min(length, 4000) / 5000 }];
}

/** @param {MapLibreMap} gl @param {string} layer @param {Record<string, NameRule>} rules @param {number} zoom that may be shown next
 * @returns {NameCandidate[]} */
function readLayer(gl, layer, rules, zoom) {
  const shieldRules = layer === "roads" ? SHIELDS : {};
  const kinds = Object.keys(rules).filter((kind) => zoom >= Math.min(rules[kind].zoom, shieldRules[kind]?.zoom ?? Infinity));
  if (kinds.length === 0) return [];
  const isNamed = ["any", ["has", "name"], ["has", "ref"]];
  /** @type {any} */
  const filter = ["all", ["in", ["coalesce", ["get", "kind"], ""], ["literal", kinds]], isNamed];
  const features = gl.querySourceFeatures(STREET_SOURCE, { sourceLayer: layer, filter });
  const grounds = Object.fromEntries(kinds.filter((kind) => GROUNDS[kind]).map((kind) => [kind, readGrounds(gl, GROUNDS[kind])]));
  return features.flatMap(({ properties, geometry }) => {
    const names = namesOf(properties, rules, shieldRules);
    return names.length === 0 ? [] : pathsOf(geometry).flatMap((path) => {
      const bbox = bboxOf(path);
      const room = roomAt(bbox, grounds[properties.kind]);
      return names.map((name) => ({ ...name, path, bbox, room }));
    });
  });
}

/** Boxes of the areas of a layer. @param {MapLibreMap} gl @param {string} sourceLayer */
function readGrounds(gl, sourceLayer) {
  return gl.querySourceFeatures(STREET_SOURCE, { sourceLayer }).flatMap(({ geometry }) => (
    geometry.type === "Polygon" ? [geometry.coordinates[0]]
      : geometry.type === "MultiPolygon" ? geometry.coordinates.map(([ring]) => ring) : []
  )).map((ring) => bboxOf(projectPath(ring)));
}

/** The width of the widest of the areas around a point; any, where none is asked for. @param {number[]} point @param {number[][]} [grounds] */
function roomAt([x, y], grounds) {
  if (!grounds) return Infinity;
  return Math.max(0, ...grounds.filter(([left, top, right, bottom]) => left <= x && right >= x && top <= y && bottom >= y)
    .map(([left, , right]) => right - left));
}

/** The name of a feature, and its numbers. @param {Properties} properties @param {Record<string, NameRule>} rules
 * @param {Record<string, NameRule>} shieldRules @returns {{text: string, kind: LabelKind, rule: NameRule}[]} */
function namesOf({ name, ref = "", kind = "", ele }, rules, shieldRules) {
  const rule = rules[kind];
  const shields = shieldRules[kind] ? shieldsOf(ref).map((shield) => ({ ...shield, rule: shieldRules[kind] })) : [];
  return name && !NUMBERED.test(name) ? [...shields, { text: ele ? `${name} ${ele}` : name, kind: rule.kind, rule }] : shields;
}

/** The lines, or the point, of a geometry: x, y, x, y, … in Web Mercator from 0 to 1.
 * @param {GeoJSON.Geometry} geometry @returns {Float64Array[]} */
function pathsOf(geometry) {
  const lines = geometry.type === "Point" ? [[geometry.coordinates]]
    : geometry.type === "LineString" ? [geometry.coordinates]
    : geometry.type === "MultiLineString" ? geometry.coordinates : [];
  return lines.map(projectPath);
}

/** How Dutch and German references are written, and the sign that they have. @type {[RegExp, LabelKind][]} */
const ROAD_SIGNS = [
  [/^A\d+$/, "shield-nl-motorway"],
  [/^N ?\d+$/, "shield-nl-main"],
  [/^A \d+$/, "shield-de-motorway"],
  [/^B ?\d+$/, "shield-de-main"],
  [/^[LK] ?\d+$/, "shield-de-minor"],
];

/** The signs of a road, of which `A1;A35` has two; roads of other numbers have no sign. @param {string} reference
 * @returns {{text: string, kind: LabelKind}[]} */
function shieldsOf(reference) {
  return reference.split(";").flatMap((part) => {
    const number = part.trim();
    const [, kind] = ROAD_SIGNS.find(([pattern]) => pattern.test(number)) ?? [];
    return kind ? [{ text: number.replace(" ", ""), kind }] : [];
  });
}

/** Names of countries are for small maps. */
const COUNTRY_MAXZOOM = 8;

/** Names of places keep clear of the symbol that a layer may have there. */
const FAR_SYMBOL_PX = 6;

/** Names of countries and of places by their rank. @param {MapLibreMap} gl @param {number} zoom
 * @returns {NameCandidate[]} */
function readFarNames(gl, zoom) {
  if (!gl.getSource(FAR_SOURCE)) return [];
  return (zoom > COUNTRY_MAXZOOM ? ["places"] : ["places", "countries"]).flatMap((sourceLayer) => (
    gl.querySourceFeatures(FAR_SOURCE, { sourceLayer }).flatMap(({ properties, geometry }) => {
      const { rank, population = 0, [`name_${document.documentElement.lang}`]: text = properties.name } = properties;
      /** @type {NameRule} */
      const rule = sourceLayer === "countries" ? { zoom: rank + 2, priority: -90 - rank, kind: "country" }
        : { zoom: rank + (rank > 4 ? 3.75 : 3), priority: -94 - rank + Math.log10(population + 1) / 10, kind: rank <= 2 ? "town" : "place", radius: FAR_SYMBOL_PX };
      const path = geometry.type === "Point" ? projectPath([geometry.coordinates]) : new Float64Array();
      return path.length === 0 ? [] : [{ text, kind: rule.kind, rule, path, bbox: bboxOf(path), room: Infinity }];
    })
  ));
}
