/** Types of the whole front end, global for the checker: what server, page and map exchange, and what Leaflet leaves out. */

import type * as L from "leaflet";
import type * as maplibre from "maplibre-gl";

declare global {
  type Atlas = import("./map/main.js").Atlas;
  type DataLayer = import("./map/layers/data_layer.js").DataLayer;
  type LargeLayer = import("./map/layers/large_layer.js").LargeLayer;
  type Layers = import("./map/layers/layers.js").Layers;
  type Reach = import("./map/reach/reach.js").Reach;
  type Bridge = import("./page/bridge.js").Bridge;
  type Sheet = import("./page/sheet.js").Sheet;
  type Uploads = import("./page/uploads/uploads.js").Uploads;

  type MapLibreMap = maplibre.Map;
  type MapLibreStyle = maplibre.StyleSpecification;
  type MapLibreLayer = maplibre.LayerSpecification;
  type TileFeature = maplibre.MapGeoJSONFeature;

  /** Sentences of the interface by name, as `dashboard/map/texts.toml` has them. */
  type Texts = Record<string, string>;

  /** Properties of a GeoJSON feature. */
  type Properties = Record<string, any>;

  /** Style of a layer or of one of its categories, as `geodata/catalog` has it. Sizes are in pixels. */
  interface Style {
    /** Whether the legend that is pointed at means its counts. */
    is_raised?: boolean;
    color: string;
    dark_color?: string;
    fill_color?: string;
    dark_fill_color?: string;
    line_color?: string;
    dark_line_color?: string;
    weight?: number;
    opacity?: number;
    fill_opacity?: number;
    symbol_fill_opacity?: number;
    dash_array?: string;
    casing?: number;
    casing_color?: string;
    dark_casing_color?: string;
    pattern?: "railway" | "railway_dashes";
    tracks?: number;
    select_minzoom?: number;
    zoom_scaling?: boolean;
    band_weight?: number;
    band_opacity?: number;
    shape?: string;
    radius?: number;
    symbol_maxzoom?: number;
    label_minzoom?: number;
    label_maxzoom?: number;
    label_spaced?: boolean;
    label_priority?: number;
    chosen_by?: "inside" | "outline" | "both";
    outside_opacity?: number;
    /** Names of what lies to the left and to the right of lines. */
    sides?: [string, string];
    soft_from_m?: number;
    /** Path data of a pictogram. */
    icon?: string;
    icon_field?: string;
    icons?: Record<string, string>;
    icon_minzoom?: number;
    icon_radius?: number;
    grouped?: boolean;
    soft_edge?: boolean;
    /** What the place of a feature is made of, by its id: references to other features. */
    areas?: Record<string, string[]>;
    category_field?: string;
    categories?: Category[];
  }

  interface Category extends Partial<Style> {
    value: string;
    label: string;
    kind?: string;
  }

  /** How a feature is drawn: Leaflet's path options, and what the atlas adds to them. */
  interface Look {
    color: string;
    lineColor: string;
    fillColor: string;
    weight: number;
    opacity: number;
    fillOpacity: number;
    symbolFillOpacity: number;
    dashArray?: string;
    pattern?: "railway" | "railway_dashes";
    tracks: number;
    /** Of the widths of lines, at the zoom of the map. */
    scale: number;
    casing: number;
    casingColor?: string;
    bandWeight: number;
    bandOpacity: number;
    shape: string;
    hasShape: boolean;
    /** Path data of the pictogram on the symbol. */
    icon?: string;
    radius: number;
    /** Whether it is drawn as one with symbols that would cover it. */
    isGrouped: boolean;
    isSymbol: boolean;
    symbolMaxzoom: number;
    selectMinzoom: number;
    labelMinzoom: number;
    labelMaxzoom: number;
    isLabelSpaced: boolean;
    labelPriority: number;
    isSoft: boolean;
    /** Whether the outline of areas fades, as nobody has surveyed it. */
    hasSoftEdge: boolean;
  }

  interface Field {
    label: string;
    type: string;
    unit?: string;
    choices?: Record<string, string>;
  }

  /** A layer as the map document describes it. */
  interface LayerOptions {
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
  interface Tiles {
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
  interface Build {
    state: "building" | "ready" | "failed" | "away";
    message: string;
    /** How much is done, from 0 to 1. */
    part?: number;
    tiles?: Tiles;
    options?: LayerOptions;
  }

  /** A layer's evidence, as `geodata.atlas.evidence` makes it. */
  interface Evidence {
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
  interface Entry {
    layer: DataLayer;
    id: string;
    /** `<layer>.<feature id>` */
    reference: string;
    properties: Properties;
    paths: (L.CircleMarker | L.Polyline)[];
    /** Casings, bands and soft edges, each with what makes its options of the feature's look. */
    decorations: Decoration[];
    /** Symbols in the place of areas that are too small to see. */
    symbols: L.CircleMarker[];
    /** Wide and unseen, these take the clicks beside thin lines. */
    hits: L.Path[];
    /** The outline of an area over its halo, while it stands out. */
    marks: L.Path[];
    /** Another symbol stands for it at this zoom. */
    isCovered?: boolean;
    /** Only known from a tile so far. */
    isPartial?: boolean;
    /** The rest could not be fetched. */
    isOutOfReach?: boolean;
  }

  /** A symbol among others, in pixels of the world at the zoom of the map. */
  interface GroupedSymbol {
    entry: Entry;
    markers: L.CircleMarker[];
    x: number;
    y: number;
    radius: number;
    /** How far its shape reaches. */
    reach: number;
    priority: number;
    /** Those that it stands for. */
    /** Whether it is a small mark at this zoom, and has its pictogram closer up. */
    isMark: boolean;
    others: GroupedSymbol[];
  }

  interface Decoration {
    path: L.Path;
    optionsOf: (look: Look) => L.PathOptions;
  }

  /** One path for many features that look the same as an example. */
  interface SharedStroke extends Decoration {
    example: { properties: Properties };
  }

  interface OnlineBasemapOptions {
    id: string;
    title: string;
    url: string;
    /** Whom to credit, as HTML of the package that knows the provider. */
    credit: string;
    options: L.TileLayerOptions;
  }

  interface EmbeddedBasemapOptions {
    title: string;
    attribution: string;
    overview: string;
    streets: StreetOptions | null;
  }

  /** Where the street tiles are; `url` is a template, or `#` and the id of the element that holds them, and null if the
   * server can't use their file. */
  interface StreetOptions {
    url: string | null;
    min_zoom: number;
    max_zoom: number;
    house_zoom: number | null;
    /** Last zoom of the tiles around the streets; null without them. */
    far_zoom: number | null;
    bbox: [number, number, number, number];
  }

  /** What `/reach.json` answers. */
  interface Reachable {
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

  interface ReachedStation {
    band: number | null;
    certainty: "known" | "unknown" | "unreachable";
    text: string;
    /** Minutes as they are printed at the station. */
    figure: string | null;
    isMain: boolean;
    isFar: boolean;
    isDoubtful: boolean;
    gain?: string;
  }

  interface AtlasOptions {
    language: string;
    home: L.LatLngBoundsLiteral;
    /** Bounds of what the first view shows too where there is room, the most important first. */
    homeFeatures: L.LatLngBoundsLiteral[];
    /** Themes of the list of layers, with the ids of their layers. */
    layerGroups: { title: string; layers: string[] }[];
    texts: Texts;
    translations: string | null;
    /** Script and digest of MapLibre; a file on a disk has none. */
    maplibre?: { script: string; integrity: string };
    /** What holds where the address says nothing, as in a file on a disk. */
    initial: Initial;
  }

  interface Initial {
    layers?: string[] | null;
    feature?: string | null;
    view?: string | null;
    reach?: Reachable | null;
  }

  /** A file that somebody uploaded, as the server reports on it. */
  interface UploadedFile {
    id: string;
    name: string;
    state: string;
    part?: number;
    needs_crs: boolean;
    problems: string[];
    layers: UploadedLayer[];
  }

  interface UploadedLayer {
    id: string;
    title: string;
    color: string;
    lines: string[];
    bbox: number[] | null;
    formats: { extension: string; name: string }[];
  }

  /** What the page's header and the bridge to the map share. */
  interface Page {
    bridge: Bridge | null;
    uploads: Uploads;
    sheet: Sheet;
    /** Go where a link or a search result leads; without a map, load the page at that address. */
    go: (target: Target) => void;
  }

  /** The reach of a station, or the way to a place. */
  interface ReachQuestion {
    station?: string;
    start?: string;
    to?: string;
  }

  /** Where a link or a search result leads. */
  interface Target {
    feature?: string;
    story?: string;
    place?: FoundPlace;
    reach?: string;
    start?: string;
    to?: string;
    /** A panel, and the layer of its table or its chart. */
    panel?: string;
    of?: string;
  }

  /** Attributes of an element; `text` sets the text content; false, null and undefined leave an attribute out. */
  type Attributes = Record<string, string | number | boolean | null | undefined>;

  type Children = (Node | string)[];

  /** Changes of the query of an address; null and undefined remove a parameter. */
  type QueryChanges = Record<string, string | null | undefined>;

  /** What the map shows by its address. */
  interface MapView {
    zoom: number;
    lat: number;
    lng: number;
  }

  /** Translates the named properties of a feature into the language of the map. */
  type Translate = (properties: Properties, names: string[]) => Properties;

  type LayerState =
    | "waiting"
    | "loading"
    | "ready"
    | "failed"
    | "incomplete"
    | "building"
    | "unbuilt"
    | "away"
    | "unsupported"
    | "absent";

  /** The shape of a feature that one can point at. */
  type FeaturePath = L.CircleMarker | L.Polyline;

  /** A feature in view, and where in the window it is. */
  interface KeyTarget {
    entry: Entry;
    path: FeaturePath;
    anchor: L.Point;
  }

  type LabelKind =
    | "major"
    | "minor"
    | "area"
    | "line"
    | "place"
    | "region"
    | "country"
    | "town"
    | "street"
    | "quarter"
    | "water"
    | "green"
    | "point"
    | `shield-${"nl" | "de"}-${"motorway" | "main" | "minor"}`;

  interface Label {
    text: string;
    kind: LabelKind;
    /** The layer, or the part of the base map, that it comes from. */
    source: string;
    priority: number;
    point: L.Point;
    /** Of the symbol that it names; 0 without one. */
    radius: number;
    /** The line that it names, as x, y, x, y, … in pixels of the layer pane. */
    line?: Float64Array;
    /** Half of the width of the line that it stands beside. */
    beside?: number;
    /** Whether it stands upright on its line, as a shield does. */
    isUpright?: boolean;
    /** By which its layer is dimmed, from 0 to 1. */
    opacity?: number;
    /** Pixels within which the same text is not drawn again. */
    repeat?: number;
    color?: string;
    /** The area that it names, which a click on it chooses. */
    entry?: Entry;
    /** Top left corners of where it may stand, the best first; without them, it stands around its point. */
    cornersFor?: (size: L.Point, isClear: (box: LabelBox) => boolean) => Iterable<L.Point>;
    onPlaced?: (spot: LabelSpot) => void;
  }

  /** Roads of the street map that are drawn alike. */
  interface RoadClass {
    id: string;
    kinds: string[];
    isRamp?: boolean;
    color: string;
    widths: number[];
  }

  /** From which zoom on a name of the street map is shown, how important it is, and how it is drawn. */
  interface NameRule {
    zoom: number;
    priority: number;
    kind: LabelKind;
    /** Of the symbol beside which it stands, in pixels. */
    radius?: number;
  }

  /** A name of the street map, with its line or point as x, y, x, y, … in Web Mercator from 0 to 1. */
  interface NameCandidate {
    text: string;
    kind: LabelKind;
    rule: NameRule;
    path: Float64Array;
    bbox: number[];
    /** Width of the area that it names. */
    room: number;
  }

  /** Left, top, right, bottom, in pixels of the layer pane. */
  type LabelBox = [number, number, number, number];

  /** A place for a name. */
  interface LabelSpot {
    anchor: L.Point;
    /** Pixels between it and any symbol but its own. */
    clear?: number;
    /** What it covers. */
    boxes: LabelBox[];
    /** What lines may not meet, unless that is all that it covers. */
    edges?: LabelBox[];
    /** The top left corner of an upright name. */
    corner?: L.Point;
    /** The points of a name along a line, from its beginning to its end. */
    path?: number[][];
  }

  interface PlacedLabel {
    label: Label;
    spot: LabelSpot;
  }

  /** How the style sheet draws names of a kind; sizes are in pixels. */
  interface LabelFont {
    font: string;
    size: number;
    spacing: number;
    padding: number;
    isUppercase: boolean;
  }

  interface PanelRow {
    item: HTMLElement;
    input: HTMLInputElement;
    status: HTMLElement;
  }

  /** A corridor: its stations, and where on its line each is. */
  interface Track {
    ids: string[];
    places: number[];
    latlngs: L.LatLng[];
  }

  /** Band of a station; null where it is unknown. */
  type BandOf = (id: string) => number | null;

  /** A base map that the layer panel offers. */
  interface BasemapChoice {
    id: string;
    title: string;
    online?: OnlineBasemapOptions;
  }

  /** A tile of the embedded base map, and what Leaflet waits for. */
  interface BasemapTile {
    coords: L.Coords;
    done: L.DoneCallback | null;
  }

  /** One polygon or line, in Web Mercator normalized to 0..1. */
  interface BasemapShape {
    /** Its rings, or its one line, as x, y, x, y, … */
    paths: Float64Array[];
    minzoom: number;
    /** West, north, east, south. */
    bbox: number[];
  }

  /** The shapes of the overview by kind. */
  type BasemapShapes = Map<string, BasemapShape[]>;

  interface Place {
    name: string;
    lat: number;
    lng: number;
    minzoom: number;
    population?: number;
    rank?: number;
    country?: string;
  }

  /** One step of drawing a tile; zooms are those at which it is drawn. */
  interface DrawingStep {
    kind: string;
    /** Custom property of basemap.css, without `--basemap-`. */
    color: string;
    fill?: boolean;
    casing?: boolean;
    minzoom?: number;
    maxzoom?: number;
    dash?: number[];
  }

  /** The part of the world that a tile shows. */
  interface TileView {
    zoom: number;
    left: number;
    top: number;
    scale: number;
    bbox: number[];
  }

  /** A file that is on its way to the server, or that was refused. */
  interface LocalFile {
    file: File;
    name: string;
    part: number;
    reason: string | null;
    request?: XMLHttpRequest;
    /** It was there before, and a restarted server gets it again. */
    isAgain?: boolean;
    /** The server's id of the file, once it is there. */
    id?: string;
  }

  /** A place to show with a pin: coordinates, or a name of the base map with the zoom that suits it. */
  interface FoundPlace {
    lat: number;
    lng: number;
    zoom?: number;
    name?: string;
    detail?: string;
  }

  /** A search result. */
  interface Found {
    title: string;
    detail: string;
    target: Target;
    picture: Element;
  }

  /** Search results under one heading; without a title, they have none. */
  interface FoundGroup {
    title: string;
    found: Found[];
  }

  /** How a feature's symbol looks; colors by day and by night. */
  interface FoundSymbol {
    shape: "point" | "line" | "area";
    stroke: [string, string] | null;
    fill: [string, string] | null;
    icon: string | null;
  }

  type SetState = (name: string, value: unknown) => void;

  /** Streamlit's component, as it mounts the map. */
  interface BridgeComponent {
    data: BridgeData;
    parentElement: HTMLElement;
    setStateValue: SetState;
  }

  /** What the map is to do. */
  /** Words on the map beside a place. */
  interface AnnotationWords {
    lat: number;
    lng: number;
    text: string;
    side: "left" | "right" | "above" | "below";
  }

  interface MapCommand {
    layers?: string[];
    show?: string;
    highlight?: string[];
    annotation?: AnnotationWords;
    bounds?: number[];
    /** As in the address, or `home`. */
    view?: string;
    feature?: string | null;
    reach?: string;
  }

  /** What the server sends with each rerun. */
  interface BridgeData {
    /** Attributes of the frame. */
    frame: Record<string, string>;
    /** Number of the command. */
    serial: number;
    command: MapCommand;
    feature: string | null;
    /** Parameters that the page sets. */
    address: QueryChanges;
    /** Number of the last earlier address that the page went back to. */
    visited: number;
    /** Of the session. */
    uploads: { token: string; layers: LayerOptions[] };
    panel: string;
    /** The server wants to know what is in view. */
    is_watching: boolean;
  }

  interface Window {
    /** For the component of Streamlit. */
    atlasPage: {
      uploads: Uploads;
      mountMap: (component: BridgeComponent) => void;
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

declare module "leaflet" {
  interface Path {
    _renderer: SVG;
    entry?: Entry;
    /** What is drawn where this is, in another style. */
    twins?: Set<Path>;
    /** What cuts the stroke of a path with `isInner`. */
    clip?: SVGPathElement;
    clipNode?: SVGClipPathElement;
    /** The pictogram on a symbol. */
    iconNode?: SVGPathElement;
  }
  interface PathOptions {
    icon?: string;
    /** By which its layer is dimmed, from 0 to 1. */
    dim?: number;
    group?: string;
    /** Whether only the inner half of the stroke shows. */
    isInner?: boolean;
    shape?: string;
    /** By which a symbol is turned, in degrees clockwise. */
    angle?: number;
  }
  interface Polyline {
    /** Its lines or rings, in pixels of the layer pane, cut to what is drawn. */
    _parts: Point[][];
    /** In pixels of the layer pane, all of it. */
    _pxBounds: Required<Bounds>;
  }
  interface CircleMarker {
    _point: Point;
  }
  interface Renderer {
    _bounds: Bounds;
    _container?: HTMLElement;
    _zoom: number;
    _update(): void;
    _center: L.LatLng;
    _onAnimZoom(event: { center: LatLng; zoom: number }): void;
    _updateTransform(center: LatLng, zoom: number): void;
  }
  interface SVG {
    _rootGroup: SVGGElement;
    _initContainer(): void;
    _initPath(layer: Path): void;
    _updateStyle(layer: Path): void;
    _bringToFront(layer: Path): void;
    _addPath(layer: Path): void;
    _removePath(layer: Path): void;
    _setPath(layer: Path, path: string): void;
  }
  interface CRS {
    /** Radius of the Earth in meters; of `CRS.Earth`. */
    R: number;
  }
  interface Handler {
    /** Of the handler of dragging. */
    moving(): boolean;
    /** Whether the pointer that is or was down has dragged the map. */
    moved(): boolean;
  }
  interface Map {
    _animatingZoom?: boolean;
  }
}
