/** The style of the tiles: what is drawn from the bottom up, and how wide, in the colors of the base map. */

import { GROUND, STREET_TILES_URL } from "../basemap/street_tiles.js";
import { ZOOM_OFFSET } from "../gl/gl_canvas.js";
import { POINT_ZOOMS } from "./street_names.js";

export const STREET_SOURCE = "streets";

/** The same file, of which single houses have tiles of their own. */
const HOUSES = "houses";

/** The same tiles at smaller zooms, which show what lies around the streets. */
export const FAR_SOURCE = "far";

/** Kinds of land use and of green by their color: a color of basemap.css without `--basemap-`. One layer has one color, as
 * MapLibre takes another color at once only where it does not depend on the feature. */
const LANDUSE = {
  residential: ["residential"],
  commercial: ["retail", "commercial"],
  works: ["industrial", "railway", "bus_station", "military"],
  campus: ["education", "hospital"],
  park: ["cemetery", "sport", "leisure"],
};
const GREEN = { park: ["park", "allotments", "golf"], wetland: ["wetland"], sand: ["sand"] };

/** Classes of roads from the bottom up, with widths in pixels at zooms 12, 14, 16 and 17. A casing has the color of its road
 * with `-casing`. @type {RoadClass[]} */
const ROADS_BY_CLASS = [
  { id: "pedestrian", kinds: ["pedestrian"], color: "street-pedestrian", widths: [0.5, 1.6, 5, 9] },
  { id: "minor", kinds: ["unclassified", "residential", "living_street", "road"], color: "street", widths: [0.7, 2.2, 6.5, 11] },
  {
    id: "ramp", kinds: ["motorway", "trunk", "primary", "secondary", "tertiary"], isRamp: true, color: "street-main",
    widths: [1.2, 2.8, 6, 10],
  },
  { id: "tertiary", kinds: ["tertiary"], color: "street", widths: [1.2, 3.2, 8.5, 14] },
  { id: "secondary", kinds: ["secondary"], color: "street", widths: [1.8, 4, 9.5, 15] },
  { id: "primary", kinds: ["primary"], color: "street-main", widths: [2.2, 4.6, 10, 16] },
  { id: "trunk", kinds: ["trunk"], color: "street-main", widths: [2.6, 5, 10.5, 17] },
  { id: "motorway", kinds: ["motorway"], color: "street-motorway", widths: [3, 5.5, 11, 18] },
];

/** All colors of the street map. */
export const STREET_COLORS = [...new Set([
  "land", "reserve", "wood", "building", "building-edge", "platform", "runway", "cycleway", "track",
  "water", "waterline", "point", "border", "built-up", "road-far", ...Object.keys(LANDUSE), ...Object.keys(GREEN),
  ...ROADS_BY_CLASS.flatMap(({ color }) => [color, `${color}-casing`]),
])];

/** First zoom of the tiles around the streets. */
const FAR_MINZOOM = 4;

const WIDTH_ZOOMS = [12, 14, 16, 17];

/** Further out, the width at the first of these zooms by a factor. */
const FARTHER = [[5, 0.3], [9, 0.5]];

/** Width of both edges of a road together. */
const ROAD_EDGES = [1, 1.6, 2, 2.4];
const TUNNEL_WIDTHS = [1.5, 3.2, 8, 13];

