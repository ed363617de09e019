"""A large layer: its features stay on the disk, and come as tiles, one by one, or by the page."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from geodata.build_report import BuildReport
from geodata.cache import cache_folder, find_report
from geodata.errors import Problem
from geodata.feature import Feature
from geodata.feature_query import FeatureQuery, Page
from geodata.schema import Layer
from geodata.source_check import check_source
from geodata.tile_archive import TileArchive

__all__ = ["LargeLayer", "Page", "find_build"]


@dataclass(frozen=True, eq=False)
class LargeLayer:
    """A layer with its build."""

    layer: Layer
    folder: Path
    """Of the build, in the cache."""
    key: str
    """Of the build: another file or other settings have another one."""
    report: BuildReport

    @property
    def count(self) -> int:
        """Features in the layer."""
        return self.report.count

    @property
    def sha256(self) -> str:
        """Of the layer's file, in hexadecimal."""
        return self.report.source_sha256

    def feature(self, feature_id: str) -> Feature | None:
        """Return the feature whose number in the source (from 1) this is, or `None`."""
        return self._query.feature(feature_id)

    def page(
        self,
        *,
        offset: int = 0,
        limit: int = 100,
        sort: str | None = None,
        descending: bool | None = None,
        text: str = "",
        among: Mapping[str, Sequence[str]] | None = None,
        bbox: tuple[float, float, float, float] | None = None,
    ) -> Page:
        """Return some of the features that pass filters, and how many pass.

        Parameters
        ----------
        offset, limit
            Which of them, in their order.
        sort
            Property to sort by; the order of the source unless given. Features without it come last.
        descending
            Unless given, numbers begin with the largest and texts at A.
        text
            What any of a feature's texts must hold, without regard to case and accents.
        among
            Property → the values of which a feature must have one.
        bbox
            West, south, east, north of where to look, in degrees (WGS 84).
        """
        return self._query.page(offset, limit, sort, descending, text, among or {}, bbox)

    def search(self, text: str, limit: int = 8) -> list[Feature]:
        """Return the features that a query may mean, names that begin with it first."""
        return self._query.search(text, limit)

    def tile(self, z: int, x: int, y: int) -> bytes | None:
        """Return a vector tile (MVT in gzip): features from `detail_zoom` on, below it their counts."""
        return (self._detail if z >= self.report.detail_zoom else self._counts).tile(z, x, y)

    def problems(self) -> Iterator[Problem]:
        """Find what was left out of the build, and claims of the catalog that the file does not keep."""
        report = self.report
        return check_source(self.layer, report.count_in, report.left_out, report.fields)

    @cached_property
    def _query(self) -> FeatureQuery:
        return FeatureQuery(self.layer, self.folder / "features.gpkg", self.report)

    @cached_property
    def _counts(self) -> TileArchive:
        return TileArchive(self.folder / "counts.pmtiles")

    @cached_property
    def _detail(self) -> TileArchive:
        return TileArchive(self.folder / "detail.pmtiles")


def find_build(layer: Layer, folder: Path, cache: Path | None = None) -> LargeLayer | None:
    """Return a layer with the finished build of its file as it is now, or `None`.

    Raises
    ------
    OSError
        If the file can't be read.
    """
    found = find_report(layer, folder / layer.path, cache or cache_folder())
    if found is None:
        return None
    place, key, report = found
    return LargeLayer(layer, place, key, report)
