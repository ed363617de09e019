"""Features of a catalog that are more than browsers and people take: shown all the same, and named."""

from __future__ import annotations

from collections.abc import Iterator

import shapely
from shapely.geometry.base import BaseGeometry

from geodata.errors import Problem
from geodata.json_object import JsonObject
from geodata.reading.limits import Limits

LIMITS = Limits()


def check_size(layer_id: str, feature_id: str, properties: JsonObject) -> Iterator[Problem]:
    """Find too many properties, and too long ones."""
    if len(properties) > LIMITS.max_fields:
        yield Problem(
            layer_id,
            feature_id,
            f"has {len(properties):,} properties, more than {LIMITS.max_fields:,}",
            "Keep those that matter.",
        )
    for name, value in properties.items():
        length = len(value) if isinstance(value, str) else 0
        if max(length, len(name)) > LIMITS.max_text_length:
            part = "a text" if length > LIMITS.max_text_length else "a name"
            yield Problem(
                layer_id,
                feature_id,
                f"has {part} of more than {LIMITS.max_text_length:,} characters in `{name[:60]}`",
                "Shorten it, or give the address of what is too long.",
            )


def check_shape_size(layer_id: str, feature_id: str, shape: BaseGeometry) -> Iterator[Problem]:
    """Find too many positions."""
    if shapely.get_num_coordinates(shape) > LIMITS.max_vertices:
        yield Problem(
            layer_id,
            feature_id,
            f"has more than {LIMITS.max_vertices:,} positions",
            "Simplify its shape, or make several features of it.",
        )
