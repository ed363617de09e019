"""Compares the figures of a feature with those of the other features of its kind."""

from dataclasses import dataclass

from dashboard.i18n.formatting import format_value
from dashboard.views.features import Link, to_link
from geodata import Atlas, Feature
from geodata.atlas.per_atlas import per_atlas
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
    category = layer.style.category_field
    kind = None if category is None else str(feature.properties.get(category))
    found = []
    for name in layer.peer_fields:
        values, years = _figures_of_kind(atlas, layer.id, kind, name)
        if feature.id not in values or len(values) < FEWEST:
            continue
        lowest, highest = min(values, key=values.__getitem__), max(values, key=values.__getitem__)
        extent = values[highest] - values[lowest]
        if extent == 0:
            continue
        marks = {peer: round(100 * (value - values[lowest]) / extent, 1) for peer, value in values.items()}

        def end(peer_id: str, name: str = name) -> tuple[Link, str]:
            peer = data.feature(peer_id)
            assert peer is not None  # noqa: S101 - it has the figure
            return to_link(peer), format_value(peer.properties[name], layer.fields[name], atlas.language)

        found.append(
            PeerFigure(
                name=name,
                label=layer.fields[name].label,
                value=format_value(feature.properties[name], layer.fields[name], atlas.language),
                rank=1 + sum(value > values[feature.id] for value in values.values()),
                count=len(values),
                own_mark=marks.pop(feature.id),
                marks=list(marks.values()),
                lowest=end(lowest),
                highest=end(highest),
                years=list(years),
            )
        )
    return found


@per_atlas()
def _figures_of_kind(
    atlas: Atlas, layer_id: str, kind: str | None, name: str
) -> tuple[dict[str, float], tuple[str, ...]]:
    """Return a figure of the features of one kind by id, and the years of the figures if they differ."""
    data = atlas.in_memory[layer_id]
    peers, category = data.gdf, data.layer.style.category_field
    if category is not None:
        peers = peers[peers[category] == kind]
    values = to_numbers(peers[name]).dropna().astype(float)
    dated_by = data.layer.fields[name].dated_by
    years: set[str] = set()
    if dated_by is not None:
        dates = peers.loc[values.index, dated_by].astype("string")
        years = set(dates.str.extract(YEAR, expand=False).dropna())
    return {str(key): value for key, value in values.items()}, tuple(sorted(years)) if len(years) > 1 else ()
