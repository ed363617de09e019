"""Makes downloads that are too large for memory: a large layer, or all layers, by way of a temporary file."""

import shutil
import tempfile
from collections.abc import Callable, Mapping
from pathlib import Path

from starlette.background import BackgroundTask
from starlette.responses import FileResponse, Response

from dashboard.downloads.layer import download_headers, refusal
from geodata import Atlas
from geodata.atlas.evidence import evidence_card
from geodata.errors import BuildError
from geodata.export.atlas import ATLAS_FORMATS, file_stem
from geodata.export.formats import FORMATS, whole_formats


def is_whole_large_layer(atlas: Atlas, layer_id: str, extension: str, query: Mapping[str, str]) -> bool:
    """Tell whether a request is for a large layer as a whole, in one of its formats."""
    large = atlas.large.get(layer_id)
    return large is not None and extension in whole_formats(large) and "features" not in query


def whole_large_layer(atlas: Atlas, layer_id: str, extension: str) -> Response:
    """Return a large layer as a file with its evidence card."""
    large, form = atlas.large[layer_id], FORMATS[extension]
    card = evidence_card(large) | {"features_in_file": large.count, "language": atlas.language}
    name = f"{layer_id}_{atlas.language}.{form.ending}"
    return _answer(name, form.media_type, lambda path: form.write_whole(large, card, path))


def all_layers(atlas: Atlas, ending: str) -> Response:
    """Return every layer as one file, as `twente-atlas export` writes it; refuses an unknown ending."""
    form = ATLAS_FORMATS.get(f".{ending}")
    if form is None:
        known = ", ".join(name.removeprefix(".") for name in ATLAS_FORMATS)
        raise refusal(404, f"Unknown format `{ending[:30]}` for all layers. Known: {known}.")
    language = "en" if form.is_english else atlas.language
    name = f"{file_stem(atlas)}_{language}.{ending}"
    return _answer(name, form.media_type, lambda path: form.write(atlas, path))


def _answer(name: str, media_type: str, write: Callable[[Path], None]) -> Response:
    """Return a file that `write` makes; it is removed once it is sent."""
    folder = Path(tempfile.mkdtemp())
    try:
        write(folder / name)
    except BaseException as error:
        shutil.rmtree(folder, ignore_errors=True)
        if isinstance(error, BuildError):
            raise refusal(501, f"This server can't make {name}: {error}") from None
        raise
    return FileResponse(
        folder / name,
        media_type=media_type,
        headers=download_headers(name),
        background=BackgroundTask(shutil.rmtree, folder, ignore_errors=True),
    )
