"""Names, kinds and facts of features, and links to them, as the page shows them."""

from dataclasses import dataclass

from geodata import Atlas, Feature


@dataclass(frozen=True)
class Link:
    """A link to a feature."""

    name: str
    reference: str
    """`<layer>.<feature id>`."""


@dataclass(frozen=True)
class Fact:
    """A label and its formatted value."""

    label: str
    value: str
    url: str | None = None
    links: tuple[Link, ...] = ()
    """Features that replace the value, or precede it."""
    language: str | None = None
    """Language of the value (BCP 47) if it differs from the page's."""


def kind_of(feature: Feature) -> str:
    """Return the kind of a feature, as its category or else its layer names it."""
    style = feature.layer.style
    value = feature.properties.get(style.category_field or "")
    kinds = {category.value: category.kind for category in style.categories}
    return kinds.get(str(value)) or feature.layer.kind


def name_of(feature: Feature) -> str:
    """Return a feature's name, or its id if it has no name."""
    return str(feature.properties.get("name", feature.id))


def to_link(feature: Feature) -> Link:
    """Return a link to a feature."""
    return Link(name_of(feature), feature.reference)


def to_links(atlas: Atlas, references: list[str]) -> list[Link]:
    """Return links to the features that exist."""
    features = (atlas.feature(reference) for reference in references)
    return [to_link(feature) for feature in features if feature is not None]
