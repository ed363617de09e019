"""The properties of features that no catalog describes: which fields they have, and values that keep to them.

Names become ids that are safe in any address, script or table; the label keeps the name as it was.
"""

from __future__ import annotations

import json
import math
import re
import unicodedata
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from geodata.catalog.schema import COMMON_FIELDS, DataField
from geodata.catalog.values import is_date, is_url
from geodata.errors import RefusedError, message
from geodata.json_object import JsonObject
from geodata.reading.limits import Limits

NAMES = ("name", "naam", "title", "titel", "label", "bezeichnung")
"""Properties that may name a feature, the likeliest first."""

PROSE = ("name", "description")
"""Properties that mean the same wherever they come from."""

RESERVED = {*COMMON_FIELDS, "id", "geometry", "constructor", "prototype"} - set(PROSE)

MAX_ID_LENGTH = 40
MAX_LABEL_LENGTH = 100

MAX_EXACT = 2**53 - 1
"""A browser tells no larger whole number from its neighbor."""

NO_NUMBER = message("values that are no number, left empty")
BROKEN_TEXT = message("texts with half a character, which is replaced")
CUT_TEXT = message("texts that are too long, cut off")


@dataclass(frozen=True)
class Properties:
    """Fields, and the values of each feature by their ids."""

    fields: dict[str, DataField]
    rows: list[JsonObject]
    name_field: str
    """What the file calls the property that names a feature."""
    repaired: Counter[str]
    """What had to be changed → in how many features."""


def describe(rows: list[JsonObject], limits: Limits) -> Properties:
    """Return the fields of features and their values; raises `RefusedError` for too many fields."""
    names = dict.fromkeys(name for row in rows for name, value in row.items() if value is not None)
    if len(names) > limits.max_fields:
        what = message("has {count} properties, more than {limit}", count=len(names), limit=limits.max_fields)
        raise RefusedError(what, message("Keep those that matter, and export it again."))
    repaired: Counter[str] = Counter()
    cleaned = [_clean_row(row, limits, repaired) for row in rows]
    name_field = _name_of(names)
    ids = to_ids(names, name_field)
    kinds = {name: _kind_of([row[name] for row in cleaned if row.get(name) is not None]) for name in names}
    fields = {
        ids[name]: DataField(label=_label(name), type=kinds[name], column=None if ids[name] == name else name)
        for name in names
        if ids[name] not in PROSE
    }
    values = [
        {
            ids[name]: _to_value(value, "string" if ids[name] in PROSE else kinds[name])
            for name, value in row.items()
            if value is not None
        }
        for row in cleaned
    ]
    return Properties(fields, values, name_field, repaired)


def to_ids(names: Iterable[str], name_field: str = "name") -> dict[str, str]:
    """Return an id for each name: lower-case letters, digits and underscores, none of them twice."""
    ids: dict[str, str] = {name_field: "name", "description": "description"}
    taken = set(PROSE) | RESERVED
    for name in names:
        if name in ids:
            continue
        plain = unicodedata.normalize("NFKD", name[: 2 * MAX_LABEL_LENGTH]).encode("ascii", "ignore").decode()
        stem = re.sub(r"[^a-z0-9]+", "_", plain.lower()).strip("_")[:MAX_ID_LENGTH] or "field"
        stem = stem if stem[0].isalpha() else f"field_{stem}"
        found, number = stem, 1
        while found in taken:
            number += 1
            found = f"{stem}_{number}"
        taken.add(found)
        ids[name] = found
    return ids


def _name_of(names: Iterable[str]) -> str:
    """Return the property that is likeliest to name a feature."""
    folded = {name.casefold(): name for name in reversed(list(names))}
    return next((folded[name] for name in NAMES if name in folded), "name")


def _label(name: str) -> str:
    text = " ".join(name.encode("utf-8", "replace").decode().split())
    if not text:
        return "(empty)"
    return text if len(text) <= MAX_LABEL_LENGTH else f"{text[: MAX_LABEL_LENGTH - 1]}…"


def _clean_row(row: JsonObject, limits: Limits, repaired: Counter[str]) -> JsonObject:
    found: set[str] = set()
    result = {name: clean(value, limits, found) for name, value in row.items()}
    repaired.update(found)
    return result


def clean(value: Any, limits: Limits, found: set[str]) -> Any:
    """Return a value as JSON and UTF-8 have it, and take note of what they don't."""
    if isinstance(value, str):
        if len(value) > limits.max_text_length:
            found.add(CUT_TEXT)
            value = f"{value[: limits.max_text_length - 1]}…"
        try:
            value.encode()
        except UnicodeEncodeError:
            found.add(BROKEN_TEXT)
            value = value.encode("utf-8", "replace").decode()
        return value
    if isinstance(value, float):
        if not math.isfinite(value):
            found.add(NO_NUMBER)
            return None
        return value
    if isinstance(value, list | tuple):
        return [clean(item, limits, found) for item in value]
    if isinstance(value, dict):
        return {
            str(clean(str(key), limits, found)): clean(item, limits, found) for key, item in value.items()
        }
    if isinstance(value, bytes):
        return value.hex()
    if isinstance(value, int):
        return exact(value)
    return value if value is None else str(value)


def exact(value: int) -> int | str:
    """Return a whole number as a browser takes it without loss: as a text where it is too large."""
    return value if abs(value) <= MAX_EXACT else str(value)


def _kind_of(values: list[Any]) -> Any:
    """Return the type of a field that has these values."""
    types = {type(value) for value in values}
    if types == {bool}:
        return "boolean"
    if types <= {int, float} and types:
        return "integer" if types == {int} else "number"
    if types == {list} and all(isinstance(item, str) for value in values for item in value):
        return "list"
    if types == {str}:
        return "date" if all(map(is_date, values)) else "url" if all(map(is_url, values)) else "string"
    return "string"


def _to_value(value: Any, kind: str) -> Any:
    """Return a value as a field of this type has it; in a field of mixed values, each is a text."""
    if kind != "string" or isinstance(value, str):
        return value
    return json.dumps(value, ensure_ascii=False) if isinstance(value, bool | list | dict) else str(value)
