"""Reads and writes the report on a build: `report.json` in its folder."""

from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import TypeAlias

from pydantic import TypeAdapter

from geodata.reading.columns import Column

BUILD_VERSION = 3
"""Version of the form of builds; a build of another version is made again."""

REPORT = "report.json"

FileStats: TypeAlias = list[list[str | int]]
"""Name, size in bytes and modification time in ns of each file of a source."""


@dataclass(frozen=True, kw_only=True)
class BuildReport:
    """What went into a build, and what came of it."""

    version: int = BUILD_VERSION
    count_in: int
    """Number of features in the file."""
    count: int
    """Number of features in the build: those of the file without those left out."""
    repaired: dict[str, int]
    """What was wrong with shapes that could be repaired → number of features."""
    left_out: dict[str, int]
    """Why features could not be shown → number of features."""
    bbox: tuple[float, float, float, float]
    """West, south, east, north, in degrees (WGS 84)."""
    detail_zoom: int
    """First zoom at which each feature is drawn; below it their counts are shown."""
    max_zoom: int
    """Last zoom that has tiles."""
    overview: dict[str, list[list[int | float]]]
    """Zoom → longitude and latitude (WGS 84) and count of each circle, for a map's first picture."""
    geometry_types: list[str]
    fields: list[Column]
    built: str = field(default_factory=lambda: datetime.now(UTC).isoformat(timespec="seconds"))
    """ISO 8601 date and time, UTC."""
    seconds: float
    """Duration of the build."""
    source_sha256: str = ""
    source_files: FileStats = field(default_factory=list)
    """The files of the source when it was built."""
    parts: dict[str, int] = field(default_factory=dict)
    """Name and size in bytes of each other file of the build, by which a truncated one is recognized."""


_REPORTS = TypeAdapter(BuildReport)


def write_report(report: BuildReport, folder: Path) -> None:
    """Write the report of a build into its folder."""
    (folder / REPORT).write_bytes(_REPORTS.dump_json(report))


def read_report(folder: Path) -> BuildReport | None:
    """Return the report of a build; `None` if there is none, or one of another version."""
    try:
        report = _REPORTS.validate_json((folder / REPORT).read_bytes())
    except (OSError, ValueError):
        return None
    return report if report.version == BUILD_VERSION else None
