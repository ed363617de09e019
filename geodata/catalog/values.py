"""Checks one value against the type that the catalog declares for its field."""

import datetime
import math
import re
from collections.abc import Callable
from typing import TypeGuard

from geodata.catalog.schema import FieldType


def is_number(value: object) -> TypeGuard[int | float]:
    """Tell whether this is a finite number."""
    return isinstance(value, int | float) and not isinstance(value, bool) and math.isfinite(value)


def _is_service(value: object) -> bool:
    """Tell whether this has a name and the minutes at each stop: rising from 0, null where it passes."""
    if not isinstance(value, dict) or set(value) != {"name", "minutes"} or not isinstance(value["name"], str):
        return False
    minutes = value["minutes"]
    if not isinstance(minutes, list) or not all(item is None or is_number(item) for item in minutes):
        return False
    known = [item for item in minutes if item is not None]
    return len(known) >= 2 and known[0] == 0 and known == sorted(known)


LINK = re.compile(r"https?://[^\s<>\"]+|mailto:[^\s<>\"@:?]+@[^\s<>\"@:?]+", re.IGNORECASE)


def is_date(value: object) -> bool:
    """Tell whether this is a date in ISO 8601."""
    try:
        datetime.date.fromisoformat(str(value))
    except ValueError:
        return False
    return isinstance(value, str)


def is_url(value: object) -> bool:
    """Tell whether this is a web or mail address; the page links nothing else."""
    return isinstance(value, str) and LINK.fullmatch(value) is not None


TYPE_CHECKS: dict[FieldType, Callable[[object], bool]] = {
    "string": lambda value: isinstance(value, str) and bool(value.strip()),
    "choice": lambda value: isinstance(value, str),
    "integer": lambda value: isinstance(value, int) and not isinstance(value, bool),
    "year": lambda value: isinstance(value, int) and not isinstance(value, bool),
    "number": is_number,
    "boolean": lambda value: isinstance(value, bool),
    "date": is_date,
    "url": is_url,
    "list": lambda value: (
        isinstance(value, list) and bool(value) and all(isinstance(item, str) for item in value)
    ),
    "numbers": lambda value: isinstance(value, list) and all(is_number(item) for item in value),
    "services": lambda value: isinstance(value, list) and all(_is_service(item) for item in value),
}
