"""Opens a source of street tiles."""

from pathlib import Path

from geodata.basemap_build.layer_folder import LayerFolder
from geodata.basemap_build.openmaptiles import OpenMapTiles
from geodata.basemap_build.osm_extract import OsmExtract
from geodata.basemap_build.sources import BasemapSourceError
from geodata.basemap_build.street_source import StreetSource

OSM_ENDINGS = (".osm.pbf",)
TILE_ENDINGS = (".pmtiles", ".mbtiles")


def open_street_source(path: Path) -> StreetSource:
    """Open a source by what it is; raises `BasemapSourceError` if it is missing or of no known kind."""
    if not path.exists():
        raise BasemapSourceError(f"there is no {path}")
    if path.is_dir():
        return LayerFolder(path)
    for endings, source in ((OSM_ENDINGS, OsmExtract), (TILE_ENDINGS, OpenMapTiles)):
        if path.name.lower().endswith(endings):
            return source(path)
    raise BasemapSourceError(
        f"{path} is no source of street tiles. Choose a folder of layers, an OpenStreetMap extract "
        f"(.osm.pbf) or vector tiles in the OpenMapTiles schema (.pmtiles or .mbtiles)."
    )