/** The style, with colors resolved. @param {Map<string, string>} palette @param {StreetOptions} options @returns {MapLibreStyle} */
export function streetStyle(palette, options) {
  const { min_zoom: minzoom, max_zoom: maxzoom, house_zoom: houseZoom, far_zoom: farZoom, bbox: bounds } = options;
  /** @param {string} name */
  const color = (name) => palette.get(name) ?? "";
  return {
    version: 8,
    sources: {
      [STREET_SOURCE]: { type: "vector", tiles: [STREET_TILES_URL], minzoom, maxzoom, bounds },
      ...(houseZoom && { [HOUSES]: { type: "vector", tiles: [STREET_TILES_URL], minzoom: houseZoom, maxzoom: houseZoom, bounds } }),
      ...(farZoom && { [FAR_SOURCE]: { type: "vector", tiles: [STREET_TILES_URL], minzoom: FAR_MINZOOM, maxzoom: farZoom } }),
    },
    layers: [
      ...(farZoom ? farLayers(color) : []),
      areaLayer("ground", GROUND, color("land")),
      ...areasByKind("landuse", LANDUSE, color),
      areaLayer("reserves", "reserves", color("reserve")),
      ...areasByKind("green", GREEN, color),
      areaLayer("woods", "woods", color("wood"), { "fill-antialias": true }),
      areaLayer("water", "water", color("water"), { "fill-antialias": true }),
      ...waterways(color),
      ...aeroways(color),
      ...buildingLayers(color, houseZoom),
      ...tunnels(color),
      cyclewayLayer(color),
      ...roadLayers("road", ["!", ["has", "brunnel"]], "round", color),
      ...railwayLayers(color),
      ...roadLayers("bridge", ["==", ["get", "brunnel"], "bridge"], "butt", color),
      pointLayer(color),
    ],
  };
}

/** @param {(name: string) => string} color @returns {MapLibreLayer[]} */
function waterways(color) {
  const stroke = color("waterline");
  return [
    { ...lineLayer("streams", "waterways", stroke, zoomed(WIDTH_ZOOMS, [0.6, 1.1, 2, 3])), filter: isOneOf(["stream"]) },
    { ...lineLayer("rivers", "waterways", stroke, zoomed(WIDTH_ZOOMS, [2, 3.8, 7.5, 13])), filter: isOneOf(["river", "canal"]) },
  ];
}

/** @param {(name: string) => string} color @returns {MapLibreLayer[]} */
function aeroways(color) {
  const paved = color("runway");
  return [
    {
      ...areaLayer("aprons", "aeroways", paved),
      filter: ["all", ["==", ["geometry-type"], "Polygon"], ["!=", ["get", "kind"], "aerodrome"]],
    },
    { ...lineLayer("taxiways", "aeroways", paved, zoomed(WIDTH_ZOOMS, [1, 3, 10, 20])), filter: isLineOf("taxiway") },
    { ...lineLayer("runways", "aeroways", paved, zoomed(WIDTH_ZOOMS, [4, 12, 40, 80])), filter: isLineOf("runway") },
  ];
}

/** Blocks of buildings, in whose place single houses come. @param {(name: string) => string} color @param {number | null} houseZoom
 * @returns {MapLibreLayer[]} */
function buildingLayers(color, houseZoom) {
  const blocks = areaLayer("buildings", "buildings", color("building"));
  const [source, layer, minzoom] = houseZoom ? [HOUSES, HOUSES, houseZoom] : [STREET_SOURCE, "buildings", atZoom(15)];
  return [
    ...(houseZoom ? [{ ...blocks, maxzoom: minzoom }, { ...areaLayer(HOUSES, layer, color("building")), source, minzoom }] : [blocks]),
    { ...lineLayer("building-edges", layer, color("building-edge"), zoomed([15, 17], [0.5, 0.9])), source, minzoom },
    { ...areaLayer("platforms", "platforms", color("platform")), filter: ["==", ["geometry-type"], "Polygon"] },
    {
      ...lineLayer("platform-lines", "platforms", color("platform"), zoomed([14, 16, 17], [2, 4, 7])),
      filter: ["==", ["geometry-type"], "LineString"],
    },
  ];
}

/** @param {string} layer of the tiles @param {Record<string, string[]>} groups @param {(name: string) => string} color
 * @returns {MapLibreLayer[]} */
function areasByKind(layer, groups, color) {
  return Object.entries(groups).map(([name, kinds]) => (
    { ...areaLayer(`${layer}-${name}`, layer, name === "residential" ? builtUp(color) : color(name)), filter: isOneOf(kinds) }
  ));
}

/** Casings of all roads, and the roads in them. @param {string} id @param {any} filter @param {"round" | "butt"} cap
 * @param {(name: string) => string} color @param {string[]} [only] ids of classes @returns {MapLibreLayer[]} */
