"""What a shared link contains: layers, feature, view, what the panel shows, and the data it was made with."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from dashboard.languages import words
from geodata import Atlas
from geodata.history import VERSION_PATTERN

VIEW_PATTERN = re.compile(r"^\d{1,2}(\.\d+)?/-?\d{1,2}(\.\d+)?/-?\d{1,3}(\.\d+)?$")

EXPLORE, TABLE, CHARTS = "explore", "table", "charts"
PANELS = (EXPLORE, TABLE, CHARTS)


@dataclass(frozen=True)
class Selection:
    """The state of a page that its address carries."""

    feature: str | None = None
    """`<layer>.<feature id>` of a feature that exists."""
    story: str | None = None
    """Id of a chapter that exists."""
    panel: str = EXPLORE
    """What the panel shows: one of `PANELS`."""
    subject: str | None = None
    """Layer of the table, or id of the chart."""
    data: str | None = None
    """Version of the data that the link is pinned to, as `data_version` has it."""
    says: frozenset[str] = frozenset()
    """Which of `layers` and `view` the address says itself."""
    problems: tuple[str, ...] = ()
    """What in the address means nothing here, as sentences for a reader."""


def read_selection(query: Mapping[str, str], atlas: Atlas) -> Selection:
    """Read an address; what it names and the atlas does not have is said, and the rest still holds."""
    _ = words(atlas.language).gettext
    problems: list[str] = []

    def known(name: str, values: object, sentence: str) -> str | None:
        value = query.get(name) or None
        if value is None or value in values:  # type: ignore[operator]
            return value
        problems.append(sentence.format(**{name: value[:60]}))
        return None

    known_layers = {*atlas.layers, *atlas.large, *atlas.waiting}
    for layer_id in filter(None, query.get("layers", "").split(",")):
        if layer_id not in known_layers:
            sentence = _("The address names a layer “{layer}”, which this atlas does not have.")
            problems.append(sentence.format(layer=layer_id[:60]))
    view = query.get("view")
    if view is not None and not VIEW_PATTERN.match(view):
        sentence = _("The view “{view}” in the address can't be read. It should look like 10/52.26/6.79.")
        problems.append(sentence.format(view=view[:60]))
    feature = query.get("feature") or None
    if feature is not None and atlas.feature(feature) is None:
        sentence = _("The address names “{feature}”, which this atlas does not have. Look it up in the list.")
        problems.append(sentence.format(feature=feature[:60]))
        feature = None
    data = query.get("data") or None
    if data is not None and not re.fullmatch(VERSION_PATTERN, data):
        sentence = _(
            "The version “{data}” of the data can't be read. It has twelve digits and letters from a to f."
        )
        problems.append(sentence.format(data=data[:60]))
        data = None
    chapters = [chapter.id for chapter in atlas.catalog.chapters]
    panel = known("panel", PANELS, _("The address asks for a panel “{panel}”, which there is not."))
    subjects = {TABLE: [*atlas.layers, *atlas.large], CHARTS: [chart.id for chart in atlas.catalog.charts]}
    return Selection(
        feature=feature,
        story=known("story", chapters, _("The address names a chapter “{story}”, which there is not.")),
        panel=panel or EXPLORE,
        subject=known("of", subjects.get(panel or "", ()), _("There is no table or chart of “{of}”.")),
        data=data,
        says=frozenset({"layers", "view"} & set(query)),
        problems=tuple(problems),
    )
