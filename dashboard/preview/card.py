"""The card of an address: what it shows, in words."""

from collections.abc import Mapping
from dataclasses import dataclass

from dashboard.views.features import kind_of, name_of
from geodata import Atlas


@dataclass(frozen=True)
class Card:
    """What a link shows, in the language of its atlas."""

    above: str
    """What kind of thing it is."""
    title: str
    sentence: str
    query: tuple[tuple[str, str], ...] = ()
    """Parameters of the address on which the card depends."""
    features: tuple[str, ...] = ()
    """References of what stands out on the map."""
    bounds: tuple[float, ...] | None = None
    """West, south, east and north of what the map shows; those of its features unless given."""


def card_of(atlas: Atlas, query: Mapping[str, str]) -> Card:
    """Return the card of an address: of its chapter, of its feature, or of the atlas.

    Only layers in memory are asked for a feature: the page does not wait for a database.
    """
    catalog = atlas.catalog
    for chapter in catalog.chapters:
        if chapter.id == query.get("story"):
            return Card(
                above=catalog.title,
                title=chapter.heading,
                sentence=chapter.text[0],
                query=(("story", chapter.id),),
                features=tuple(chapter.features),
                bounds=tuple(chapter.bbox) if chapter.bbox else None,
            )
    layer_id, _, feature_id = query.get("feature", "").partition(".")
    layer = atlas.in_memory.get(layer_id)
    feature = layer.feature(feature_id) if layer else None
    if feature is None:
        return Card("", catalog.title, catalog.summary)
    sentence = str(feature.properties.get("description") or catalog.tagline)
    address = feature.reference
    return Card(kind_of(feature), name_of(feature), sentence, (("feature", address),), (address,))
