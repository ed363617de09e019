"""Lists the formats of downloads: name, media type, ending, writers."""

import io
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from geodata.atlas.evidence import Card
from geodata.errors import message
from geodata.export.csv_table import write_csv
from geodata.export.data_package import write_layer_package
from geodata.export.gdal_files import write_flatgeobuf, write_geopackage
from geodata.export.geojson import write_geojson
from geodata.export.geoparquet import write_geoparquet
from geodata.export.pmtiles import write_large_pmtiles, write_pmtiles
from geodata.features.feature_layer import FeatureLayer
from geodata.features.layer_data import LayerData
from geodata.large.built_layer import BuiltLayer
from geodata.large.layer import LargeLayer


@dataclass(frozen=True, kw_only=True)
class ExportFormat:
    """A format in which a layer can be downloaded."""

    name: str
    media_type: str
    ending: str
    """Of the file of one layer."""
    write: Callable[[LayerData, Card, BinaryIO], None] | None = None
    """Writes a layer in memory, or some features of any layer; `None` if that takes a file on a disk."""
    write_on_disk: Callable[[LayerData, Card, Path], None] | None = None
    """Writes the same to a path."""
    write_large: Callable[[LargeLayer, Card, Path], None] | None = None
    """Writes a whole large layer, batch by batch; `None` if the format can't hold one."""
    has_evidence: bool = True
    """Whether the file has a place for the evidence card; otherwise a zip holds the two."""
    purpose: str = ""
    """What the format is for, if not everybody knows."""

    def to_bytes(self, data: LayerData, card: Card) -> bytes:
        """Return the file of a layer in memory, or of some features of any layer."""
        if self.write is not None:
            file = io.BytesIO()
            self.write(data, card, file)
            return file.getvalue()
        assert self.write_on_disk is not None  # noqa: S101 - each format has one of the two
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / f"{data.layer.id}.{self.ending}"
            self.write_on_disk(data, card, path)
            return path.read_bytes()

    def write_whole(self, large: LargeLayer, card: Card, path: Path) -> None:
        """Write a whole large layer; the format is one of its `whole_formats`."""
        assert self.write_large is not None  # noqa: S101 - whole_formats has no other
        self.write_large(large, card, path)


FORMATS = {
    "geojson": ExportFormat(
        name="GeoJSON",
        media_type="application/geo+json",
        ending="geojson",
        write=write_geojson,
    ),
    "gpkg": ExportFormat(
        name="GeoPackage",
        media_type="application/geopackage+sqlite3",
        ending="gpkg",
        write_on_disk=write_geopackage,
        write_large=write_geopackage,
    ),
    "csv": ExportFormat(
        name="CSV",
        media_type="text/csv; charset=utf-8",
        ending="csv",
        write=write_csv,
        has_evidence=False,
    ),
    "fgb": ExportFormat(
        name="FlatGeobuf",
        media_type="application/vnd.flatgeobuf",
        ending="fgb",
        write=write_flatgeobuf,
        write_large=write_flatgeobuf,
        purpose=message("for GIS, with a spatial index"),
    ),
    "parquet": ExportFormat(
        name="GeoParquet",
        media_type="application/vnd.apache.parquet",
        ending="parquet",
        write=write_geoparquet,
        write_large=write_geoparquet,
        purpose=message("for analysis in Python, R or DuckDB"),
    ),
    "pmtiles": ExportFormat(
        name="PMTiles",
        media_type="application/vnd.pmtiles",
        ending="pmtiles",
        write_on_disk=write_pmtiles,
        write_large=write_large_pmtiles,
        purpose=message("vector tiles for web maps"),
    ),
    "datapackage": ExportFormat(
        name=message("Data package"),
        media_type="application/zip",
        ending="datapackage.zip",
        write=write_layer_package,
        purpose=message("CSV with a description of fields, units, sources and licence"),
    ),
}
"""By the last part of their addresses: `/download/<layer>.<format>`."""


def whole_formats(data: FeatureLayer) -> list[str]:
    """Return the formats in which a whole layer can be downloaded; a database has no file of tiles."""
    if not isinstance(data, LargeLayer):
        return list(FORMATS)
    large = [name for name, form in FORMATS.items() if form.write_large is not None]
    return large if isinstance(data, BuiltLayer) else [name for name in large if name != "pmtiles"]
