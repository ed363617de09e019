"""Databases looked at beside the work of the server, so that nobody waits for one that is away."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable

from dashboard.web.settings import current_settings
from geodata import Atlas, Layer

log = logging.getLogger(__name__)


class Watcher:
    """Looks again and again at the layers of an atlas that are in databases."""

    def __init__(self, atlas: Callable[[], Atlas], on_change: Callable[[], None]) -> None:
        self._atlas = atlas
        self._on_change = on_change
        self._thread: threading.Thread | None = None

    def begin(self) -> None:
        """Begin, where there is something to look at and it has not begun."""
        if self._thread is None and in_databases(self._atlas()):
            self._thread = threading.Thread(target=self._watch, daemon=True)
            self._thread.start()

    def _watch(self) -> None:
        pause = threading.Event()
        while not pause.wait(current_settings().database_seconds):
            try:
                self.look()
            except Exception:  # whatever it was, it is looked again
                log.exception("looking at databases failed")

    def look(self) -> None:
        """Look once at each layer, and say so where one is otherwise than before."""
        from geodata.database.status import refresh_status, status_of

        changed = [layer for layer in in_databases(self._atlas()) if refresh_status(layer)]
        for layer in changed:
            trouble = status_of(layer).trouble
            log.warning("%s: %s", layer.id, f"{trouble}" if trouble else "is as the database has it now")
        if changed:
            self._on_change()


def in_databases(atlas: Atlas) -> list[Layer]:
    """Return the layers of an atlas that are in databases."""
    return [layer for layer in atlas.catalog.layers.values() if layer.database is not None]