function roadLayers(id, filter, cap, color, only) {
  // MapLibre prepares a casing and its road once, as they differ in color and width only.
  const classes = ROADS_BY_CLASS.filter((road) => !only || only.includes(road.id)).map((road) => ({
    ...road,
    shared: {
      filter: /** @type {any} */ (["all", filter, isOneOf(road.kinds), [road.isRamp ? "==" : "!=", ["get", "ramp"], 1]]),
      layout: /** @type {const} */ ({ "line-join": "round", "line-cap": cap }),
    },
  }));
  return [
    ...classes.map((road) => ({
      ...lineLayer(`${id}-${road.id}-casing`, "roads", color(`${road.color}-casing`), casingWidth(road.widths)), ...road.shared,
    })),
    ...classes.map((road) => ({
      ...lineLayer(`${id}-${road.id}`, "roads", color(road.color), zoomed(WIDTH_ZOOMS, road.widths)), ...road.shared,
    })),
  ];
}

/** Roads below the ground: a broken edge. @param {(name: string) => string} color @returns {MapLibreLayer[]} */
function tunnels(color) {
  /** @type {any} */
  const filter = ["==", ["get", "brunnel"], "tunnel"];
  const edge = lineLayer("tunnel-edges", "roads", color("street-casing"), casingWidth(TUNNEL_WIDTHS));
  return [
    { ...edge, filter, paint: { ...edge.paint, "line-dasharray": [1.5, 1] } },
    { ...lineLayer("tunnels", "roads", color("land"), zoomed(WIDTH_ZOOMS, TUNNEL_WIDTHS)), filter },
  ];
}

/** @param {number[]} widths of the road */
const casingWidth = (widths) => zoomed(WIDTH_ZOOMS, widths.map((width, at) => width + ROAD_EDGES[at]));

/** @param {string} kind @returns {any} */
const isLineOf = (kind) => ["all", ["==", ["geometry-type"], "LineString"], ["==", ["get", "kind"], kind]];

/** @param {string[]} kinds @returns {any} */
const isOneOf = (kinds) => ["in", ["get", "kind"], ["literal", kinds]];

/** @param {(name: string) => string} color @returns {MapLibreLayer} */
function cyclewayLayer(color) {
  const way = lineLayer("cycleways", "paths", color("cycleway"), zoomed(WIDTH_ZOOMS, [0.6, 1, 1.6, 2.2]));
  return { ...way, minzoom: atZoom(13.5), paint: { ...way.paint, "line-dasharray": [3, 1.5] } };
}

/** Thin tracks, with ties once they are far enough apart. @param {(name: string) => string} color @returns {MapLibreLayer[]} */
function railwayLayers(color) {
  const width = zoomed(WIDTH_ZOOMS, [1, 1.2, 1.8, 2.4]);
  const track = lineLayer("tracks", "railways", color("track"), width);
  const ties = lineLayer("ties", "railways", color("track"), zoomed([14, 16, 17], [4, 6, 8]));
  /** @type {any} */
  const isUsed = ["!", isOneOf(["disused", "abandoned"])];
  return [
    { ...track, paint: { ...track.paint, "line-opacity": ["case", isUsed, 1, 0.45] } },
    { ...ties, minzoom: atZoom(14), filter: isUsed, paint: { ...ties.paint, "line-dasharray": [0.25, 1.75] } },
  ];
}

/** @param {(name: string) => string} color @returns {MapLibreLayer} */
function pointLayer(color) {
  /** @type {any} */
  const firstZoom = ["match", ["get", "kind"], ...Object.entries(POINT_ZOOMS).flat(), 99];
  return { ...dotLayer("points", "points", color, ["<=", firstZoom, ["+", ["zoom"], -ZOOM_OFFSET]]), minzoom: atZoom(14) };
}

/** @param {string} id @param {string} layer @param {(name: string) => string} color @param {any} filter */
function dotLayer(id, layer, color, filter) {
  return {
    id, type: /** @type {const} */ ("circle"), source: STREET_SOURCE, "source-layer": layer, filter,
    paint: {
      "circle-color": color("point"), "circle-radius": 2.5, "circle-stroke-color": color("land"), "circle-stroke-width": 1,
    },
  };
}

