"""What a shared link contains: layers, feature, view, what the panel shows, and the data it was made with."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

from dashboard.i18n.languages import interface_strings
from dashboard.link.query_reader import QueryReader
from dashboard.link.reach_choice import ReachChoice, read_choice
from geodata import Atlas
from geodata.atlas.versions import VERSION_PATTERN
from geodata.errors import DatabaseError

VIEW_PATTERN = re.compile(r"^\d{1,2}(\.\d+)?/-?\d{1,2}(\.\d+)?/-?\d{1,3}(\.\d+)?$")

EXPLORE, TABLE, CHARTS, REACH = "explore", "table", "charts", "reach"
PANELS = (EXPLORE, TABLE, CHARTS, REACH)


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
    reach: ReachChoice = field(default_factory=ReachChoice)
    """What is asked of the rail network; where anything is, the panel shows it."""
    says: frozenset[str] = frozenset()
    """Which of `layers` and `view` the address says itself."""
    problems: tuple[str, ...] = ()
    """What in the address means nothing here, as sentences for a reader."""


def read_selection(query: Mapping[str, str], atlas: Atlas) -> Selection:
    """Read an address; what it names and the atlas does not have is said, and the rest still holds."""
    _ = interface_strings(atlas.language).gettext
    reader = QueryReader(query)
    problems = reader.problems

    known_layers = {*atlas.layers, *atlas.waiting}
    for layer_id in filter(None, query.get("layers", "").split(",")):
        if layer_id not in known_layers:
            sentence = _("The address refers to unknown layer “{layer}”.")
            problems.append(sentence.format(layer=layer_id[:60]))
    view = query.get("view")
    if view is not None and not VIEW_PATTERN.match(view):
        sentence = _("The view “{view}” in the address can’t be read. It should look like 10/52.26/6.79.")
        problems.append(sentence.format(view=view[:60]))
    feature = query.get("feature") or None
    if feature is not None and not _may_be_there(atlas, feature):
        sentence = _("The address refers to unknown feature “{feature}”. Search for its name instead.")
        problems.append(sentence.format(feature=feature[:60]))
        feature = None
    data = query.get("data") or None
    if data is not None and not re.fullmatch(VERSION_PATTERN, data):
        sentence = _(
            "The data version “{data}” can’t be read. It should be twelve digits and letters from a to f."
        )
        problems.append(sentence.format(data=data[:60]))
        data = None
    chapters = [chapter.id for chapter in atlas.catalog.chapters]
    panel = reader.known("panel", PANELS, _("The address refers to unknown panel “{panel}”."))
    subjects = {TABLE: list(atlas.layers), CHARTS: [chart.id for chart in atlas.catalog.charts]}
    reach, found = read_choice(query, atlas)
    problems.extend(found)
    if panel is None and reach.is_asked:
        panel = REACH
    return Selection(
        feature=feature,
        story=reader.known("story", chapters, _("The address refers to unknown chapter “{story}”.")),
        panel=panel or EXPLORE,
        subject=reader.known(
            "of", subjects.get(panel or "", ()), _("The address refers to unknown table or chart “{of}”.")
        ),
        reach=reach,
        data=data,
        says=frozenset({"layers", "view"} & set(query)),
        problems=tuple(problems),
    )


def _may_be_there(atlas: Atlas, reference: str) -> bool:
    """Tell whether there is a feature; while its database has no answer, nobody says that there is not."""
    layer = atlas.catalog.layers.get(reference.partition(".")[0])
    if layer is not None and layer.database is not None and layer.id not in atlas.layers:
        return True
    try:
        return atlas.feature(reference) is not None
    except DatabaseError:
        return True
