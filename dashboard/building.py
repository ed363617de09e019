"""Large layers made ready in the background, one at a time, while the others are shown."""

from __future__ import annotations

import logging
import multiprocessing
import threading
from collections.abc import Callable
from dataclasses import asdict, dataclass
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any, Literal

from geodata import Atlas, AtlasError
from geodata.build import build_layer
from geodata.catalog import read_catalog

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class BuildState:
    """How far the build of one layer is."""

    state: Literal["building", "failed", "ready", "away"]
    step: str = ""
    part: float = 0.0
    """Of the whole work, from 0 to 1."""
    message: str = ""
    """Why it failed, and what would mend it."""

    def to_dict(self) -> dict[str, Any]:
        """Return the state as JSON-ready values."""
        return asdict(self)


class Builder:
    """Builds what an atlas waits for, in a process of its own, so that the server stays light."""

    def __init__(self, catalog: Path, on_ready: Callable[[], None]) -> None:
        self.catalog = catalog
        self.on_ready = on_ready
        self._lock = threading.Lock()
        self._states: dict[str, BuildState] = {}
        self._seen: Atlas | None = None

    def states(self) -> dict[str, BuildState]:
        """Return the builds of this server's life, by layer id."""
        with self._lock:
            return dict(self._states)

    def begin(self, atlas: Atlas) -> None:
        """See to it that what this state of the atlas waits for is built, each layer tried once."""
        with self._lock:
            if atlas is self._seen:
                return
            self._seen = atlas
            running = {key for key, build in self._states.items() if build.state == "building"}
            waiting = [layer_id for layer_id in atlas.waiting if layer_id not in running]
            self._states.update({layer_id: BuildState("building") for layer_id in waiting})
        if waiting:
            threading.Thread(target=self._build, args=(waiting,), daemon=True).start()

    def _build(self, layer_ids: list[str]) -> None:
        for layer_id in layer_ids:
            state = self._build_one(layer_id)
            if state.state == "ready":
                self.on_ready()
            self._set(layer_id, state)

    def _build_one(self, layer_id: str) -> BuildState:
        """Run one build, and return how it ended."""
        context = multiprocessing.get_context("spawn")
        receiver, sender = context.Pipe(duplex=False)
        process = context.Process(target=_work, args=(self.catalog, layer_id, sender), daemon=True)
        process.start()
        sender.close()
        last = BuildState("failed", message=f"{layer_id}: the build ended before it was done.")
        while True:
            try:
                last = receiver.recv()
            except EOFError:
                break
            if last.state == "building":
                self._set(layer_id, last)
        process.join()
        if last.state == "building":
            last = BuildState("failed", message=f"{layer_id}: the build ended with {process.exitcode}.")
        if last.state == "failed":
            log.error("build of %s failed: %s", layer_id, last.message)
        return last

    def _set(self, layer_id: str, state: BuildState) -> None:
        with self._lock:
            self._states[layer_id] = state


def _work(catalog: Path, layer_id: str, sender: Connection) -> None:
    """Build a layer, and send how far it is."""

    def tell(step: str, part: float) -> None:
        sender.send(BuildState("building", step, part))

    try:
        read = read_catalog(catalog)
        build_layer(read.catalog.layers[layer_id], read.folder, on_progress=tell)
        sender.send(BuildState("ready", part=1.0))
    except AtlasError as error:
        sender.send(BuildState("failed", message=str(error)))