/** From the bottom up: the sea, land and what is on it. @param {(name: string) => string} color @returns {MapLibreLayer[]} */
function farLayers(color) {
  const edge = lineLayer("state-borders", "borders", color("border"), zoomed([5, 10], [0.6, 1]));
  // Far out a road is one line: a casing a pixel beside another only flickers.
  const inOneColor = (/** @type {any} */ layer) => (
    { ...layer, paint: { ...layer.paint, "line-color": ["step", ["zoom"], color("road-far"), atZoom(9), layer.paint["line-color"]] } }
  );
  const isBetweenStates = ["==", ["get", "admin_level"], 2];
  // Their outlines are good to 60 m and more.
  const coarse = { "fill-antialias": false, "fill-opacity": ["interpolate", ["linear"], ["zoom"], atZoom(12), 1, atZoom(14), 0] };
  /** @type {MapLibreLayer[]} */
  const layers = [
    areaLayer("sea", GROUND, color("water")),
    areaLayer("land", "land", color("land"), { "fill-antialias": true }),
    areaLayer("towns", "landuse", builtUp(color), coarse),
    areaLayer("forests", "woods", color("wood"), coarse),
    areaLayer("lakes", "water", color("water"), { "fill-antialias": true }),
    lineLayer("rivers", "waterways", color("waterline"), zoomed(WIDTH_ZOOMS, [2, 3.8, 7.5, 13])),
    { ...lineLayer("rails", "railways", color("track"), zoomed([7, 12], [0.4, 1])), minzoom: atZoom(7.5) },
    ...roadLayers("road", true, "round", color, ["trunk", "motorway"]).map((layer) => (
      layer.id.endsWith("-casing") ? inOneColor(layer) : { ...layer, minzoom: atZoom(9) }
    )),
    { ...edge, filter: /** @type {any} */ (["!", isBetweenStates]), paint: { ...edge.paint, "line-dasharray": [2, 2], "line-opacity": 0.5 } },
    {
      ...lineLayer("borders", "borders", color("border"), zoomed([5, 10], [0.9, 2])), filter: /** @type {any} */ (isBetweenStates),
    },
    {
      ...dotLayer("cities", "places", color, ["<=", ["+", ["get", "rank"], 3], ["+", ["zoom"], -ZOOM_OFFSET]]), maxzoom: atZoom(8),
    },
  ];
  return layers.map((layer) => ({ ...layer, id: `far-${layer.id}`, source: FAR_SOURCE }));
}

/** Towns stand out on a small map, streets on a large one. @param {(name: string) => string} color @returns {any} */
const builtUp = (color) => ["interpolate", ["linear"], ["zoom"], atZoom(11), color("built-up"), atZoom(13), color("residential")];

/** @param {string} id @param {string} layer @param {any} fill @param {object} [paint] */
function areaLayer(id, layer, fill, paint = { "fill-antialias": false }) {
  return {
    id, type: /** @type {const} */ ("fill"), source: STREET_SOURCE, "source-layer": layer,
    paint: { "fill-color": fill, ...paint },
  };
}

/** @param {string} id @param {string} layer @param {any} stroke @param {any} width */
function lineLayer(id, layer, stroke, width) {
  return {
    id, type: /** @type {const} */ ("line"), source: STREET_SOURCE, "source-layer": layer,
    layout: { "line-join": /** @type {const} */ ("round") }, paint: { "line-color": stroke, "line-width": width },
  };
}

/** Widths between zooms of the map: the same for a whole layer, which costs a third of widths by feature.
 * @param {number[]} zooms @param {number[]} widths @returns {any} */
function zoomed(zooms, widths) {
  const farther = zooms === WIDTH_ZOOMS ? FARTHER.flatMap(([zoom, factor]) => [atZoom(zoom), widths[0] * factor]) : [];
  return ["interpolate", ["exponential", 1.4], ["zoom"], ...farther, ...zooms.flatMap((zoom, at) => [atZoom(zoom), widths[at]])];
}

/** MapLibre's zoom for a zoom of the map. @param {number} zoom */
const atZoom = (zoom) => zoom + ZOOM_OFFSET;
