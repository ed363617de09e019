"""Compares the figures of a feature with those of the other features of its kind."""

from dataclasses import dataclass

import geopandas as gpd

from dashboard.i18n.formatting import format_value
from dashboard.views.features import Link, to_link
from geodata import Atlas, Feature
from geodata.features.frame import to_numbers

FEWEST = 3
"""Fewer features are no comparison."""

YEAR = r"(\d{4})"


@dataclass(frozen=True)
class PeerFigure:
    """A figure of a feature, and its place among those of its peers."""

    name: str
    """Of the field."""
    label: str
    value: str
    rank: int
    """1 for the largest; features with the same figure share a rank."""
    count: int
    marks: list[float]
    """Where the figures of the peers lie, in percent from the lowest to the highest."""
    own_mark: float
    lowest: tuple[Link, str]
    highest: tuple[Link, str]
    years: list[str]
    """Years of the figures, if they differ."""


def peer_figures(atlas: Atlas, feature: Feature) -> list[PeerFigure]:
    """Return the figures of a feature in memory that its layer compares, where enough peers have them."""
    layer, data = feature.layer, atlas.in_memory.get(feature.layer.id)
    if data is None:
        return []
    peers, category = data.gdf, layer.style.category_field
    if category is not None:
        peers = peers[peers[category] == feature.properties.get(category)]
    found = []
    for name in layer.peer_fields:
        values = to_numbers(peers[name]).dropna().astype(float)
        if feature.id not in values.index or len(values) < FEWEST or values.nunique() == 1:
            continue
        lowest, highest = values.min(), values.max()
        marks = 100 * (values - lowest) / (highest - lowest)

        def end(peer_id: object, name: str = name) -> tuple[Link, str]:
            peer = data.feature(str(peer_id))
            assert peer is not None  # noqa: S101 - it is in the frame
            return to_link(peer), format_value(peer.properties[name], layer.fields[name], atlas.language)

        found.append(
            PeerFigure(
                name=name,
                label=layer.fields[name].label,
                value=format_value(feature.properties[name], layer.fields[name], atlas.language),
                rank=int((values > values[feature.id]).sum()) + 1,
                count=len(values),
                marks=[round(mark, 1) for mark in marks.drop(feature.id)],
                own_mark=round(marks[feature.id], 1),
                lowest=end(values.idxmin()),
                highest=end(values.idxmax()),
                years=_years(peers.loc[values.index], layer.fields[name].dated_by),
            )
        )
    return found


def _years(peers: gpd.GeoDataFrame, field: str | None) -> list[str]:
    """Return the different years of a field of dates, some in words; none if there is only one."""
    years = (
        set()
        if field is None
        else set(peers[field].astype("string").str.extract(YEAR, expand=False).dropna())
    )
    return sorted(years) if len(years) > 1 else []
