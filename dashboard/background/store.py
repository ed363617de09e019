"""Keeps the atlas that the server shows: loaded once for all sessions, and again when its files change."""

import threading
from dataclasses import replace
from functools import cache
from pathlib import Path

from dashboard.background.database_watch import Watcher
from dashboard.background.layer_builds import Builder
from dashboard.web.settings import current_settings
from geodata import Atlas, CatalogError, Problem, load_atlas
from geodata.catalog.toml_file import STORIES
from geodata.i18n.po_file import FOLDER
from geodata.large.built_layer import BuiltLayer
from geodata.large.cache import PARTS
from geodata.large.report import REPORT

Fingerprint = tuple[tuple[str, int, int], ...]


class Store:
    """An atlas and the state of the files that it was read from."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._lock = threading.Lock()
        self._atlas = load_atlas(path)
        self._fingerprint = self._look()
        self.builder = Builder(path, on_ready=self.reload)
        self._watcher = Watcher(lambda: self._atlas, on_change=self.reload)
        self._watcher.begin()

    def reload(self) -> None:
        """Have the next request read the files again, even if their times have not changed."""
        self._fingerprint = ()

    def atlas(self) -> Atlas:
        """Return the atlas of the current files, or the last good one if the catalog is unreadable now."""
        fingerprint = self._look()
        if fingerprint == self._fingerprint:
            return self._atlas
        with self._lock:
            if fingerprint != self._fingerprint:
                self._fingerprint = fingerprint
                try:
                    self._atlas = load_atlas(self.path)
                except (CatalogError, OSError) as error:
                    problem = Problem(
                        None, None, str(error), "Until then the atlas shows its last good state."
                    )
                    old = self._atlas
                    self._atlas = replace(old, problems=(*old.problems, problem))
        self._watcher.begin()
        return self._atlas

    def _look(self) -> Fingerprint:
        """Return name, time and size of each file, without reading it.

        Builds of large layers lie in a cache that may be cleared; then they are made again.
        """
        folder = self.path.parent
        files = [
            self.path,
            folder / STORIES,
            folder / FOLDER,  # its time changes when a language is added
            *(translation.path for translation in self._atlas.translations.values()),
            *(folder / layer.path for layer in self._atlas.catalog.layers.values()),
            *(
                large.folder / part
                for large in self._atlas.large.values()
                if isinstance(large, BuiltLayer)
                for part in (REPORT, *PARTS)
            ),
        ]
        return tuple(_stat(file) for file in files)


def _stat(file: Path) -> tuple[str, int, int]:
    try:
        status = file.stat()
    except OSError:
        return (file.name, 0, 0)
    return (file.name, status.st_mtime_ns, status.st_size)


_store = cache(Store)


def current_store() -> Store:
    """Return the store of the catalog that this process serves."""
    return _store(current_settings().catalog)
