"""Describes the changes since the data version that a link is pinned to."""

from __future__ import annotations

import datetime
import logging
import threading
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from dashboard.i18n.formatting import format_iso_date, format_number
from dashboard.i18n.languages import interface_strings
from dashboard.i18n.templating import render_template
from dashboard.link.selection import Selection, read_selection
from dashboard.views.feature_details import name_of
from geodata import Atlas
from geodata.atlas.per_atlas import per_atlas
from geodata.atlas.versions import Changes, LayerChange, changes_since, data_version, remember

NAMED_AT_MOST = 6
"""Maximum number of features named for one kind of change."""

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Named:
    """The features of a layer with one kind of change."""

    label: str
    features: list[tuple[str, str | None]]
    """Names of the first features, with their references if they exist."""
    count: int


@dataclass(frozen=True)
class ChangedLayer:
    """A layer that has changed."""

    title: str
    sentence: str
    """Text about the layer as a whole; may be empty."""
    named: list[Named]


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
    if selection.data is None or selection.data == data_version(atlas):
        return None
    changes = changes_since(atlas, selection.data)
    shown = set() if changes is None else shown_layers(atlas, query) & set(changes.layers)
    return render_template(
        "changes.html",
        atlas.language,
        version=selection.data,
        seen=changes.seen.isoformat() if changes else None,
        layers=[] if changes is None else list(_describe(atlas, changes, shown, query.get("feature", ""))),
        others=0 if changes is None else len(changes.layers) - len(shown),
    )


def sum_up_changes(atlas: Atlas, query: Mapping[str, str]) -> str | None:
    """Return the changes as one paragraph for the map alone, or the problems of the link's version."""
    _ = interface_strings(atlas.language).gettext
    selection = read_selection({"data": query["data"]} if "data" in query else {}, atlas)
    if selection.data is None or selection.data == data_version(atlas):
        return " ".join(selection.problems) or None
    changes = changes_since(atlas, selection.data)
    if changes is None:
        sentence = _(
            "This link is pinned to data version %(version)s, which this server does not have. "
            "You see today’s data, which differ."
        )
        return sentence % {"version": selection.data}
    seen = format_iso_date(changes.seen.isoformat(), atlas.language)
    shown = shown_layers(atlas, query) & set(changes.layers)
    if not shown:
        sentence = _(
            "This link is pinned to data first shown on %(date)s. Nothing that it shows has changed since."
        )
        return sentence % {"date": seen}
    begin = _("This link is pinned to data first shown on %(date)s. What it shows has changed since:")
    parts = [
        f"{layer.title}: {' '.join(filter(None, [layer.sentence, _counts(atlas, layer)]))}"
        for layer in _describe(atlas, changes, shown, query.get("feature", ""))
    ]
    return f"{begin % {'date': seen}} {' · '.join(parts)}"


def _counts(atlas: Atlas, layer: ChangedLayer) -> str:
    return ", ".join(f"{named.label} ({format_number(named.count, atlas.language)})" for named in layer.named)


def shown_layers(atlas: Atlas, query: Mapping[str, str]) -> set[str]:
    """Return the layers of an address: on the map, of its feature, and of its table."""
    if "layers" in query:
        shown = set(query["layers"].split(","))
    else:
        shown = {layer_id for layer_id, layer in atlas.catalog.layers.items() if layer.visible}
    return shown | {query.get("feature", "").partition(".")[0], query.get("of", "")}


def _describe(atlas: Atlas, changes: Changes, shown: set[str], feature: str) -> Iterator[ChangedLayer]:
    _ = interface_strings(atlas.language).gettext
    for layer_id, change in changes.layers.items():
        if layer_id not in shown:
            continue
        sentence = ""
        if not change.was_there:
            sentence = _("This layer is new.")
        elif not change.is_there:
            sentence = _("This layer is no longer there.")
        elif not change.is_counted:
            sentence = _(
                "It has changed. For a layer of this size, the atlas does not record which features."
            )
            sentence += _say_counts(atlas, change)
        layer = atlas.catalog.layers.get(layer_id)
        yield ChangedLayer(layer.title if layer else layer_id, sentence, _names(atlas, change, feature))


def _say_counts(atlas: Atlas, change: LayerChange) -> str:
    """Return the numbers of features before and after, if known."""
    if change.counts is None:
        return ""
    _ = interface_strings(atlas.language).gettext
    before, after = (format_number(count, atlas.language) for count in change.counts)
    if before == after:
        return " " + _("It still has {count} features.").format(count=after)
    return " " + _("It had {before} features, and has {after}.").format(before=before, after=after)


def _names(atlas: Atlas, change: LayerChange, feature: str) -> list[Named]:
    """Return the changed features by kind of change, the feature of the address first."""
    _ = interface_strings(atlas.language).gettext

    def present(feature_ids: list[str]) -> list[tuple[str, str | None]]:
        references = [f"{change.layer_id}.{feature_id}" for feature_id in feature_ids]
        references.sort(key=lambda reference: reference != feature)
        found = [(reference, atlas.feature(reference)) for reference in references[:NAMED_AT_MOST]]
        return [(name_of(one), reference) for reference, one in found if one is not None]

    gone = sorted(change.removed, key=lambda feature_id: f"{change.layer_id}.{feature_id}" != feature)
    named = [
        Named(_("Changed"), present(change.changed), len(change.changed)),
        Named(_("New"), present(change.added), len(change.added)),
        Named(
            _("Gone"),
            [(change.removed[feature_id], None) for feature_id in gone[:NAMED_AT_MOST]],
            len(change.removed),
        ),
    ]
    return [one for one in named if one.count]
