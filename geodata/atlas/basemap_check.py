"""Checks the files of the embedded base map."""

import os
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

from geodata.catalog.schema import Catalog
from geodata.errors import Problem, quoted
from geodata.large.pmtiles_reader import TileArchive

STREETS_LAYER = "roads"
"""Layer of tiles that every file of streets has."""


PARQUET = b"PAR1"
"""First and last bytes of a Parquet file."""


def check_basemap(catalog: Catalog, folder: Path) -> Iterator[Problem]:
    """Find files of the base map that are missing, damaged or of another schema."""
    basemap = catalog.basemap
    if basemap is None:
        return
    if not (folder / basemap.folder / "overview.geojson").is_file():
        what = f"the base map has no {basemap.folder}/overview.geojson"
        mend = "Make it with `python -m geodata.basemap_build`, or remove [basemap]."
        yield Problem(None, None, what, mend)
    for key, file in (("streets", basemap.streets), ("far", basemap.far)):
        wrong = wrong_with_streets(folder / basemap.folder / file) if file is not None else None
        if wrong is not None:
            what = f"the base map's file of {key}, {basemap.folder}/{file}, {wrong}"
            mend = f"Make it anew with `twente-atlas basemap`, or remove `{key}` from [basemap]."
            yield Problem(None, None, what, mend)
    for file in basemap.names:
        wrong = wrong_with_names(folder / basemap.folder / file)
        if wrong is not None:
            what = f"the base map's file of names, {basemap.folder}/{file}, {wrong}"
            mend = "Make it anew with `twente-atlas basemap`, or remove it from `names` of [basemap]."
            yield Problem(None, None, what, mend)


def wrong_with_names(path: Path) -> str | None:
    """Return what is wrong with a file of names, or `None`; reads no more than its first and last bytes."""
    try:
        with path.open("rb") as file:
            begin = file.read(len(PARQUET))
            file.seek(-min(len(PARQUET), path.stat().st_size), os.SEEK_END)
            return None if begin == file.read() == PARQUET else "is cut off, or no Parquet file"
    except OSError as error:
        return "is missing" if isinstance(error, FileNotFoundError) else f"can't be read: {error.strerror}"


def wrong_with_streets(path: Path) -> str | None:
    """Return what is wrong with a file of street tiles, or `None`; reads neither directories nor tiles."""
    if not path.is_file():
        return "is missing"
    try:
        with closing(TileArchive(path)) as archive:
            archive.require_whole()
            layers = [layer["id"] for layer in archive.metadata["vector_layers"]]
    except OSError as error:
        return f"can't be read: {error.strerror or error}"
    except (LookupError, TypeError):
        return "does not say which layers it has"
    if STREETS_LAYER not in layers:
        found = ", ".join(map(quoted, layers)) or "none"
        return f"has another schema: `{STREETS_LAYER}` is missing, its layers are {found}"
    return None
