"""Reads the sources of the base map, and selects what is drawn of them."""

from pathlib import Path

import geopandas as gpd
import pandas as pd
from shapely import GeometryType

from geodata.basemap_build.frames import GEOGRAPHIC_CRS, KINDS, METRIC_CRS, OVERVIEW_ZOOMS, parts_of
from geodata.errors import AtlasError

AREA_SOURCES = ("water", "urban_areas", "nature_forest", "nature_natura2000_nl")
LINE_SOURCES = ("water", "motorways", "railways_osm", "border_nl_de")
SOURCES = tuple(dict.fromkeys(("land_countries", "places", *AREA_SOURCES, *LINE_SOURCES)))
"""All sources; water has areas and lines."""

SOURCE_KINDS = {
    "forest": "wood",
    # Industry at the edge of a town has a few pixels.
    "industrial": "built_up",
    "natura2000": "nature",
    "lake": "water",
    "river_area": "water",
    "rail": "railway",
    "state_border": "border",
}
"""Kind in a source → drawn kind, where they differ; kinds in neither list are not drawn."""

LABEL_FIELDS = ("name", "country", "rank", "population")
"""Columns of places that their labels need."""


class BasemapSourceError(AtlasError):
    """The source folder can't be made into a base map."""


def read_sources(folder: Path, land_beyond: Path) -> dict[str, gpd.GeoDataFrame]:
    """Read `base_<name>.geojson` for each of `SOURCES`, in EPSG:3035.

    The coarse land around the sources' frame is read as `land_beyond`, and stays in EPSG:4326.

    Raises `BasemapSourceError` if files are missing; the message names all of them.
    """
    paths = {name: folder / f"base_{name}.geojson" for name in SOURCES}
    missing = [str(path) for path in (*paths.values(), land_beyond) if not path.is_file()]
    if missing:
        raise BasemapSourceError(f"missing: {', '.join(missing)}")
    sources = {name: gpd.read_file(path).to_crs(METRIC_CRS) for name, path in paths.items()}
    return sources | {"land_beyond": gpd.read_file(land_beyond)}


def drawn_features(sources: list[gpd.GeoDataFrame], geometry_type: GeometryType) -> gpd.GeoDataFrame:
    """Return the features of the drawn kinds, one polygon or line each, in EPSG:3035."""
    features = pd.concat(sources, ignore_index=True).reindex(columns=["kind", "minzoom", "geometry"])
    features["kind"] = features["kind"].replace(SOURCE_KINDS)
    features["minzoom"] = features["minzoom"].fillna(OVERVIEW_ZOOMS.start).astype(int)
    features = features[features["kind"].isin(KINDS)]
    parts = [parts_of(shape, geometry_type) for shape in features.make_valid()]
    exploded = pd.DataFrame(features).assign(geometry=parts).explode("geometry", ignore_index=True)
    return gpd.GeoDataFrame(exploded.dropna(subset="geometry"), geometry="geometry", crs=METRIC_CRS)


def place_features(places: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """Return the places with `LABEL_FIELDS`, in EPSG:4326."""
    features = places.to_crs(GEOGRAPHIC_CRS).rename(columns={"pop_class": "rank"}).assign(kind="place")
    features["population"] = features["population"].astype("Int64")
    return features[["kind", "minzoom", *LABEL_FIELDS, "geometry"]]
