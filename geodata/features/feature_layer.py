"""What every layer answers, whether its features are in memory, in a build or in a database."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, ClassVar

from geodata.catalog.schema import COMMON_FIELDS, FieldType, Layer
from geodata.errors import DatabaseError
from geodata.features.feature import Feature

if TYPE_CHECKING:
    import pyarrow as pa

Bbox = tuple[float, float, float, float]
"""West, south, east, north, in degrees (WGS 84)."""


COMMON_TYPES: dict[str, FieldType] = {**dict.fromkeys(COMMON_FIELDS, "string"), "accuracy_m": "number"}
"""Types of the properties that every layer may have without declaring them."""

NOT_COLUMNS = ("id", "geometry")
"""Properties of these names stay in the records: the index and the geometry are called so."""


@dataclass(frozen=True, kw_only=True)
class PageQuery:
    """Which features of a layer are asked for, in which order."""

    offset: int = 0
    limit: int = 100
    sort: str | None = None
    """Property to sort by; the order of the source unless given. Features without it come last."""
    descending: bool | None = None
    """Unless given, numbers begin with the largest and texts at A."""
    text: str = ""
    """Words that the texts of a feature must hold, without regard to case and accents."""
    among: Mapping[str, Sequence[object]] = field(default_factory=dict)
    """Property → the values of which a feature must have one."""
    bbox: Bbox | None = None
    """Where to look; everywhere unless given."""


@dataclass(frozen=True)
class FeaturePage:
    """Some of the features that pass filters."""

    features: list[Feature]
    total: int
    """Number of features that pass."""


@dataclass(frozen=True, eq=False)
class FeatureLayer(ABC):
    """A layer of the catalog with its features."""

    layer: Layer

    is_large: ClassVar[bool]
    """Whether it is too large for memory: the map draws it from tiles, and tables come by the page."""

    @property
    @abstractmethod
    def count(self) -> int:
        """Number of features."""

    @property
    @abstractmethod
    def sha256(self) -> str:
        """SHA-256 of what the features were read from, in hexadecimal."""

    @property
    def trouble(self) -> DatabaseError | None:
        """Why the layer can't answer at the moment."""
        return None

    @property
    @abstractmethod
    def bounds(self) -> Bbox | None:
        """Where its features lie; `None` without features."""

    @property
    @abstractmethod
    def geometry_types(self) -> list[str]:
        """Types of the geometries of its features, such as `MultiPolygon`, sorted."""

    @property
    @abstractmethod
    def property_types(self) -> dict[str, str]:
        """Type of each property that features have: that of its field, or `string` … `json` without one."""

    @abstractmethod
    def feature(self, feature_id: str) -> Feature | None:
        """Return the feature with this id, or `None`."""

    @abstractmethod
    def page(self, query: PageQuery) -> FeaturePage:
        """Return some of the features that pass filters, and how many pass."""

    @abstractmethod
    def search(self, text: str, limit: int = 8) -> list[Feature]:
        """Return the features that a query may mean, names that begin with it first."""

    @abstractmethod
    def batches(self) -> Iterator[pa.RecordBatch]:
        """Yield all features: `id` as text, as in their addresses, properties, `geometry` as WKB."""
