"""Reads a shared link: layers, feature, view, panel, and data version."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

from dashboard.i18n.languages import interface_strings, languages
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
    """The state of a page in its address."""

    feature: str | None = None
    """Reference of an existing feature."""
    story: str | None = None
    """Id of an existing chapter."""
    panel: str = EXPLORE
    """One of `PANELS`."""
    subject: str | None = None
    """Layer of the table, or id of the chart."""
    data: str | None = None
    """The data version that the link is pinned to, as in `data_version`."""
    reach: ReachChoice = field(default_factory=ReachChoice)
    """The question about travel times; with one, the panel shows the answer."""
    says: frozenset[str] = frozenset()
    """Which of `layers` and `view` are in the address."""
    problems: tuple[str, ...] = ()
    """Problems of the address, as sentences for the reader."""


def read_selection(query: Mapping[str, str], atlas: Atlas) -> Selection:
    """Read an address; unknown values become problems, the others hold."""
    _ = interface_strings(atlas.language).gettext
    reader = QueryReader(query)
    sentence = _("The atlas is not available in “{lang}”. Its languages are at the top of the page.")
    reader.known("lang", languages(atlas), sentence)
    known_layers = {*atlas.layers, *atlas.waiting}
    for layer_id in filter(None, query.get("layers", "").split(",")):
        if layer_id not in known_layers:
            sentence = _("The address refers to unknown layer “{layer}”.")
            reader.problems.append(sentence.format(layer=layer_id[:60]))
    reader.valid(
        "view",
        VIEW_PATTERN.match,
        _("The view “{view}” in the address can’t be read. It should look like 10/52.26/6.79."),
    )
    feature = reader.valid(
        "feature",
        lambda reference: _may_exist(atlas, reference),
        _("The address refers to unknown feature “{feature}”. Search for its name instead."),
    )
    data = reader.valid(
        "data",
        re.compile(VERSION_PATTERN).fullmatch,
        _("The data version “{data}” can’t be read. It should be twelve digits and letters from a to f."),
    )
    chapters = [chapter.id for chapter in atlas.catalog.chapters]
    panel = reader.known("panel", PANELS, _("The address refers to unknown panel “{panel}”."))
    subjects = {TABLE: list(atlas.layers), CHARTS: [chart.id for chart in atlas.catalog.charts]}
    reach, reach_problems = read_choice(query, atlas)
    reader.problems += reach_problems
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
        problems=tuple(reader.problems),
    )


def _may_exist(atlas: Atlas, reference: str) -> bool:
    """Tell whether a feature exists, or may exist in a database that does not answer at the moment."""
    layer = atlas.catalog.layers.get(reference.partition(".")[0])
    if layer is not None and layer.database is not None and layer.id not in atlas.layers:
        return True
    try:
        return atlas.feature(reference) is not None
    except DatabaseError:
        return True
