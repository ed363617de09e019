"""Finds features of a catalog that are too large for browsers and readers; they are shown all the same."""

from collections.abc import Iterator

import shapely
from shapely.geometry.base import BaseGeometry

from geodata.json_object import JsonObject
from geodata.reading.limits import LIMITS


def check_size(properties: JsonObject) -> Iterator[tuple[str, str]]:
    """Yield what is wrong, and how to correct it, for too many properties and too long ones."""
    if len(properties) > LIMITS.max_fields:
        what = f"has {len(properties):,} properties, more than {LIMITS.max_fields:,}"
        yield what, "Keep only the columns that you need."
    for name, value in properties.items():
        length = len(value) if isinstance(value, str) else 0
        if max(length, len(name)) > LIMITS.max_text_length:
            part = "a text" if length > LIMITS.max_text_length else "a name"
            what = f"has {part} of more than {LIMITS.max_text_length:,} characters in `{name[:60]}`"
            yield what, "Shorten it, or give the address of a longer text."


def check_shape_size(shape: BaseGeometry) -> Iterator[tuple[str, str]]:
    """Yield what is wrong, and how to correct it, for too many positions."""
    if shapely.get_num_coordinates(shape) > LIMITS.max_vertices:
        what = f"has more than {LIMITS.max_vertices:,} positions"
        yield what, "Simplify its shape, or split it into several features."
