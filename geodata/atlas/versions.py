"""Remembers versions of the data and compares them, for links that name the version they were made with.

A file for each version holds the name and a short hash of each feature, and the number of features of large
layers. Files are kept in the cache; those in a folder beside the catalog are found too.
"""

import contextlib
import datetime
import hashlib
import json
import os
from dataclasses import dataclass, field

import shapely
from pydantic import BaseModel, ValidationError

from geodata.atlas.atlas import Atlas
from geodata.atlas.per_atlas import per_atlas
from geodata.features.feature_layer import FeatureLayer
from geodata.features.layer_data import LayerData
from geodata.large.cache import cache_folder

FOLDER = "history"
"""Folder of the files, in the cache and beside the catalog."""

VERSION_PATTERN = r"[0-9a-f]{12}"
HASH_DIGITS = 12


class LayerRecord(BaseModel):
    """What a version remembers of a layer."""

    sha256: str
    features: dict[str, tuple[str, str]] | None
    """Id → hash and name; `None` for a large layer."""
    count: int | None = None
    """Number of features of a large layer; missing in older files."""


class Record(BaseModel):
    """What is remembered of a version."""

    seen: datetime.date
    """Day on which it was first shown."""
    layers: dict[str, LayerRecord]


@dataclass(frozen=True)
class LayerChange:
    """How a layer differs from a version."""

    layer_id: str
    added: list[str] = field(default_factory=list)
    """Ids of features, in the order of the layer."""
    changed: list[str] = field(default_factory=list)
    removed: dict[str, str] = field(default_factory=dict)
    """Ids of removed features → their English names."""
    is_counted: bool = True
    """Whether the changed features are known; those of large layers are not."""
    counts: tuple[int, int] | None = None
    """Number of features of a large layer before and now, if known."""
    was_there: bool = True
    is_there: bool = True


@dataclass(frozen=True)
class Changes:
    """How an atlas differs from a version."""

    seen: datetime.date
    """Day on which the version was first shown."""
    layers: dict[str, LayerChange]
    """Changed layers in the order of the catalog, removed layers last."""


@per_atlas()
def data_version(atlas: Atlas) -> str:
    """Return 12 hexadecimal digits that identify the files of all layers; the same in every language."""
    text = "".join(f"{layer_id} {data.sha256}\n" for layer_id, data in sorted(atlas.layers.items()))
    return hashlib.sha256(text.encode()).hexdigest()[:12]


def remember(atlas: Atlas, today: datetime.date) -> None:
    """Remember the version of an atlas (in English) in the cache, unless it is known.

    Raises `OSError` if the cache can't be written.
    """
    path = cache_folder() / FOLDER / f"{data_version(atlas)}.json"
    if path.exists():
        return
    path.parent.mkdir(parents=True, exist_ok=True)
    layers = {layer_id: _record(data) for layer_id, data in atlas.layers.items()}
    part = path.with_suffix(f".{os.getpid()}.part")
    part.write_text(Record(seen=today, layers=layers).model_dump_json(), encoding="utf-8")
    part.replace(path)


def changes_since(atlas: Atlas, version: str) -> Changes | None:
    """Return how an atlas differs from a version; `None` for an unknown version."""
    try:
        return _changes_since(atlas.english or atlas, version)
    except LookupError:
        return None


@per_atlas(maxsize=64)
def _changes_since(atlas: Atlas, version: str) -> Changes:
    record = _read(atlas, version)
    now, then = atlas.layers, record.layers
    found = [
        _compare(layer_id, now.get(layer_id), then.get(layer_id))
        for layer_id in [*now, *sorted(then.keys() - now)]
    ]
    layers = {change.layer_id: change for change in found if change is not None}
    return Changes(record.seen, layers)


def _record(data: FeatureLayer) -> LayerRecord:
    if not isinstance(data, LayerData):
        return LayerRecord(sha256=data.sha256, features=None, count=data.count)
    names = {key: str(row.get("name", key)) for key, row in data.properties.items()}
    features = {key: (digest, names[key]) for key, digest in _hashes(data).items()}
    return LayerRecord(sha256=data.sha256, features=features)


def _hashes(data: LayerData) -> dict[str, str]:
    """Return feature id → hash of its properties and geometry."""
    hashes = {}
    for feature_id, row in data.properties.items():
        properties = json.dumps(row, sort_keys=True, ensure_ascii=False).encode()
        content = properties + shapely.to_wkb(data.geometries[feature_id], byte_order=1)
        hashes[feature_id] = hashlib.sha256(content).hexdigest()[:HASH_DIGITS]
    return hashes


def _read(atlas: Atlas, version: str) -> Record:
    """Return what is remembered of a version; raises `LookupError` for an unknown version."""
    for folder in (atlas.folder / FOLDER, cache_folder() / FOLDER):
        with contextlib.suppress(OSError, ValidationError):
            return Record.model_validate_json((folder / f"{version}.json").read_bytes())
    raise LookupError(version)


def _compare(layer_id: str, now: FeatureLayer | None, then: LayerRecord | None) -> LayerChange | None:
    if then is None:
        return LayerChange(layer_id, was_there=False)
    if now is None:
        return LayerChange(layer_id, is_there=False)
    if now.sha256 == then.sha256:
        return None
    known = then.features
    if known is None or not isinstance(now, LayerData):
        before = then.count if known is None else len(known)
        counts = None if before is None else (before, now.count)
        return LayerChange(layer_id, is_counted=False, counts=counts)
    hashes = _hashes(now)
    change = LayerChange(
        layer_id,
        added=[key for key in hashes if key not in known],
        changed=[key for key, digest in hashes.items() if key in known and known[key][0] != digest],
        removed={key: name for key, (_, name) in known.items() if key not in hashes},
    )
    # Another order or spelling of the file changes nothing that users see.
    return change if change.added or change.changed or change.removed else None
