"""Writes an uploaded file that is too large for memory into a folder, where its layers are built."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import get_args

from geodata.catalog.schema import GeometryType, Layer
from geodata.errors import Problem
from geodata.features.cleaning import to_lines
from geodata.features.properties import describe
from geodata.reading.formats import file_format
from geodata.reading.limits import LIMITS, Limits
from geodata.reading.vector_file import read_features
from geodata.reading.zip_guard import unpack_shapefiles
from geodata.uploads.inferred_entry import infer_entry
from geodata.uploads.uploaded_file import (
    UploadedFile,
    lacks_crs,
    nothing_drawn,
    open_upload,
    safe_name,
    to_problem,
)


@dataclass(frozen=True)
class Prepared:
    """A large file in a folder, and the layers to build from it."""

    layers: tuple[Layer, ...] = ()
    """For `build_layer(layer, folder, cache)`: their `file` is in the folder."""
    problems: tuple[Problem, ...] = ()
    needs_crs: bool = False
    """Whether to ask for the CRS, as in `Admission`."""


def prepare_large(
    name: str,
    content: bytes,
    folder: Path,
    *,
    limits: Limits = LIMITS,
    crs: str | None = None,
    kind: str = "Feature",
) -> Prepared:
    """Write a file that is too large for memory into a folder, ready to be built; never raises.

    See `admit` for the parameters; the caller removes `folder`.
    """
    path = safe_name(name)
    try:
        return _prepare(path, content, folder, limits, crs, kind)
    except Exception as error:
        return Prepared(problems=(to_problem(path, content, error),), needs_crs=lacks_crs(error))


def _prepare(
    path: Path, content: bytes, folder: Path, limits: Limits, crs: str | None, kind: str
) -> Prepared:
    upload = open_upload(path, content, limits, crs)
    layers: list[Layer] = []
    problems: list[Problem] = []
    for title, file in _write(upload, folder):
        sources, found = upload.open(file, file_format(file))
        problems += found
        for source in sources:
            batch = next(read_features(source), None)
            properties = describe(batch.properties if batch else [], limits)
            is_one = len(sources) == 1
            layer_title = title if is_one or source.title == file.stem else f"{title}: {source.title}"
            layer_id, types = upload.layer_id(len(layers) + 1), get_args(GeometryType)
            layer = infer_entry(layer_id, upload.path.name, layer_title, kind, properties, types)
            place = {
                "file": file.name,
                "table": None if is_one else source.title,
                "crs": None if upload.is_geojson else crs,
                "name_field": properties.name_field,
            }
            layers.append(layer.model_copy(update=place))
    if not layers and not problems:
        raise nothing_drawn()
    return Prepared(tuple(layers), tuple(problems))


def _write(upload: UploadedFile, folder: Path) -> Iterator[tuple[str, Path]]:
    """Write a file under another name; yield its title and its place.

    A zip is unpacked. GeoJSON is written line by line in WGS 84, because GDAL reads some of it differently.
    """
    title = upload.path.stem
    if upload.is_geojson:
        file = folder / "file.geojsonl"
        with file.open("w", encoding="utf-8") as lines:
            for batch in upload.read_geojson()[1]:
                lines.writelines(to_lines(batch, upload.limits))
        yield title, file
    elif upload.format.is_archive:
        shapefiles = unpack_shapefiles(upload.content, upload.limits)
        for number, (stem, parts) in enumerate(shapefiles.items(), start=1):
            for ending, part in parts.items():
                (folder / f"file{number}{ending}").write_bytes(part)
            yield (title if len(shapefiles) == 1 else Path(stem).name), folder / f"file{number}.shp"
    else:
        file = folder / f"file{upload.format.endings[0]}"
        file.write_bytes(upload.content)
        yield title, file
