"""Lists the vector formats that are read, by the endings and first bytes of their files."""

import contextlib
import zipfile
from dataclasses import dataclass
from pathlib import Path

from geodata.errors import SourceError, message


@dataclass(frozen=True)
class VectorFormat:
    """A format of vector files."""

    driver: str
    """GDAL's name for it."""
    endings: tuple[str, ...]
    beginnings: tuple[bytes, ...] = ()
    """First bytes of its files after white space, one of these if there are any."""
    may_be_empty: bool = False
    """Whether its files have tables without a feature that nobody made."""
    ignored_tables: tuple[str, ...] = ()
    """Tables that only repeat what others hold."""
    ignored_columns: tuple[str, ...] = ()
    """Properties that GDAL's driver adds."""

    @property
    def drivers(self) -> tuple[str, ...]:
        """GDAL's drivers that may recognize such a file: a single line is plain GeoJSON."""
        return (self.driver, "GeoJSON") if self.driver == "GeoJSONSeq" else (self.driver,)

    @property
    def is_archive(self) -> bool:
        """Whether the file is a zip."""
        return ".zip" in self.endings

    @property
    def title(self) -> str:
        """Common name of the format."""
        return TITLES.get(self.driver, self.driver)

    def gdal_target(self, target: Path | bytes) -> str | bytes:
        """Return what GDAL opens for a file or its content."""
        if isinstance(target, bytes):
            return target
        return f"/vsizip/{target}" if target.name.lower().endswith(".zip") else str(target)


TITLES = {
    "GPKG": "GeoPackage",
    "ESRI Shapefile": "shapefile",
    "Parquet": "GeoParquet",
    "LIBKML": "KML",
    "GeoJSONSeq": "GeoJSON by lines",
}
"""GDAL's name of a format → its common name, where they differ."""

VECTOR_FORMATS = (
    VectorFormat("GeoJSON", (".geojson", ".json"), (b"{",)),
    VectorFormat("GeoJSONSeq", (".geojsonl", ".geojsons", ".ndjson"), (b"{", b"\x1e")),
    VectorFormat("GPKG", (".gpkg",), (b"SQLite format 3\0",)),
    VectorFormat("FlatGeobuf", (".fgb",), (b"fgb",)),
    VectorFormat("ESRI Shapefile", (".shp",), (b"\x00\x00\x27\x0a",)),
    VectorFormat("ESRI Shapefile", (".zip",), (b"PK",)),
    VectorFormat("Parquet", (".parquet", ".geoparquet"), (b"PAR1",)),
    VectorFormat(
        "LIBKML",
        (".kml",),
        (b"<",),
        may_be_empty=True,
        ignored_columns=("altitudeMode", "tessellate", "extrude", "visibility", "drawOrder", "icon"),
    ),
    VectorFormat(
        "GPX", (".gpx",), (b"<",), may_be_empty=True, ignored_tables=("route_points", "track_points")
    ),
    VectorFormat("CSV", (".csv", ".tsv")),
)

UTF8_DRIVERS = ("GeoJSON", "GeoJSONSeq", "LIBKML", "GPX")
"""Formats of text that are read as UTF-8 only."""

ENDINGS = tuple(ending for form in VECTOR_FORMATS for ending in form.endings)
"""Endings of all formats."""

MAX_SMALL_COUNT = 5_000
"""Number of features up to which a layer is kept in memory: with more, tiles are drawn sooner."""

MAX_SMALL_BYTES = 10_000_000
"""Size of a file up to which a layer is kept in memory, in bytes."""

SHAPEFILE_PARTS = (".shp", ".dbf", ".shx", ".prj", ".cpg")


def format_of(name: str) -> VectorFormat | None:
    """Return the format that the ending of a name stands for, or `None`."""
    return next((form for form in VECTOR_FORMATS if name.lower().endswith(form.endings)), None)


def file_format(path: Path) -> VectorFormat:
    """Return the format of a local file; raises `SourceError` for a missing file and an unknown ending."""
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
    return SourceError(path, message("has an unknown file extension"), mend)


def check_beginning(path: Path, form: VectorFormat, content: bytes | None = None) -> None:
    """Raise `SourceError` if a file does not begin as those of its format do.

    `content` is the content of the file, if it is in memory.
    """
    try:
        if content is None:
            with path.open("rb") as file:
                content = file.read(64)
    except OSError as error:
        raise SourceError(path, f"can't be read: {error.strerror}", "Check its permissions.") from None
    if content.startswith((b"\xff\xfe", b"\xfe\xff")) and form.driver in UTF8_DRIVERS:
        raise SourceError(path, message("is not UTF-8, but UTF-16"), message("Save the file as UTF-8."))
    beginning = content[:64].removeprefix(b"\xef\xbb\xbf").lstrip(b" \t\r\n")
    if not beginning:
        raise SourceError(path, message("is empty"), message("Use another file."))
    if form.beginnings and not beginning.startswith(form.beginnings):
        what = message("is not {driver}, as its extension says", driver=form.title)
        raise SourceError(path, what, message("Export it again, or correct its extension."))


def files_of(path: Path) -> list[Path]:
    """Return all files that make up a layer's file: a shapefile has several."""
    if path.suffix.lower() != ".shp":
        return [path]
    beside = {other.name.lower(): other for other in path.parent.glob(f"{path.stem}.*")}
    names = [f"{path.stem}{ending}".lower() for ending in SHAPEFILE_PARTS]
    return [beside[name] for name in names if name in beside]


def is_large(path: Path, form: VectorFormat) -> bool:
    """Return whether a file is too large to be kept in memory, by its size or its unpacked size."""
    if form.is_archive:
        with contextlib.suppress(zipfile.BadZipFile), zipfile.ZipFile(path) as archive:
            return sum(entry.file_size for entry in archive.infolist()) > MAX_SMALL_BYTES
    return sum(file.stat().st_size for file in files_of(path)) > MAX_SMALL_BYTES
