"""What is too much to be made in memory: a large layer, or all layers, out of a file that is then removed."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Callable, Mapping
from pathlib import Path

from starlette.background import BackgroundTask
from starlette.responses import FileResponse, Response

from dashboard.downloads.layer import FORMATS, download_headers, refusal
from geodata import Atlas
from geodata.atlas.evidence import evidence_card
from geodata.errors import BuildError
from geodata.export.large_layer import WRITERS


def is_whole_large_layer(atlas: Atlas, layer_id: str, extension: str, query: Mapping[str, str]) -> bool:
    """Tell whether a large layer is asked for as a whole, in a format in which it can be had."""
    large = atlas.large.get(layer_id)
    return large is not None and extension in large.formats and "features" not in query


def whole_large_layer(atlas: Atlas, layer_id: str, extension: str) -> Response:
    """Return a large layer as a file with its evidence card."""
    large = atlas.large[layer_id]
    card = evidence_card(large) | {"features_in_file": large.count, "language": atlas.language}
    name = f"{layer_id}_{atlas.language}.{extension}"
    return _answer(name, FORMATS[extension].media_type, lambda path: WRITERS[extension](large, card, path))


def all_layers(atlas: Atlas, ending: str) -> Response:
    """Return every layer as one file, as `twente-atlas export` writes it.

    Raises
    ------
    HTTPException
        If there is no such ending, with those that there are.
    """
    from geodata.export import atlas as atlas_files

    form = atlas_files.FORMATS.get(f".{ending}")
    if form is None:
        there_are = ", ".join(known.removeprefix(".") for known in atlas_files.FORMATS)
        raise refusal(404, f"There is no format `{ending[:30]}` for all layers. There are: {there_are}.")
    language = "en" if form.is_english else atlas.language
    media_type = "application/zip" if ending.endswith("zip") else FORMATS[ending].media_type
    return _answer(
        f"{atlas_files.file_stem(atlas)}_{language}.{ending}",
        media_type,
        lambda path: form.write(atlas, path),
    )


def _answer(name: str, media_type: str, write: Callable[[Path], None]) -> Response:
    """Return the file that is written under a name of its own, and remove it afterwards."""
    folder = Path(tempfile.mkdtemp())
    try:
        write(folder / name)
    except BuildError as error:
        shutil.rmtree(folder, ignore_errors=True)
        raise refusal(501, f"This server can't make {name}: {error}") from None
    except BaseException:
        shutil.rmtree(folder, ignore_errors=True)
        raise
    return FileResponse(
        folder / name,
        media_type=media_type,
        headers=download_headers(name),
        background=BackgroundTask(shutil.rmtree, folder, ignore_errors=True),
    )
