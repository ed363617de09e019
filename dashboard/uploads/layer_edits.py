"""Renames, recolors and exports an uploaded layer."""

import re
import tempfile
from dataclasses import replace
from pathlib import Path

from dashboard.downloads.layer import download_headers, refusal
from dashboard.uploads.model import UploadedLayer
from dashboard.web.document import Document
from geodata.atlas.evidence import Card
from geodata.export.formats import FORMATS, ExportFormat, whole_formats
from geodata.large.built_layer import BuiltLayer

MAX_TITLE = 100
"""Maximum length of a layer's title, in characters."""

COLOR = re.compile(r"#[0-9a-fA-F]{6}")

DARK_SHARE = 0.45
"""Share of white in the color of a layer on the dark map."""

IN_MEMORY = ("geojson", "csv", "parquet")
"""Formats of uploads in memory, which are written without a disk."""


def with_title(upload: UploadedLayer, title: str) -> UploadedLayer:
    """Return the layer with another title; raises `ValueError` for an empty one."""
    title = " ".join(title.split())[:MAX_TITLE].strip()
    if not any(character.isprintable() and not character.isspace() for character in title):
        raise ValueError("no name")
    return _with(upload, title=title)


def with_color(upload: UploadedLayer, color: str) -> UploadedLayer:
    """Return the layer in another color (`#b5305f`); raises `ValueError` for anything else."""
    if not COLOR.fullmatch(color):
        raise ValueError("no color")
    style = upload.data.layer.style.model_copy(update={"color": color, "dark_color": _lighter(color)})
    return _with(upload, style=style)


def formats_of(upload: UploadedLayer) -> list[str]:
    """Return the formats in which the layer can be downloaded."""
    return whole_formats(upload.data) if isinstance(upload.data, BuiltLayer) else list(IN_MEMORY)


def layer_file(upload: UploadedLayer, extension: str) -> Document:
    """Return the layer as a file.

    Raises `HTTPException` if the layer has no such format.
    """
    if extension not in formats_of(upload):
        raise refusal(404, f"Unknown format. Available: {', '.join(formats_of(upload))}.")
    data, form = upload.data, FORMATS[extension]
    card: Card = {
        "id": data.layer.id,
        "title": data.layer.title,
        "features": data.count,
        "sources": [{"name": source.name} for source in data.layer.sources],
    }
    content = _write_large(data, card, form) if isinstance(data, BuiltLayer) else form.to_bytes(data, card)
    return Document(content, form.media_type, download_headers(f"{_stem(data.layer.title)}.{form.ending}"))


def _write_large(large: BuiltLayer, card: Card, form: ExportFormat) -> bytes:
    # Written into the folder of its build, which is removed with the upload.
    with tempfile.TemporaryDirectory(dir=large.folder.parent) as folder:
        path = Path(folder) / f"layer.{form.ending}"
        form.write_whole(large, card, path)
        return path.read_bytes()


def _with(upload: UploadedLayer, **changes: object) -> UploadedLayer:
    layer = upload.data.layer.model_copy(update=changes)
    return replace(upload, data=replace(upload.data, layer=layer))


def _lighter(color: str) -> str:
    parts = (int(color[place : place + 2], 16) for place in (1, 3, 5))
    return "#" + "".join(f"{round(part + (255 - part) * DARK_SHARE):02x}" for part in parts)


def _stem(title: str) -> str:
    """Return a title as a safe file name."""
    return re.sub(r"[^\w.-]+", "_", title, flags=re.ASCII).strip("._")[:60] or "layer"
