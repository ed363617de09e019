"""What can be wrong with the data, as values that carry facts; the caller chooses the words around them."""

import unicodedata
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass
from pathlib import Path

from geodata.json_object import JsonObject

QUOTED_LENGTH = 60
"""Maximum number of characters of a file's content that a message repeats."""


class Sentence(str):
    """An English text that can be translated: it knows its template and the values in it."""

    template: str
    values: Mapping[str, object]

    def in_words(self, translate: Callable[[str], str], number: Callable[[int], str] = str) -> str:
        """Return the sentence in the language of a `gettext` function and of a format for whole numbers."""
        values = {
            name: value.in_words(translate, number) if isinstance(value, Sentence) else value
            for name, value in self.values.items()
        }
        return _fill(translate(self.template), values, number)


def message(template: str, **values: object) -> Sentence:
    """Return a sentence with each `{name}` filled in.

    Values are shortened and lose invisible characters, so that the message stays one line, read from left to
    right.
    """
    shown = {
        name: value if isinstance(value, int | Sentence) else quoted(value) for name, value in values.items()
    }
    sentence = Sentence(_fill(template, shown, "{:,}".format))
    sentence.template, sentence.values = template, shown
    return sentence


def quoted(value: object) -> str:
    """Return a value of a file as a message repeats it: printable, on one line, short."""
    text = " ".join(str(value)[: 4 * QUOTED_LENGTH].split())
    text = "".join(sign for sign in text if unicodedata.category(sign)[0] != "C")
    return text if len(text) <= QUOTED_LENGTH else f"{text[: QUOTED_LENGTH - 1]}…"


def _fill(template: str, values: Mapping[str, object], number: Callable[[int], str]) -> str:
    said = {name: number(value) if isinstance(value, int) else value for name, value in values.items()}
    return template.format(**said)


@dataclass(frozen=True)
class Problem:
    """One thing that is wrong, where it is, and how to mend it."""

    layer: str | None
    """Id of the layer; `None` where the catalog itself is meant."""
    feature: str | None
    """Id of the feature, or its place in the file (`#3`, counted from 1)."""
    what: str
    """What is wrong, as the second half of a sentence that starts with the place."""
    mend: str
    """What to do about it, as a sentence."""
    is_warning: bool = False
    """Whether it may stay: time has passed, and a person has to look."""

    def __str__(self) -> str:
        """Return the problem as one line."""
        where = self.layer or "catalog"
        if self.feature:
            where += f" feature {self.feature}" if self.feature.startswith("#") else f".{self.feature}"
        return f"{where}: {self.what}. {self.mend}"

    def to_dict(self) -> JsonObject:
        """Return the problem as JSON-ready facts."""
        return asdict(self)


class AtlasError(Exception):
    """Base class of every error that this package raises on purpose."""


class CatalogError(AtlasError):
    """The catalog can't be read at all, so that no layer is known."""


class UnknownLayerError(AtlasError, KeyError):
    """No layer has this id."""

    def __init__(self, layer_id: str, known: list[str]) -> None:
        self.layer_id = layer_id
        self.known = known
        super().__init__(f"no layer `{layer_id}`; there are {', '.join(known)}")

    def __str__(self) -> str:
        """Return the sentence without the quotes that `KeyError` adds."""
        return str(self.args[0])


class RefusedError(AtlasError):
    """A file or one of its tables can't be read to its end; says why, and what to do."""

    def __init__(self, what: str, mend: str) -> None:
        self.what = what
        self.mend = mend
        super().__init__(f"{what}. {mend}")


class MissingCrsError(RefusedError):
    """Nobody says in which CRS the coordinates are."""


class SourceError(RefusedError):
    """The file of a layer is refused."""

    def __init__(self, path: Path, what: str, mend: str) -> None:
        self.path = path
        self.what = what
        self.mend = mend
        AtlasError.__init__(self, f"{path} {what}. {mend}")


class BuildError(AtlasError):
    """A large layer could not be built; the message names the layer, the cause, and what to do."""


class RefreshError(AtlasError):
    """A service, or what it answered, can't refresh a layer; the message says which, why, and what to do."""


class DatabaseError(RefusedError):
    """A database does not answer, or not what a layer needs; says which layer or connection, and why.

    Nothing of the address of a connection is in it.
    """

    def __init__(self, what: str, mend: str, *, is_passing: bool) -> None:
        super().__init__(what, mend)
        self.is_passing = is_passing
        """Whether it may pass without a correction: the database is unreachable, or too slow."""
