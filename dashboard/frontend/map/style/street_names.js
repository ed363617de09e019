/** Which names of the street map are shown: from which zoom on, how important, and how drawn. */

/** Name along the line, by kind of road; a motorway has its number only. @type {Record<string, NameRule>} */
const ROADS = {
  motorway: { zoom: Infinity, priority: -139, kind: "street" },
  trunk: { zoom: 14, priority: -140, kind: "street" },
  primary: { zoom: 13, priority: -139, kind: "street" },
  secondary: { zoom: 13, priority: -140, kind: "street" },
  tertiary: { zoom: 14, priority: -150, kind: "street" },
  residential: { zoom: 14, priority: -160, kind: "street" },
  unclassified: { zoom: 14, priority: -161, kind: "street" },
  living_street: { zoom: 15, priority: -162, kind: "street" },
  pedestrian: { zoom: 15, priority: -158, kind: "street" },
};

/** Number of a road. @type {Record<string, NameRule>} */
export const SHIELDS = {
  motorway: { zoom: 10, priority: -106, kind: "street" },
  trunk: { zoom: 11, priority: -107, kind: "street" },
  primary: { zoom: 12, priority: -130, kind: "street" },
  secondary: { zoom: 13, priority: -131, kind: "street" },
  tertiary: { zoom: 14, priority: -132, kind: "street" },
};

/** @type {Record<string, NameRule>} */
const WATERWAYS = {
  river: { zoom: 12, priority: -135, kind: "water" },
  canal: { zoom: 12, priority: -136, kind: "water" },
  stream: { zoom: 14, priority: -170, kind: "water" },
};

/** @type {Record<string, NameRule>} */
const PLACES = {
  city: { zoom: 12, priority: -93, kind: "town" },
  town: { zoom: 12, priority: -93.5, kind: "town" },
  village: { zoom: 11, priority: -105, kind: "place" },
  suburb: { zoom: 13, priority: -110, kind: "quarter" },
  quarter: { zoom: 13, priority: -112, kind: "quarter" },
  hamlet: { zoom: 13, priority: -120, kind: "quarter" },
  neighbourhood: { zoom: 14, priority: -125, kind: "quarter" },
  isolated_dwelling: { zoom: 15, priority: -172, kind: "quarter" },
  locality: { zoom: 15, priority: -172, kind: "quarter" },
};

/** @type {Record<string, NameRule>} */
const AREAS = {
  lake: { zoom: 14, priority: -145, kind: "water" },
  park: { zoom: 14, priority: -155, kind: "green" },
  golf_course: { zoom: 14, priority: -171, kind: "green" },
  cemetery: { zoom: 15, priority: -175, kind: "green" },
  garden: { zoom: 16, priority: -176, kind: "green" },
  water_park: { zoom: 15, priority: -176, kind: "water" },
};

/** Layers whose areas must have room for the name of such a place: ponds and lawns go without. @type {Record<string, string>} */
export const GROUNDS = { lake: "water", park: "green" };

/** Points of interest, by the zoom from which they are shown with a dot. @type {Record<string, NameRule>} */
const POINTS = Object.fromEntries(Object.entries({
  14: ["hospital", "railway_station"],
  15: ["museum", "theatre", "town_hall", "castle", "stadium", "zoo", "theme_park", "ferry_terminal"],
  16: [
    "library", "cinema", "mall", "bus_station", "marketplace", "courthouse", "viewpoint", "monument", "attraction", "ice_rink",
    "swimming_pool", "camp_site", "marina",
  ],
  // Of universities, each institute is a point.
  17: ["university", "college", "school", "arts_centre", "sports_centre", "police", "fire_station", "hotel", "department_store"],
}).flatMap(([zoom, kinds]) => kinds.map((kind) => [kind, { zoom: Number(zoom), priority: -164 - Number(zoom), kind: "point" }])));

/** Zooms from which points have a dot, by kind. */
export const POINT_ZOOMS = Object.fromEntries(Object.entries(POINTS).map(([kind, { zoom }]) => [kind, zoom]));

/** Layers of the tiles that carry names, with the rule for a kind; "" stands for none. @type {Record<string, Record<string, NameRule>>} */
export const NAMED_LAYERS = {
  roads: ROADS,
  waterways: WATERWAYS,
  places: PLACES,
  area_names: AREAS,
  points: POINTS,
  peaks: { "": { zoom: 13, priority: -150, kind: "green" } },
};
