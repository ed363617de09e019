"""An uploaded file: its safe name, its format, and what is reported if it can't be read."""

import hashlib
import logging
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path, PurePath

import pyarrow as pa

from geodata.errors import MissingCrsError, Problem, RefusedError, message, quoted
from geodata.reading.crs import WGS84, in_wgs84, read_crs
from geodata.reading.formats import ENDINGS, VectorFormat, check_beginning, format_of, unknown_ending
from geodata.reading.geojson import (
    FeatureBatch,
    batch_features,
    features_of,
    parse,
    stated_crs,
    too_many_features,
)
from geodata.reading.limits import Limits
from geodata.reading.source import Source, open_tables
from geodata.reading.zip_guard import KMZ, unwrap

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class UploadedFile:
    """A file that may be read: of a known format, and within the limits."""

    path: Path
    """Safe name, without a folder."""
    content: bytes
    format: VectorFormat
    limits: Limits
    crs: str | None
    """CRS stated by the visitor."""

    @property
    def is_geojson(self) -> bool:
        """Whether it is GeoJSON, which is read without GDAL."""
        return self.format.driver == "GeoJSON"

    def layer_id(self, number: int) -> str:
        """Return the id of the layer with a number, counted from 1; it changes with the content."""
        return f"own_{hashlib.sha256(self.content).hexdigest()[:10]}_{number}"

    def read_geojson(self) -> tuple[str, Iterator[FeatureBatch]]:
        """Return the name of the CRS of GeoJSON, and its features in WGS 84."""
        document = parse(self.content, self.limits)
        stated = self.crs or stated_crs(document)
        found = read_crs(stated) if stated else WGS84
        return found.name, in_wgs84(batch_features(features_of(document), self.limits), found)

    def open(self, content: Path | bytes, form: VectorFormat) -> tuple[list[Source], list[Problem]]:
        """Open the tables of the file, or of a file written from it, and report those that can't be read.

        Raises `RefusedError` if they declare too many features.
        """
        crs = None if self.is_geojson else self.crs
        sources, problems = open_tables(self.path, content, form, self.limits, crs=crs)
        if sum(source.count for source in sources) > self.limits.max_features:
            raise too_many_features(self.limits)
        return sources, problems


def open_upload(path: Path, content: bytes, limits: Limits, crs: str | None) -> UploadedFile:
    """Check size and format of a file; raises `RefusedError`."""
    if len(content) > limits.max_bytes:
        what = message("is larger than {size} MB", size=limits.max_bytes // 1_000_000)
        raise RefusedError(what, message("Use a part of it, or simplify its shapes."))
    path, content = unwrap(path, content, limits)
    form = format_of(path.name)
    if form is None:
        raise unknown_ending(path)
    check_beginning(path, form, content)
    if form.endings == (".shp",):
        mend = message("Pack .shp, .shx, .dbf and .prj together.")
        raise RefusedError(message("is only one of the files of a shapefile"), mend)
    return UploadedFile(path, content, form, limits, crs)


def safe_name(name: str) -> Path:
    """Return the last part of a file's name, shortened and printable, with its ending."""
    last = PurePath(name.replace("\\", "/")).name
    ending = next((ending for ending in (*ENDINGS, KMZ) if last.lower().endswith(ending)), "")
    return Path((quoted(last[: len(last) - len(ending)]).replace("/", "_") or "file") + ending)


def lacks_crs(error: Exception) -> bool:
    """Tell whether a file can't be read because its CRS is unknown."""
    return isinstance(error, MissingCrsError) or isinstance(error.__cause__, MissingCrsError)


def to_problem(path: Path, content: bytes, error: Exception) -> Problem:
    """Return an error as a problem; unexpected errors are logged."""
    if isinstance(error, RefusedError):
        return Problem(path.name, None, error.what, error.mend)
    if isinstance(error, MemoryError | pa.ArrowMemoryError):
        what = message("needs more memory than one file may take")
        return Problem(path.name, None, what, message("Use a part of it, or simplify its shapes."))
    log.error("can't read %s of %d bytes", path.name, len(content), exc_info=error)
    mend = message("Open it in the program that made it, and export it again.")
    return Problem(path.name, None, message("can't be read"), mend)


def nothing_drawn() -> RefusedError:
    """Return the error of a file without features that can be drawn."""
    return RefusedError(message("holds no features with a geometry"), message("Use another file."))
