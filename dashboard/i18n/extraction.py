"""Extracts the translatable texts of the interface from templates, code and the list of the map's texts.

Messages about uploads (`message(…)` in `geodata`) are included, as the page shows them.
"""

import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO

from babel.messages.extract import DEFAULT_KEYWORDS, extract_from_dir

from geodata.i18n.messages import Message

PACKAGE = Path(__file__).parents[1]
GEODATA = PACKAGE.parent / "geodata"

METHODS = [
    ("**.py", "python"),
    ("templates/**.html", "jinja2"),
    ("templates/**.json", "jinja2"),
    ("templates/**.txt", "jinja2"),
    ("map/texts.toml", f"{__name__}:read_toml"),
    ("views/name_kinds.toml", f"{__name__}:read_titles"),
]


def interface_messages() -> Iterator[Message]:
    """Yield every text of the interface; `place` is its file."""
    for folder, keywords in ((PACKAGE, {**DEFAULT_KEYWORDS, "message": None}), (GEODATA, {"message": None})):
        found = extract_from_dir(folder, METHODS, keywords=keywords)
        for file, _, text, _, _ in sorted(found, key=lambda message: message[:2]):
            singular, plural = text[:2] if isinstance(text, tuple) else (text, None)
            yield Message(singular, f"{folder.name}/{file}", plural=plural)


def read_toml(file: BinaryIO, *_: object, **__: object) -> Iterator[tuple[int, None, str, list[str]]]:
    """Yield the texts of a TOML file, as Babel's extractors do."""
    for place, text in enumerate(tomllib.load(file).values()):
        yield place, None, text, []


def read_titles(file: BinaryIO, *_: object, **__: object) -> Iterator[tuple[int, None, str, list[str]]]:
    """Yield the titles of the tables within the tables of a TOML file."""
    titles = [row["title"] for table in tomllib.load(file).values() for row in table.values()]
    for place, text in enumerate(dict.fromkeys(titles)):
        yield place, None, text, []
