"""Finds the builds of large layers in the cache folder by their keys."""

import hashlib
import json
import os
from contextlib import suppress
from pathlib import Path

import platformdirs

from geodata.catalog.schema import Layer
from geodata.json_object import JsonObject
from geodata.large.report import BUILD_VERSION, BuildReport, FileStats, read_report
from geodata.reading.formats import files_of

CACHE_VARIABLE = "TWENTE_ATLAS_CACHE"
"""Environment variable with the cache folder."""

PARTS = ("features.gpkg", "counts.pmtiles", "detail.pmtiles")
"""Files of a build beside its report."""


def cache_folder() -> Path:
    """Return the cache folder, which may not exist yet."""
    return Path(os.environ.get(CACHE_VARIABLE) or platformdirs.user_cache_path("twente-atlas"))


def build_settings(layer: Layer) -> JsonObject:
    """Return those settings of a layer's catalog entry that its build depends on."""
    return {
        "version": BUILD_VERSION,
        "geometry_types": sorted(layer.geometry_types),
        "table": layer.table,
        "crs": layer.crs,
        "name_field": layer.name_field,
        "category_field": layer.style.category_field,
        "kind": layer.kind,
        "indexed": sorted(layer.fields),
    }


def build_key(layer: Layer, source_sha256: str) -> str:
    """Return the key of a build: 16 hex digits of a hash of its file's content and its settings."""
    settings = json.dumps([source_sha256, build_settings(layer)], sort_keys=True)
    return hashlib.sha256(settings.encode()).hexdigest()[:16]


def hash_source(path: Path) -> str:
    """Return the SHA-256 of the content of all files of a source, in hexadecimal."""
    digest = hashlib.sha256()
    for file in files_of(path):
        with file.open("rb") as opened:
            digest.update(hashlib.file_digest(opened, "sha256").digest())
    return digest.hexdigest()


def stat_source(path: Path) -> FileStats:
    """Return name, size in bytes and modification time in ns of each file of a source."""
    status = [(file.name, file.stat()) for file in files_of(path)]
    return [[name, entry.st_size, entry.st_mtime_ns] for name, entry in status]


def read_complete(folder: Path) -> BuildReport | None:
    """Return the report of a build if its folder has all parts, each in its original size."""
    report = read_report(folder)
    return report if report is not None and stat_parts(folder) == report.parts else None


def stat_parts(folder: Path) -> dict[str, int]:
    """Return the size in bytes of each existing part of a build."""
    sizes = {}
    for part in PARTS:
        with suppress(OSError):
            sizes[part] = (folder / part).stat().st_size
    return sizes
