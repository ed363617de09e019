"""Watches databases in a thread, so that no request waits for one that does not answer."""

import logging
import threading
from collections.abc import Callable

from dashboard.web.settings import current_settings
from geodata import Atlas, Layer

log = logging.getLogger(__name__)


class Watcher:
    """Checks regularly whether the database layers of an atlas have changed."""

    def __init__(self, atlas: Callable[[], Atlas], on_change: Callable[[], None]) -> None:
        self._atlas = atlas
        self._on_change = on_change
        self._thread: threading.Thread | None = None

    def begin(self) -> None:
        """Start the thread, if the atlas has database layers and it is not running."""
        if self._thread is None and in_databases(self._atlas()):
            self._thread = threading.Thread(target=self._watch, daemon=True)
            self._thread.start()

    def _watch(self) -> None:
        pause = threading.Event()
        while not pause.wait(current_settings().database_seconds):
            try:
                self.look()
            except Exception:  # whatever it was, the next look may succeed
                log.exception("looking at databases failed")

    def look(self) -> None:
        """Look once at each layer, and report changes."""
        from geodata.database.status import refresh_status, status_of

        changed = [layer for layer in in_databases(self._atlas()) if refresh_status(layer)]
        for layer in changed:
            trouble = status_of(layer).trouble
            log.warning("%s: %s", layer.id, f"{trouble}" if trouble else "is as the database has it now")
        if changed:
            self._on_change()


def in_databases(atlas: Atlas) -> list[Layer]:
    """Return the layers of an atlas that are in databases, available or not."""
    return [layer for layer in atlas.catalog.layers.values() if layer.database is not None]
