"""Checks a file that GDAL read: features left out or repaired, and claims of the catalog that do not hold."""

from collections.abc import Iterator, Mapping, Sequence

from geodata.catalog.schema import Layer
from geodata.errors import Problem
from geodata.features.geometry_repair import LEGAL
from geodata.reading.columns import Column

MATCHING_TYPES = {
    "integer": {"integer"},
    "year": {"integer"},
    "number": {"integer", "number"},
    "boolean": {"boolean"},
    "list": {"json"},
    "numbers": {"json"},
    "services": {"json"},
}
"""Type of a field → types of its column; other types need a string column."""


def check_repaired(layer: Layer, repaired: Mapping[str, int]) -> Iterator[Problem]:
    """Report features that are shown repaired."""
    for what, count in repaired.items():
        if what not in LEGAL:
            noun = "feature" if count == 1 else "features"
            mend = f"Correct the {layer.medium}."
            yield Problem(layer.id, None, f"shows {count} repaired {noun}: {what}", mend)


def check_source(
    layer: Layer, count_in: int, left_out: Mapping[str, int], columns: Sequence[Column]
) -> Iterator[Problem]:
    """Check a file against the claims of its layer, by its columns and by the counts of its reading."""
    for reason, count in left_out.items():
        noun = "feature" if count == 1 else "features"
        what = f"leaves out {count} {noun} of {count_in} in {layer.origin}: {reason}"
        yield Problem(layer.id, None, what, f"Correct the {layer.medium}.")
    if layer.count is not None and layer.count != count_in:
        what = f"has {count_in} features where the catalog claims {layer.count}"
        yield Problem(layer.id, None, what, f"Correct `count`, or the {layer.medium}.")
    known = {column.name: column for column in columns}
    for name, field in layer.fields.items():
        if name not in known:
            mend = f"It has {', '.join(known) or 'none'}."
            yield Problem(layer.id, None, f"declares `{name}`, missing in {layer.origin}", mend)
        elif known[name].type not in MATCHING_TYPES.get(field.type, {"string"}):
            what = f"declares `{name}` as {field.type}, but {layer.origin} has it as {known[name].type}"
            yield Problem(layer.id, None, what, f"Correct `type`, or the {layer.medium}.")
    if layer.style.category_field is not None and columns and layer.style.category_field not in known:
        what = f"refers to category_field `{layer.style.category_field}`, missing in {layer.origin}"
        yield Problem(layer.id, None, what, "Correct it.")
