"""What people do with a layer of their own: name it, color it, take it along."""

from __future__ import annotations

import re
import tempfile
from dataclasses import replace
from pathlib import Path

from dashboard.downloads.layer import FORMATS, Format, download_headers, refusal
from dashboard.uploads.model import OwnLayer
from dashboard.web.document import Document
from geodata import LayerData
from geodata.atlas.evidence import Card
from geodata.export.large_layer import WRITERS
from geodata.export.layer import to_csv
from geodata.large.layer import BuiltLayer

MAX_TITLE = 100

COLOR = re.compile(r"#[0-9a-fA-F]{6}")

DARK_SHARE = 0.45
"""Of white, in the color that a layer has on the dark map."""

IN_MEMORY = ("geojson", "csv", "parquet")
"""Formats that are written without a disk; large layers, which are on one, come in those of `WRITERS`."""

CSV = Format("text/csv; charset=utf-8", "csv", lambda data, card, _: to_csv(data))
"""Without the zip that the evidence of a catalog's layer needs."""


def with_title(own: OwnLayer, title: str) -> OwnLayer:
    """Return a layer under another name; raises `ValueError` where it is none."""
    title = " ".join(title.split())[:MAX_TITLE].strip()
    if not any(character.isprintable() and not character.isspace() for character in title):
        raise ValueError("no name")
    return _with(own, title=title)


def with_color(own: OwnLayer, color: str) -> OwnLayer:
    """Return a layer in another color (`#b5305f`); raises `ValueError` where it is none."""
    if not COLOR.fullmatch(color):
        raise ValueError("no color")
    style = own.data.layer.style.model_copy(update={"color": color, "dark_color": _lighter(color)})
    return _with(own, style=style)


def formats_of(own: OwnLayer) -> list[str]:
    """Return the formats in which a layer can be taken along."""
    return [name for name in FORMATS if name in WRITERS] if _is_large(own) else list(IN_MEMORY)


def own_file(own: OwnLayer, extension: str) -> Document:
    """Return a layer as a file of a format.

    Raises
    ------
    HTTPException
        If it can't be had in this format.
    """
    if extension not in formats_of(own):
        raise refusal(404, f"There is no such format. There are: {', '.join(formats_of(own))}.")
    data, form = own.data, CSV if extension == "csv" else FORMATS[extension]
    card: Card = {
        "id": data.layer.id,
        "title": data.layer.title,
        "features": data.count,
        "sources": [{"name": source.name} for source in data.layer.sources],
    }
    if isinstance(data, LayerData):
        content = form.write(data, card, "")
    else:
        content = _write_large(data, card, extension)
    return Document(content, form.media_type, download_headers(f"{_stem(data.layer.title)}.{form.ending}"))


def _write_large(large: BuiltLayer, card: Card, extension: str) -> bytes:
    # Beside its build, which is removed with it.
    with tempfile.TemporaryDirectory(dir=large.folder.parent) as folder:
        path = Path(folder) / f"layer.{extension}"
        WRITERS[extension](large, card, path)
        return path.read_bytes()


def _with(own: OwnLayer, **changes: object) -> OwnLayer:
    layer = own.data.layer.model_copy(update=changes)
    return replace(own, data=replace(own.data, layer=layer))


def _is_large(own: OwnLayer) -> bool:
    return isinstance(own.data, BuiltLayer)


def _lighter(color: str) -> str:
    parts = (int(color[place : place + 2], 16) for place in (1, 3, 5))
    return "#" + "".join(f"{round(part + (255 - part) * DARK_SHARE):02x}" for part in parts)


def _stem(title: str) -> str:
    """Return a title as every disk and header takes it."""
    return re.sub(r"[^\w.-]+", "_", title, flags=re.ASCII).strip("._")[:60] or "layer"
