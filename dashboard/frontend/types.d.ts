/** Shapes of what server, page and map exchange, and the parts of Leaflet that its own types leave out. */

import type * as L from "leaflet";
import type * as maplibre from "maplibre-gl";

/** Sentences of the interface by name, as `dashboard/map/texts.toml` has them. */
export type Texts = Record<string, string>;

/** Properties of a GeoJSON feature. */
export type Properties = Record<string, any>;

/** Style of a layer or of one of its categories, as `geodata/catalog` has it. Sizes are in pixels. */
export interface Style {
  color: string;
  dark_color?: string;
  fill_color?: string;
  dark_fill_color?: string;
  weight?: number;
  opacity?: number;
  fill_opacity?: number;
  symbol_fill_opacity?: number;
  dash_array?: string;
  casing?: number;
  shape?: string;
  radius?: number;
  symbol_maxzoom?: number;
  label_minzoom?: number;
  label_priority?: number;
  soft_from_m?: number;
  category_field?: string;
  categories?: Category[];
}

export interface Category extends Partial<Style> {
  value: string;
  label: string;
  kind?: string;
}

/** How a feature is drawn: Leaflet's path options, and what the atlas adds to them. */
export interface Look {
  color: string;
  fillColor: string;
  weight: number;
  opacity: number;
  fillOpacity: number;
  symbolFillOpacity: number;
  dashArray?: string;
  casing: number;
  shape: string;
  radius: number;
  isSymbol: boolean;
  symbolMaxzoom: number;
  labelMinzoom: number;
  labelPriority: number;
  isSoft: boolean;
}

export interface Field {
  label: string;
  type: string;
  unit?: string;
  choices?: Record<string, string>;
}

/** A layer as the map document describes it. */
export interface LayerOptions {
  id: string;
  title: string;
  role: "area" | "line" | "point";
  kind: string;
  description: string;
  attribution: string;
  key_fields: string[];
  fields: Record<string, Field>;
  text_properties: string[];
  style: Style;
  visible: boolean;
  count: number | null;
  evidence: Evidence | null;
  /** Address of the features; a large layer has `tiles` instead. */
  url?: string;
  tiles?: Tiles;
  /** The server is still making the tiles. */
  building?: boolean;
  /** A file on a disk does without this layer. */
  absent?: boolean;
  /** The features are those of a database. */
  live?: boolean;
  isUpload?: boolean;
}

/** Where a large layer's tiles and features are; addresses are templates. */
export interface Tiles {
  url: string;
  feature_url: string;
  max_zoom: number;
  detail_zoom: number;
  bbox: [number, number, number, number];
  count: number;
  /** Circles `[lng, lat, count]` of the first picture, by zoom. */
  overview: Record<string, [number, number, number][]>;
}

/** What the server says of a layer that it builds. */
export interface Build {
  state: "building" | "ready" | "failed" | "away";
  message: string;
  /** How much is done, from 0 to 1. */
  part?: number;
  tiles?: Tiles;
  options?: LayerOptions;
}

/** A layer's evidence, as `geodata.atlas.evidence` makes it. */
export interface Evidence {
  title: string;
  description: string;
  features: number;
  license: { name: string; url: string };
  attribution: string;
  vintage: string;
  retrieved: string;
  method: string;
  accuracy_m: number | null;
  sources: { name: string; url: string | null; vintage: string | null; license: string | null }[];
  sha256: string;
}

/** A feature on the map, with all shapes that show it. */
export interface Entry {
  id: string;
  /** `<layer>.<feature id>` */
  reference: string;
  properties: Properties;
  paths: (L.CircleMarker | L.Polyline)[];
  /** Casings and soft edges, each with what makes its options of the feature's look. */
  decorations: { path: L.Path; optionsOf: (look: Look) => L.PathOptions }[];
  /** Symbols in the place of areas that are too small to see. */
  symbols: L.CircleMarker[];
  /** Only known from a tile so far. */
  isPartial?: boolean;
  /** The rest could not be fetched. */
  isOutOfReach?: boolean;
}

export interface OnlineBasemapOptions {
  id: string;
  title: string;
  url: string;
  options: L.TileLayerOptions;
}

export interface EmbeddedBasemapOptions {
  title: string;
  attribution: string;
  overview: string;
  index: { detail_zoom: number; cells: Record<string, string> } | null;
}

/** What `/reach.json` answers. */
export interface Reachable {
  problems: string[];
  layers: { corridors: string; stations: string };
  scenario: string | null;
  waiting?: string | null;
  station?: string;
  title?: string;
  bands?: string[];
  stations?: Record<string, ReachedStation>;
  path?: string[];
  way?: string | null;
  pairs?: { ends: L.LatLngLiteral[]; extra: number; text: string }[];
  pairsTitle?: string | null;
  pairPlaces?: { lat: number; lng: number; sign: string; isSlower: boolean; text: string }[];
}

export interface ReachedStation {
  band: number | null;
  certainty: "known" | "unknown" | "unreachable";
  text: string;
  isFar: boolean;
  isDoubtful: boolean;
  gain?: string;
}

export interface AtlasOptions {
  language: string;
  home: L.LatLngBoundsLiteral;
  texts: Texts;
  translations: string | null;
  /** Script and digest of MapLibre; a file on a disk has none. */
  maplibre?: { script: string; integrity: string };
  /** What holds where the address says nothing, as in a file on a disk. */
  initial: Initial;
}

export interface Initial {
  layers?: string[] | null;
  feature?: string | null;
  view?: string | null;
  reach?: Reachable | null;
}

/** A file that somebody uploaded, as the server reports on it. */
export interface UploadedFile {
  id: string;
  name: string;
  state: string;
  part?: number;
  needs_crs: boolean;
  problems: string[];
  layers: UploadedLayer[];
}

export interface UploadedLayer {
  id: string;
  title: string;
  color: string;
  lines: string[];
  bbox: number[] | null;
  formats: { extension: string; name: string }[];
}

/** What the page's header and the bridge to the map share. */
export interface Page {
  bridge: import("./page/bridge.js").Bridge | null;
  uploads: import("./page/uploads.js").Uploads;
  /** Go where a link or a search result leads; without a map, load the page at that address. */
  go: (target: Target) => void;
}

/** Where a link or a search result leads. */
export interface Target {
  feature?: string;
  story?: string;
  place?: { lat: number; lng: number };
  reach?: string;
  start?: string;
  to?: string;
}

declare module "leaflet" {
  interface Path {
    entry?: Entry;
  }
  interface PathOptions {
    group?: string;
    shape?: string;
  }
  interface CircleMarker {
    _renderer: SVG;
    _point: Point;
  }
  interface Renderer {
    _bounds: Bounds;
    _container?: HTMLElement;
    _zoom: number;
    _update(): void;
    _updateTransform(center: LatLng, zoom: number): void;
  }
  interface SVG {
    _rootGroup: SVGGElement;
    _initContainer(): void;
    _addPath(layer: Path): void;
    _setPath(layer: Path, path: string): void;
  }
  interface Handler {
    /** Of the handler of dragging. */
    moving(): boolean;
  }
  interface Map {
    _animatingZoom?: boolean;
  }
}

declare global {
  interface Window {
    /** For the component of Streamlit. */
    atlasPage: {
      uploads: import("./page/uploads.js").Uploads;
      mountMap: (component: import("./page/bridge.js").Component) => void;
      unmountMap: (parentElement: HTMLElement) => void;
    };
    atlasTheme: { choice: string };
    maplibregl: typeof maplibre;
    __streamlit?: object;
  }
  interface Element {
    moveBefore(node: Node, child: Node | null): void;
  }
}
