"""Data that people bring along: kept in memory for one session, for nobody else, and gone with it."""

from __future__ import annotations

import os
import secrets
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

from geodata import Atlas, LayerData
from geodata.atlas.session import OwnAtlas
from geodata.errors import Problem
from geodata.large.layer import BuiltLayer
from geodata.uploads.result import Account

REPLICA_VARIABLE = "TWENTE_ATLAS_REPLICA"
"""Environment variable with the name of this server among several; a proxy finds it again by the token."""

State = Literal["reading", "building", "ready", "refused"]


@dataclass(frozen=True, eq=False)
class OwnLayer:
    """A layer of somebody's own, and where the features of its table went."""

    data: LayerData | BuiltLayer
    account: Account


@dataclass
class OwnFile:
    """A file that somebody brought."""

    name: str
    size: int
    """In bytes, as it came."""
    content: bytes = b""
    """Until it has been read, or as long as it is not known in which CRS it is."""
    id: str = field(default_factory=lambda: secrets.token_hex(8))
    state: State = "reading"
    part: float = 0.0
    """Of the work of building, from 0 to 1."""
    layers: dict[str, OwnLayer] = field(default_factory=dict)
    problems: tuple[Problem, ...] = ()
    needs_crs: bool = False
    folder: Path | None = None
    """Of a large layer's build; removed with the file."""
    is_gone: bool = False
    """Whether it was taken away, also while it was still being read."""


def new_token() -> str:
    """Return a token that nobody can guess, after the name of this server where it has one."""
    name = os.environ.get(REPLICA_VARIABLE, "")
    return f"{name}-{secrets.token_urlsafe(32)}" if name else secrets.token_urlsafe(32)


class Visit:
    """What one session brought."""

    def __init__(self, session_id: str) -> None:
        self.session_id = session_id
        self.token = new_token()
        self.files: dict[str, OwnFile] = {}
        self.receiving = 0
        """Bytes that are on their way."""
        self.seen = time.monotonic()
        """When its session was last known to be there."""
        self.colors = 0
        """Given so far."""
        self._atlas: tuple[Atlas, tuple[OwnLayer, ...], OwnAtlas] | None = None

    @property
    def layers(self) -> dict[str, OwnLayer]:
        """All layers, by id, in the order in which they came."""
        return {key: layer for file in list(self.files.values()) for key, layer in file.layers.items()}

    @property
    def size(self) -> int:
        """Of all files together, in bytes."""
        return sum(file.size for file in list(self.files.values()))

    def atlas(self, base: Atlas) -> Atlas:
        """Return an atlas with the layers of this visit in it; the same one until they change."""
        layers = self.layers
        if not layers:
            return base
        parts = tuple(layers.values())
        if self._atlas is None or self._atlas[0] is not base or self._atlas[1] != parts:
            self._atlas = (base, parts, _with_own(base, layers))
        return self._atlas[2]

    def forget(self) -> None:
        """Empty the atlas too: what Streamlit keeps of a session that is over holds on to it."""
        if self._atlas is not None:
            base, _, atlas = self._atlas
            for layers, kept in ((atlas.layers, base.layers), (atlas.large, base.large)):
                for key in [key for key in layers if key not in kept]:
                    del layers[key]
            vars(atlas).pop("_kept", None)
            self._atlas = None


def _with_own(base: Atlas, layers: dict[str, OwnLayer]) -> OwnAtlas:
    small = {key: own.data for key, own in layers.items() if isinstance(own.data, LayerData)}
    large = {key: own.data for key, own in layers.items() if isinstance(own.data, BuiltLayer)}
    entries = {key: own.data.layer for key, own in layers.items()}
    catalog = base.catalog.model_copy(update={"layers": {**base.catalog.layers, **entries}})
    values = {name: getattr(base, name) for name in Atlas.__dataclass_fields__}
    parts = {"catalog": catalog, "layers": {**base.layers, **small}, "large": {**base.large, **large}}
    return OwnAtlas(**{**values, **parts}, base=base)
