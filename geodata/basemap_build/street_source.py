"""What a source of street tiles gives: its boxes, and its features in batches."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Protocol

import geopandas as gpd

from geodata.basemap_build.sources import BasemapSourceError
from geodata.basemap_build.street_layers import StreetLayers
from geodata.basemap_build.street_selection import Bbox


@dataclass(frozen=True)
class Batch:
    """Some features for one layer of the tiles."""

    layer: str
    features: gpd.GeoDataFrame
    """A column for each attribute that is known, in EPSG:4326."""
    done: float
    """Share of the source that is read with them, from 0 to 1."""


class StreetSource(Protocol):
    """A source of street tiles."""

    layers: StreetLayers
    """The layers that its features go to."""
    attribution: str
    """Whom to credit for the data, unless the source's user knows better."""

    def boxes(self) -> Iterator[Bbox]:
        """Yield boxes that together hold all features, those that are quickly read first."""
        ...

    def batches(self, bbox: Bbox | None) -> Iterator[Batch]:
        """Yield the features that may lie in a box, or all."""
        ...


def require_features_in(source: StreetSource, bbox: Bbox, name: str) -> None:
    """Raise `BasemapSourceError`, with the source's name, unless a box touches those of a source."""
    west, south, east, north = bbox
    whole: Bbox = (180.0, 90.0, -180.0, -90.0)
    for box in source.boxes():
        if touches(bbox, box):
            return
        (w, s, e, n), (least_x, least_y, most_x, most_y) = box, whole
        whole = (min(w, least_x), min(s, least_y), max(e, most_x), max(n, most_y))
    if whole[0] > whole[2]:
        raise BasemapSourceError(f"{name} has no features")
    swapped = (south, west, north, east)
    hint = f" Write longitudes first: {_written(swapped)}." if touches(swapped, whole) else ""
    raise BasemapSourceError(
        f"nothing of {name} lies in the box {_written(bbox)} (west, south, east, north). "
        f"Choose one that touches {_written(whole)}.{hint}"
    )


def _written(bbox: Bbox) -> str:
    return ",".join(f"{value:.6g}" for value in bbox)


def touches(one: Bbox, other: Bbox) -> bool:
    """Return whether two boxes have a place in common."""
    return one[0] <= other[2] and one[2] >= other[0] and one[1] <= other[3] and one[3] >= other[1]
