"""Infers the fields of features that no catalog describes, and cleans values for JSON.

Names become ids that are safe in any address, script or table; the label keeps the name of the file.
"""

import json
import math
import re
import unicodedata
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

from geodata.catalog.schema import COMMON_FIELDS, DataField, FieldType
from geodata.catalog.values import is_date, is_url
from geodata.errors import RefusedError, message
from geodata.json_object import JsonObject
from geodata.reading.limits import Limits

NAMES = ("name", "naam", "title", "titel", "label", "bezeichnung")
"""Properties that may hold the name of a feature, the likeliest first."""

PROSE = ("name", "description")
"""Properties that mean the same in every file."""

RESERVED = {*COMMON_FIELDS, "id", "geometry", "constructor", "prototype"} - set(PROSE)

MAX_ID_LENGTH = 40
MAX_LABEL_LENGTH = 100

MAX_EXACT = 2**53 - 1
"""Largest whole number that a browser does not round."""

NO_NUMBER = message("values that are not numbers, left empty")
BROKEN_TEXT = message("texts with half a character, replaced")
CUT_TEXT = message("texts that are too long, cut off")


@dataclass(frozen=True)
class Properties:
    """Inferred fields, and the properties of each feature by the ids of these fields."""

    fields: dict[str, DataField]
    rows: list[JsonObject]
    name_field: str
    """Property of the file that holds the name of a feature."""
    repaired: Counter[str]
    """What was changed → number of features."""


def describe(rows: list[JsonObject], limits: Limits) -> Properties:
    """Return the fields of features and their properties; raises `RefusedError` for too many fields."""
    names = dict.fromkeys(name for row in rows for name, value in row.items() if value is not None)
    if len(names) > limits.max_fields:
        what = message("has {count} properties, more than {limit}", count=len(names), limit=limits.max_fields)
        raise RefusedError(what, message("Keep only the properties that you need, and export it again."))
    repaired: Counter[str] = Counter()
    cleaned = []
    for row in rows:
        found: set[str] = set()
        cleaned.append({name: clean(value, limits, found) for name, value in row.items()})
        repaired.update(found)
    folded = {name.casefold(): name for name in reversed(list(names))}
    name_field = next((folded[name] for name in NAMES if name in folded), "name")
    ids = to_ids(names, name_field)
    types = {name: _type_of([row[name] for row in cleaned if row.get(name) is not None]) for name in names}
    fields = {
        ids[name]: DataField(label=_label(name), type=types[name], column=None if ids[name] == name else name)
        for name in names
        if ids[name] not in PROSE
    }
    values = [
        {
            ids[name]: _to_value(value, "string" if ids[name] in PROSE else types[name])
            for name, value in row.items()
            if value is not None
        }
        for row in cleaned
    ]
    return Properties(fields, values, name_field, repaired)


def to_ids(names: Iterable[str], name_field: str = "name") -> dict[str, str]:
    """Return a unique id for each name, of lower-case letters, digits and underscores."""
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


def _label(name: str) -> str:
    text = " ".join(name.encode("utf-8", "replace").decode().split())
    if not text:
        return "(empty)"
    return text if len(text) <= MAX_LABEL_LENGTH else f"{text[: MAX_LABEL_LENGTH - 1]}…"


def clean_row(row: JsonObject, limits: Limits, found: set[str]) -> JsonObject:
    """Return properties as JSON and UTF-8 can hold them; `found` gets what was wrong."""
    return {str(clean(str(name), limits, found)): clean(value, limits, found) for name, value in row.items()}


def clean(value: object, limits: Limits, found: set[str]) -> object:
    """Return a value as JSON and UTF-8 can hold it; `found` gets what was wrong."""
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
        return clean_row(value, limits, found)
    if isinstance(value, bytes):
        return value.hex()
    if isinstance(value, int):
        return exact(value)
    return value if value is None else str(value)


def exact(value: int) -> int | str:
    """Return a whole number, as text if a browser would round it."""
    return value if abs(value) <= MAX_EXACT else str(value)


def _type_of(values: list[object]) -> FieldType:
    found = {type(value) for value in values}
    if found == {bool}:
        return "boolean"
    if found <= {int, float} and found:
        return "integer" if found == {int} else "number"
    texts = [isinstance(item, str) for value in values if isinstance(value, list) for item in value]
    if found == {list} and all(texts):
        return "list"
    if found == {str}:
        return "date" if all(map(is_date, values)) else "url" if all(map(is_url, values)) else "string"
    return "string"


def _to_value(value: object, field_type: FieldType) -> object:
    """Return a value for a field of this type; each value of a field of mixed types becomes a text."""
    if field_type != "string" or isinstance(value, str):
        return value
    return json.dumps(value, ensure_ascii=False) if isinstance(value, bool | list | dict) else str(value)
