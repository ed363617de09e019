"""What can be wrong with the data, as values that carry facts; the caller chooses the words around them."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any


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

    def __str__(self) -> str:
        """Return the problem as one line."""
        where = self.layer or "catalog"
        if self.feature:
            where += f" feature {self.feature}" if self.feature.startswith("#") else f".{self.feature}"
        return f"{where}: {self.what}. {self.mend}"

    def to_dict(self) -> dict[str, Any]:
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


class SourceError(AtlasError):
    """The file of a layer can't be read, or not to its end."""

    def __init__(self, path: Path, what: str, mend: str) -> None:
        self.path = path
        self.what = what
        self.mend = mend
        super().__init__(f"{path} {what}. {mend}")


class BuildError(AtlasError):
    """A large layer could not be built; the message names the layer, the cause, and what to do."""
