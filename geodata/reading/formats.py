"""Which files may hold a layer: an allow-list by ending, and the bytes that such a file begins with.

This module looks at names and first bytes only, and loads nothing that reads the rest.
"""

from __future__ import annotations

import contextlib
import zipfile
from dataclasses import dataclass
from pathlib import Path

from geodata.errors import SourceError, message


@dataclass(frozen=True)
class Format:
    """A kind of vector file."""

    driver: str
    """GDAL's name for it."""
    endings: tuple[str, ...]
    beginnings: tuple[bytes, ...] = ()
    """What its first bytes are, one of these where there are any; white space before is skipped."""
    may_be_empty: bool = False
    """Whether tables without a feature are of the format, not of the file."""
    ignored_tables: tuple[str, ...] = ()
    """Tables that only repeat what others say."""
    ignored_columns: tuple[str, ...] = ()
    """Properties that the driver makes up."""

    @property
    def drivers(self) -> tuple[str, ...]:
        """GDAL's drivers that may take such a file for theirs: a line alone is plain GeoJSON."""
        return (self.driver, "GeoJSON") if self.driver == "GeoJSONSeq" else (self.driver,)

    @property
    def is_archive(self) -> bool:
        """Whether the file is a zip, with what is read inside."""
        return ".zip" in self.endings

    @property
    def title(self) -> str:
        """What people call the format."""
        return TITLES.get(self.driver, self.driver)

    def gdal_path(self, path: Path) -> str:
        """Return what GDAL calls the file."""
        return f"/vsizip/{path}" if path.name.lower().endswith(".zip") else str(path)


TITLES = {
    "GPKG": "GeoPackage",
    "ESRI Shapefile": "shapefile",
    "Parquet": "GeoParquet",
    "LIBKML": "KML",
    "GeoJSONSeq": "GeoJSON by lines",
}
"""GDAL's name for a format → people's, where they differ."""

FORMATS = (
    Format("GeoJSON", (".geojson", ".json"), (b"{",)),
    Format("GeoJSONSeq", (".geojsonl", ".geojsons", ".ndjson"), (b"{", b"\x1e")),
    Format("GPKG", (".gpkg",), (b"SQLite format 3\0",)),
    Format("FlatGeobuf", (".fgb",), (b"fgb",)),
    Format("ESRI Shapefile", (".shp",), (b"\x00\x00\x27\x0a",)),
    Format("ESRI Shapefile", (".zip",), (b"PK",)),
    Format("Parquet", (".parquet", ".geoparquet"), (b"PAR1",)),
    Format(
        "LIBKML",
        (".kml",),
        (b"<",),
        may_be_empty=True,
        ignored_columns=("altitudeMode", "tessellate", "extrude", "visibility", "drawOrder", "icon"),
    ),
    Format("GPX", (".gpx",), (b"<",), may_be_empty=True, ignored_tables=("route_points", "track_points")),
    Format("CSV", (".csv", ".tsv")),
)

ENDINGS = tuple(ending for form in FORMATS for ending in form.endings)
"""All of them."""

MAX_COUNT = 5_000
MAX_BYTES = 10_000_000
"""A layer of more features, or of a larger file, is a large one: tiles are drawn sooner then."""

SHAPEFILE_PARTS = (".shp", ".dbf", ".shx", ".prj", ".cpg")


def format_of(name: str) -> Format | None:
    """Return the format that the ending of a name stands for, or `None`."""
    return next((form for form in FORMATS if name.lower().endswith(form.endings)), None)


def file_format(path: Path) -> Format:
    """Return the format of a local file.

    Raises
    ------
    SourceError
        If there is no such file, or its ending is none of the list.
    """
    form = format_of(path.name)
    if form is None:
        raise unknown_ending(path)
    if not path.is_file():
        raise SourceError(path, "is not there", "Put the file there, or correct `file` in the catalog.")
    return form


def unknown_ending(path: Path) -> SourceError:
    """Return the error of a file whose ending stands for no format."""
    endings = ", ".join(ENDINGS)
    mend = message("Use one of {endings}.", endings=message(endings))
    return SourceError(path, message("has an ending that stands for no format"), mend)


def check_beginning(path: Path, form: Format, content: bytes | None = None) -> None:
    """Raise `SourceError` where a file does not begin as those of its format do.

    `content` is what is in it, where that is in memory.
    """
    try:
        if content is None:
            with path.open("rb") as file:
                content = file.read(64)
    except OSError as error:
        raise SourceError(path, f"can't be read: {error.strerror}", "Check its permissions.") from None
    if content.startswith((b"\xff\xfe", b"\xfe\xff")) and form.driver in (
        "GeoJSON",
        "GeoJSONSeq",
        "LIBKML",
        "GPX",
    ):
        raise SourceError(path, message("is not UTF-8, but UTF-16"), message("Save the file as UTF-8."))
    beginning = content[:64].removeprefix(b"\xef\xbb\xbf").lstrip(b" \t\r\n")
    if not beginning:
        raise SourceError(path, message("is empty"), message("Give another file."))
    if form.beginnings and not beginning.startswith(form.beginnings):
        what = message("is no {driver}, which its ending stands for", driver=form.title)
        raise SourceError(path, what, message("Export it again, or give it the ending of what it is."))


def files_of(path: Path) -> list[Path]:
    """Return all files that make up a layer's file: a shapefile has several."""
    if path.suffix.lower() != ".shp":
        return [path]
    beside = {other.name.lower(): other for other in path.parent.glob(f"{path.stem}.*")}
    names = [f"{path.stem}{ending}".lower() for ending in SHAPEFILE_PARTS]
    return [beside[name] for name in names if name in beside]


def is_large(path: Path, form: Format) -> bool:
    """Tell whether a file is more than is kept in memory, as far as a look at it can tell."""
    if form.is_archive:
        with contextlib.suppress(zipfile.BadZipFile), zipfile.ZipFile(path) as archive:
            return sum(entry.file_size for entry in archive.infolist()) > MAX_BYTES
    return sum(file.stat().st_size for file in files_of(path)) > MAX_BYTES
