"""Describes the changes since the data version that a link is pinned to."""

import datetime
import logging
import threading
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from markupsafe import Markup

from dashboard.i18n.templating import render_template
from dashboard.link.selection import Selection, read_selection
from dashboard.views.features import name_of
from geodata import Atlas
from geodata.atlas.per_atlas import per_atlas
from geodata.atlas.versions import Changes, LayerChange, changes_since, data_version, remember

NAMED_AT_MOST = 6
"""Maximum number of features named for one kind of change."""

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Group:
    """The features of a layer with one kind of change."""

    kind: str
    """`changed`, `added` or `removed`."""
    count: int
    named: list[tuple[str, str | None]]
    """Names of the first features, with their references if they exist."""


@dataclass(frozen=True)
class ChangedLayer:
    """A layer that has changed."""

    title: str
    change: LayerChange
    groups: list[Group]


@per_atlas()
def remember_soon(atlas: Atlas) -> None:
    """Record the features of this version of the atlas (in English) in the background."""

    def work() -> None:
        try:
            remember(atlas, datetime.datetime.now(datetime.UTC).date())
        except OSError as error:
            log.warning("Can't record this data version: %s", error)

    threading.Thread(target=work, daemon=True).start()


def describe_changes(atlas: Atlas, selection: Selection, query: Mapping[str, str]) -> str | None:
    """Return the changes of what a pinned link shows, as HTML; `None` without changes."""
    return _render("changes.html", atlas, selection, query)


def sum_up_changes(atlas: Atlas, query: Mapping[str, str]) -> str | None:
    """Return the changes as one paragraph for the map alone, or the problems of the link's version."""
    selection = read_selection({"data": query["data"]} if "data" in query else {}, atlas)
    html = _render("changes_summary.html", atlas, selection, query)
    return " ".join(selection.problems) or None if html is None else Markup(html).striptags()  # noqa: S704 - of a template


def _render(template: str, atlas: Atlas, selection: Selection, query: Mapping[str, str]) -> str | None:
    if selection.data is None or selection.data == data_version(atlas):
        return None
    changes = changes_since(atlas, selection.data)
    shown = [] if changes is None else _changed_layers(atlas, changes, query)
    return render_template(
        template,
        atlas.language,
        version=selection.data,
        seen=changes.seen.isoformat() if changes else None,
        layers=shown,
        others=len(changes.layers) - len(shown) if changes else 0,
    )


def shown_layers(atlas: Atlas, query: Mapping[str, str]) -> set[str]:
    """Return the layers of an address: on the map, of its feature, and of its table."""
    if "layers" in query:
        shown = set(query["layers"].split(","))
    else:
        shown = {layer_id for layer_id, layer in atlas.catalog.layers.items() if layer.visible}
    return shown | {query.get("feature", "").partition(".")[0], query.get("of", "")}


def _changed_layers(atlas: Atlas, changes: Changes, query: Mapping[str, str]) -> list[ChangedLayer]:
    """Return the changed layers that an address shows, with the first features of each kind of change."""
    shown, layers = shown_layers(atlas, query), atlas.catalog.layers

    def first(change: LayerChange, feature_ids: Iterable[str]) -> list[str]:
        """Return the first references; that of the address comes before all."""
        references = [f"{change.layer_id}.{feature_id}" for feature_id in feature_ids]
        return sorted(references, key=lambda item: item != query.get("feature"))[:NAMED_AT_MOST]

    def present(change: LayerChange, kind: str, feature_ids: list[str]) -> Group:
        features = filter(None, map(atlas.feature, first(change, feature_ids)))
        return Group(kind, len(feature_ids), [(name_of(item), item.reference) for item in features])

    def removed(change: LayerChange) -> Group:
        references = first(change, sorted(change.removed))
        names = [change.removed[reference.partition(".")[2]] for reference in references]
        return Group("removed", len(change.removed), [(name, None) for name in names])

    found = []
    for layer_id, change in changes.layers.items():
        if layer_id in shown:
            title = layers[layer_id].title if layer_id in layers else layer_id
            groups = [present(change, "changed", change.changed), present(change, "added", change.added)]
            found.append(
                ChangedLayer(title, change, [one for one in (*groups, removed(change)) if one.count])
            )
    return found
