"""Models uploaded files and the layers read from them, kept in memory for one session."""

import secrets
import time
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Literal

from dashboard.web.settings import current_settings
from geodata import Atlas, LayerData
from geodata.errors import Problem
from geodata.large.built_layer import BuiltLayer
from geodata.uploads.result import Account

State = Literal["reading", "building", "ready", "refused"]


@dataclass(frozen=True, eq=False)
class UploadedLayer:
    """A layer read from an upload, with the account of its features."""

    data: LayerData | BuiltLayer
    account: Account


@dataclass
class UploadedFile:
    """An uploaded file and what has been read from it."""

    name: str
    size: int
    """In bytes, as uploaded."""
    content: bytes = b""
    """Kept until the file is read, or until its CRS is known."""
    id: str = field(default_factory=lambda: secrets.token_hex(8))
    state: State = "reading"
    part: float = 0.0
    """Progress of building, from 0 to 1."""
    layers: dict[str, UploadedLayer] = field(default_factory=dict)
    problems: tuple[Problem, ...] = ()
    needs_crs: bool = False
    folder: Path | None = None
    """Where a large layer is built; removed with the file."""
    is_gone: bool = False
    """Whether the file was removed, possibly while being read."""


def new_token() -> str:
    """Return an unguessable token; in a fleet it begins with the name of this server."""
    name = current_settings().replica
    return f"{name}-{secrets.token_urlsafe(32)}" if name else secrets.token_urlsafe(32)


class UploadSession:
    """The uploads of one session."""

    def __init__(self, session_id: str) -> None:
        self.session_id = session_id
        """Streamlit's id of the session."""
        self.token = new_token()
        """Secret in the addresses of its uploads."""
        self.files: dict[str, UploadedFile] = {}
        self.receiving = 0
        """Bytes that are being uploaded."""
        self.seen = time.monotonic()
        """When the session last had a connection, on the monotonic clock."""
        self.colors = 0
        """How many layers have got a color so far."""
        self._atlas: tuple[Atlas, tuple[UploadedLayer, ...], Atlas] | None = None

    @property
    def layers(self) -> dict[str, UploadedLayer]:
        """All uploaded layers by id, in the order of upload."""
        return {key: layer for file in list(self.files.values()) for key, layer in file.layers.items()}

    @property
    def size(self) -> int:
        """Size of all files together, in bytes."""
        return sum(file.size for file in list(self.files.values()))

    def atlas(self, base: Atlas) -> Atlas:
        """Return an atlas that also has the uploaded layers; the same object until they change."""
        layers = self.layers
        if not layers:
            return base
        parts = tuple(layers.values())
        if self._atlas is None or self._atlas[0] is not base or self._atlas[1] != parts:
            self._atlas = (base, parts, _with_uploads(base, layers))
        return self._atlas[2]

    def forget(self) -> None:
        """Remove the uploaded layers from the session's atlas, which Streamlit may hold on to."""
        if self._atlas is not None:
            base, _, atlas = self._atlas
            for key in atlas.layers.keys() - base.layers.keys():
                del atlas.layers[key]
            vars(atlas).pop("_kept", None)
            self._atlas = None


def _with_uploads(base: Atlas, uploads: dict[str, UploadedLayer]) -> Atlas:
    added = {key: upload.data for key, upload in uploads.items()}
    entries = {key: data.layer for key, data in added.items()}
    catalog = base.catalog.model_copy(update={"layers": {**base.catalog.layers, **entries}})
    return replace(base, catalog=catalog, layers={**base.layers, **added}, base=base)
