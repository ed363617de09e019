"""What a shared link contains: the layers that are on, the chosen feature, the part of the map in view."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from dashboard.languages import words
from geodata import Atlas

VIEW_PATTERN = re.compile(r"^\d{1,2}(\.\d+)?/-?\d{1,2}(\.\d+)?/-?\d{1,3}(\.\d+)?$")


@dataclass(frozen=True)
class Selection:
    """The state of a page that its address carries."""

    feature: str | None = None
    """`<layer>.<feature id>` of a feature that exists."""
    problems: tuple[str, ...] = ()
    """What in the address means nothing here, as sentences for a reader."""


def read_selection(query: Mapping[str, str], atlas: Atlas) -> Selection:
    """Read an address; what it names and the atlas does not have is said, and the rest still holds."""
    _ = words(atlas.language).gettext
    problems: list[str] = []
    for layer_id in filter(None, query.get("layers", "").split(",")):
        if layer_id not in atlas.layers:
            sentence = _("The address names a layer “{layer}”, which this atlas does not have.")
            problems.append(sentence.format(layer=layer_id[:60]))
    feature = query.get("feature") or None
    if feature is not None and atlas.feature(feature) is None:
        sentence = _("The address names “{feature}”, which this atlas does not have. Look it up in the list.")
        problems.append(sentence.format(feature=feature[:60]))
        feature = None
    view = query.get("view")
    if view is not None and not VIEW_PATTERN.match(view):
        sentence = _("The view “{view}” in the address can't be read. It should look like 10/52.26/6.79.")
        problems.append(sentence.format(view=view[:60]))
    return Selection(feature, tuple(problems))
