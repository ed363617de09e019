"""A layer too large for memory: its features come as tiles, one by one, or by the page."""

from abc import abstractmethod
from collections.abc import Iterator
from dataclasses import dataclass
from typing import ClassVar

from geodata.errors import Problem
from geodata.features.feature_layer import Bbox, FeatureLayer
from geodata.large.report import BuildReport
from geodata.validation.source import check_source

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

    def file_names(self) -> dict[str, str]:
        """Return the column of each property in a file, by the property's name."""
        names = [column.name for column in self.report.fields]
        return {name: f"{name}_" if name in RESERVED_NAMES else name for name in names}
