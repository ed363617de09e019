"""Reads and writes the report on a build: `report.json` in its folder."""

from __future__ import annotations

import datetime
import json
from dataclasses import asdict, dataclass, field, fields
from pathlib import Path
from typing import TypeAlias

from geodata.json_object import JsonObject
from geodata.reading.columns import Column

BUILD_VERSION = 3
"""Version of the form of builds; a build of another version is made again."""

REPORT = "report.json"

FileStats: TypeAlias = list[list[str | int]]
"""Name, size in bytes and modification time in ns of each file of a source."""


def _now() -> str:
    return datetime.datetime.now(datetime.UTC).isoformat(timespec="seconds")


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
    overview: dict[str, list[list[float]]]
    """Zoom → longitude and latitude (WGS 84) and count of each circle, for a map's first picture."""
    geometry_types: list[str]
    fields: list[Column]
    built: str = field(default_factory=_now)
    """ISO 8601 date and time, UTC."""
    seconds: float
    """Duration of the build."""
    source_sha256: str = ""
    source_files: FileStats = field(default_factory=list)
    """The files of the source when it was built."""
    parts: dict[str, int] = field(default_factory=dict)
    """Name and size in bytes of each other file of the build, by which a truncated one is recognized."""

    def to_dict(self) -> JsonObject:
        """Return the report as JSON-ready values."""
        return asdict(self)


def write_report(report: BuildReport, folder: Path) -> None:
    """Write the report of a build into its folder."""
    text = json.dumps(report.to_dict(), ensure_ascii=False)
    (folder / REPORT).write_text(f"{text}\n", encoding="utf-8")


def read_report(folder: Path) -> BuildReport | None:
    """Return the report of a build; `None` if there is none, or one of another version."""
    try:
        values = json.loads((folder / REPORT).read_text(encoding="utf-8"))
        if values["version"] != BUILD_VERSION:
            return None
        values = {each.name: values[each.name] for each in fields(BuildReport)}
        columns = [Column(**column) for column in values["fields"]]
        west, south, east, north = values["bbox"]
        return BuildReport(**{**values, "fields": columns, "bbox": (west, south, east, north)})
    except (OSError, ValueError, KeyError, TypeError):
        return None
