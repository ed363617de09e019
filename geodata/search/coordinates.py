"""Reads coordinates as people write them: decimals or degrees and minutes, with or without letters."""

import re

MAX_LENGTH = 80
"""Maximum number of characters of a text that is read as coordinates."""

NUMBER = r"\d{1,3}(?:[.,]\d{1,12})?"
ANGLE = rf"([+-]?{NUMBER}) ?°? ?(?:({NUMBER}) ?['′] ?)?(?:({NUMBER}) ?\" ?)?"
LETTER = r"(N[B]?|S|Z[B]?|E|O[L]?|W[L]?)"
"""Cardinal directions in English, Dutch (`NB`, `ZB`, `OL`, `WL`) and German."""

PATTERNS = [
    (re.compile(rf"{LETTER} ?{ANGLE} ?[,;/]? ?{LETTER} ?{ANGLE}", re.IGNORECASE), (0, 4)),
    (re.compile(rf"{ANGLE}{LETTER} ?[,;/]? ?{ANGLE}{LETTER}", re.IGNORECASE), (3, 7)),
    (re.compile(rf"(?:geo:)?{ANGLE}(?: ?[,;/] ?| ){ANGLE}", re.IGNORECASE), None),
]
"""Letters before the angle, after it, or none; with the positions of the letters among the groups."""

LOOKALIKES = str.maketrans({"º": "°", "’": "'", "‘": "'", "´": "'", "″": '"', "”": '"', "“": '"', "−": "-"})


def read_coordinates(text: str) -> tuple[float, float] | None:
    """Return longitude and latitude in degrees (WGS 84), or `None` if the text is not a position on Earth.

    Without letters for north and east, the latitude comes first, as in `52.24, 6.85`.
    """
    text = re.sub(r"\s+", " ", text[: MAX_LENGTH + 1]).strip().translate(LOOKALIKES).replace("''", '"')
    if len(text) > MAX_LENGTH:
        return None
    for pattern, letters in PATTERNS:
        match = pattern.fullmatch(text)
        if match is None:
            continue
        groups = list(match.groups())
        sides = [groups.pop(place - shift).upper()[0] for shift, place in enumerate(letters or ())]
        first, second = _degrees(*groups[:3]), _degrees(*groups[3:])
        return _to_lonlat(first, second, "".join(sides) or "NE")
    return None


def _to_lonlat(first: float, second: float, sides: str) -> tuple[float, float] | None:
    """Sort two angles by their directions; `None` unless one is a latitude and one a longitude."""
    is_lat = [side in "NSZ" for side in sides]
    if is_lat[0] == is_lat[1]:
        return None
    signed = [-angle if side in "SZW" else angle for angle, side in zip((first, second), sides, strict=True)]
    lat, lon = signed if is_lat[0] else reversed(signed)
    return (lon, lat) if abs(lat) <= 90 and abs(lon) <= 180 else None


def _degrees(degrees: str, minutes: str | None, seconds: str | None) -> float:
    whole, *parts = (float((part or "0").replace(",", ".")) for part in (degrees, minutes, seconds))
    fraction = parts[0] / 60 + parts[1] / 3600
    return whole - fraction if degrees.startswith("-") else whole + fraction
