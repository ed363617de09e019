"""Lists the features near another, beside it and inside it."""

from dashboard.i18n.formatting import format_distance, sort_key
from dashboard.i18n.languages import interface_strings
from dashboard.views.features import Fact, to_link
from geodata import Atlas, Feature
from geodata.spatial.relations import relations_of


def related_facts(atlas: Atlas, feature: Feature) -> list[Fact]:
    """Return the features near it, beside it and inside it."""
    _ = interface_strings(atlas.language).gettext
    relations = relations_of(atlas.shared, feature)
    labels = [(_("Nearest: {kind}"), relations.nearest), (_("Distance: {kind}"), relations.distances)]
    facts = [
        Fact(
            label.format(kind=near.feature.layer.kind),
            format_distance(near.distance_km * 1000, atlas.language),
            links=(to_link(near.feature),),
        )
        for label, found in labels
        for near in found
    ]
    groups = {atlas.in_memory[layer_id].layer.title: found for layer_id, found in relations.inside.items()}
    if relations.neighbors:
        groups = {_("Neighbours"): relations.neighbors, **groups}
    for title, found in groups.items():
        links = tuple(sorted((to_link(item) for item in found), key=lambda link: sort_key(link.name)))
        facts.append(Fact(title, "", links=links))
    return facts
