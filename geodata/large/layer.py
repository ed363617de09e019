"""A layer too large for memory: its features come as tiles, one by one, or by the page."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, ClassVar

from geodata.catalog.schema import Layer
from geodata.errors import Problem
from geodata.features.feature import Feature
from geodata.features.feature_layer import Bbox, FeatureLayer, FeaturePage, PageQuery
from geodata.large.cache import cache_folder, find_report
from geodata.large.feature_query import FeatureQuery
from geodata.large.pmtiles_reader import TileArchive
from geodata.large.report import BuildReport
from geodata.validation.source import check_source

if TYPE_CHECKING:
    import pyarrow as pa

RESERVED_NAMES = ("id", "geometry")
"""Names of a file's columns that are no properties; a property with such a name gets an underscore."""

BATCH_SIZE = 16_384
"""Number of features in memory at a time."""


@dataclass(frozen=True, eq=False)
class LargeLayer(FeatureLayer):
    """A layer too large for memory."""

    key: str
    """Key of this state of the layer: other data or other settings have another key."""
    report: BuildReport

    is_large: ClassVar[bool] = True

    @property
    def count(self) -> int:
        """See `FeatureLayer`."""
        return self.report.count

    @property
    def sha256(self) -> str:
        """See `FeatureLayer`."""
        return self.report.source_sha256

    @property
    def bounds(self) -> Bbox | None:
        """See `FeatureLayer`."""
        return self.report.bbox

    @property
    def geometry_types(self) -> list[str]:
        """See `FeatureLayer`."""
        return self.report.geometry_types

    @property
    def property_types(self) -> dict[str, str]:
        """See `FeatureLayer`."""
        return {"name": "string", **{column.name: column.type for column in self.report.fields}}

    @abstractmethod
    def tile(self, z: int, x: int, y: int) -> bytes | None:
        """Return a vector tile (MVT in gzip): features from `detail_zoom` on, below it their counts."""

    def problems(self) -> Iterator[Problem]:
        """Find what was left out, and claims of the catalog that the source does not keep."""
        report = self.report
        return check_source(self.layer, report.count_in, report.left_out, report.fields)

    def own_names(self) -> dict[str, str]:
        """Return the column of each property in a file, by the property's name."""
        names = [column.name for column in self.report.fields]
        return {name: f"{name}_" if name in RESERVED_NAMES else name for name in names}


@dataclass(frozen=True, eq=False)
class BuiltLayer(LargeLayer):
    """A layer with the build of its file; the number of a feature is its place in the file, from 1."""

    folder: Path
    """Folder of the build, in the cache."""

    def feature(self, feature_id: str) -> Feature | None:
        """See `FeatureLayer`."""
        return self._query.feature(feature_id)

    def page(self, query: PageQuery) -> FeaturePage:
        """See `FeatureLayer`."""
        return self._query.page(query)

    def search(self, text: str, limit: int = 8) -> list[Feature]:
        """See `FeatureLayer`."""
        return self._query.search(text, limit)

    def tile(self, z: int, x: int, y: int) -> bytes | None:
        """See `LargeLayer`."""
        return (self._detail if z >= self.report.detail_zoom else self._counts).tile(z, x, y)

    def batches(self) -> Iterator[pa.RecordBatch]:
        """See `FeatureLayer`."""
        import pyarrow as pa

        from geodata.reading.gdal import pyogrio

        names = self.own_names()
        with pyogrio.open_arrow(
            self.folder / "features.gpkg",
            layer="features",
            batch_size=BATCH_SIZE,
            return_fids=True,
            use_pyarrow=True,
        ) as (meta, reader):
            for batch in reader:
                fids = batch.column(meta["fid_column"] or "OGC_FID").cast(pa.string())
                properties = {
                    names[column.name]: batch.column(column.column) for column in self.report.fields
                }
                wkb = batch.column(meta["geometry_name"] or "wkb_geometry").cast(pa.binary())
                yield pa.RecordBatch.from_pydict({"id": fids, **properties, "geometry": wkb})

    @cached_property
    def _query(self) -> FeatureQuery:
        return FeatureQuery(self.layer, self.folder / "features.gpkg", self.report)

    @cached_property
    def _counts(self) -> TileArchive:
        return TileArchive(self.folder / "counts.pmtiles")

    @cached_property
    def _detail(self) -> TileArchive:
        return TileArchive(self.folder / "detail.pmtiles")


def find_build(layer: Layer, folder: Path, cache: Path | None = None) -> BuiltLayer | None:
    """Return a layer with the finished build of its current file, or `None`.

    Raises
    ------
    OSError
        If the file can't be read.
    """
    found = find_report(layer, folder / layer.path, cache or cache_folder())
    if found is None:
        return None
    build, key, report = found
    return BuiltLayer(layer, key, report, build)
