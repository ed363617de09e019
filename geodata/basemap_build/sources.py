"""Reading the sources: which files there are, and what in them is drawn."""

import math
from collections.abc import Iterator
from pathlib import Path

import geopandas as gpd

from geodata.basemap_build.features import (
    GEOGRAPHIC_CRS,
    KINDS,
    METRIC_CRS,
    Feature,
    lines_of,
    polygons_of,
)
from geodata.basemap_build.zooms import OVERVIEW_ZOOMS
from geodata.errors import AtlasError

AREA_SOURCES = ("water", "urban_areas", "nature_forest", "nature_natura2000_nl")
LINE_SOURCES = ("water", "motorways", "railways_osm", "border_nl_de")
SOURCES = tuple(dict.fromkeys(("land_countries", "places", *AREA_SOURCES, *LINE_SOURCES)))
"""Every source once; water has areas and lines."""

SOURCE_KINDS = {
    "forest": "wood",
    "natura2000": "nature",
    "lake": "water",
    "river_area": "water",
    "rail": "railway",
    "state_border": "border",
}
"""What a source calls otherwise; a kind that is in neither list is not drawn."""


class BasemapSourceError(AtlasError):
    """The source folder cannot be made into a base map."""


def read_sources(folder: Path, land_beyond: Path) -> dict[str, gpd.GeoDataFrame]:
    """Read ``base_<name>.geojson`` for each of `SOURCES`, in EPSG:3035.

    Parameters
    ----------
    folder
        Holds the sources.
    land_beyond
        The coarse land around the sources' frame; it becomes ``land_beyond`` and stays in
        EPSG:4326, as it is coarse enough to be drawn as it is.

    Raises
    ------
    BasemapSourceError
        If files are missing; the message names all of them.
    """
    paths = {name: folder / f"base_{name}.geojson" for name in SOURCES}
    missing = [str(path) for path in (*paths.values(), land_beyond) if not path.is_file()]
    if missing:
        message = f"missing: {', '.join(missing)}"
        raise BasemapSourceError(message)
    sources = {name: gpd.read_file(path).to_crs(METRIC_CRS) for name, path in paths.items()}
    return sources | {"land_beyond": gpd.read_file(land_beyond)}


def kind_of(source_kind: str) -> str | None:
    """Return the drawn kind of a source's kind, or None where it is not drawn."""
    kind = SOURCE_KINDS.get(source_kind, source_kind)
    return kind if kind in KINDS else None


def area_features(sources: dict[str, gpd.GeoDataFrame]) -> list[Feature]:
    """Return the areas of all `AREA_SOURCES`, one polygon each, in EPSG:3035."""
    return [f for name in AREA_SOURCES for f in features_of(sources[name], areas=True)]


def line_features(sources: dict[str, gpd.GeoDataFrame]) -> list[Feature]:
    """Return the lines of all `LINE_SOURCES`, one line each, in EPSG:3035."""
    return [f for name in LINE_SOURCES for f in features_of(sources[name], areas=False)]


def features_of(gdf: gpd.GeoDataFrame, *, areas: bool) -> Iterator[Feature]:
    """Yield a source's areas, or its lines, one feature each."""
    take = polygons_of if areas else lines_of
    for row in gdf.itertuples():
        kind = kind_of(row.kind)
        if kind:
            minzoom = int(getattr(row, "minzoom", OVERVIEW_ZOOMS.start))
            for part in take(row.geometry):
                yield Feature(kind, minzoom, part)


def place_features(gdf: gpd.GeoDataFrame) -> list[Feature]:
    """Return the named places with what a label needs, in EPSG:4326."""
    features = []
    for row in gdf.to_crs(GEOGRAPHIC_CRS).itertuples():
        properties = {"name": row.name, "country": row.country, "rank": int(row.pop_class)}
        if not math.isnan(row.population):
            properties["population"] = int(row.population)
        features.append(Feature("place", int(row.minzoom), row.geometry, properties))
    return features
