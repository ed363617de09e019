"""Large layers made ready in the background, one at a time, while the others are shown."""

from __future__ import annotations

import json
import logging
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Literal

from dashboard.background.child_process import begin, end, line_to_server
from geodata import Atlas, AtlasError
from geodata.catalog.reading import read_catalog
from geodata.json_object import JsonObject
from geodata.large.build import build_layer

log = logging.getLogger(__name__)

RETRY_SECONDS = 60.0
"""After so long, a build that failed is tried again with the next question for it."""


@dataclass(frozen=True)
class BuildState:
    """How far the build of one layer is."""

    state: Literal["building", "failed", "ready", "away"]
    step: str = ""
    part: float = 0.0
    """Of the whole work, from 0 to 1."""
    message: str = ""
    """Why it failed, and what would mend it."""

    def to_dict(self) -> JsonObject:
        """Return the state as JSON-ready values."""
        return asdict(self)


class Builder:
    """Builds what an atlas waits for, in a process of its own, so that the server stays light."""

    def __init__(self, catalog: Path, on_ready: Callable[[], None]) -> None:
        self.catalog = catalog
        self.on_ready = on_ready
        self._lock = threading.Lock()
        self._states: dict[str, BuildState] = {}
        self._failed: dict[str, float] = {}
        """When builds failed last."""
        self._seen: Atlas | None = None

    def states(self) -> dict[str, BuildState]:
        """Return the builds of this server's life, by layer id."""
        with self._lock:
            return dict(self._states)

    def begin(self, atlas: Atlas) -> None:
        """See to it that what this state of the atlas waits for is built.

        What failed is tried again after a while, as a disk may have room again.
        """
        with self._lock:
            is_new, self._seen = atlas is not self._seen, atlas
            waiting = [layer_id for layer_id in atlas.waiting if self._is_due(layer_id, is_new=is_new)]
            self._states.update({layer_id: BuildState("building") for layer_id in waiting})
        if waiting:
            threading.Thread(target=self._build, args=(waiting,), daemon=True).start()

    def _is_due(self, layer_id: str, *, is_new: bool) -> bool:
        build = self._states.get(layer_id)
        if build is None or build.state == "ready":
            return is_new
        is_over = time.monotonic() - self._failed.get(layer_id, 0.0) > RETRY_SECONDS
        return build.state == "failed" and (is_new or is_over)

    def _build(self, layer_ids: list[str]) -> None:
        for layer_id in layer_ids:
            state = self._build_one(layer_id)
            if state.state == "ready":
                self.on_ready()
            self._set(layer_id, state)

    def _build_one(self, layer_id: str) -> BuildState:
        """Run one build, and return how it ended."""
        try:
            last = self._follow(
                begin("dashboard.background.layer_builds", str(self.catalog), layer_id), layer_id
            )
        except OSError as error:  # the system has no room for another process
            last = BuildState("failed", message=f"{layer_id}: the build can't begin: {error.strerror}.")
        if last.state == "failed":
            self._failed[layer_id] = time.monotonic()
            log.error("build of %s failed: %s", layer_id, last.message)
        return last

    def _follow(self, process: subprocess.Popen[bytes], layer_id: str) -> BuildState:
        """Hear a process to its end, and return what it said last."""
        last = BuildState("building")
        for line in process.stdout or ():
            last = BuildState(**json.loads(line))
            if last.state == "building":
                self._set(layer_id, last)
        code = process.wait()
        end(process)
        if last.state == "building":
            return BuildState("failed", message=f"{layer_id}: the build ended with {code}.")
        return last

    def _set(self, layer_id: str, state: BuildState) -> None:
        with self._lock:
            self._states[layer_id] = state


def work(catalog: Path, layer_id: str) -> None:
    """Build a layer, and tell the server how far it is, a line of JSON each time."""
    line = line_to_server()

    def tell(state: BuildState) -> None:
        try:
            line.write(json.dumps(state.to_dict()).encode() + b"\n")
            line.flush()
        except BrokenPipeError:
            raise SystemExit(1) from None  # the server is gone, and nobody waits for it

    try:
        read = read_catalog(catalog)
        layer = read.catalog.layers[layer_id]
        build_layer(
            layer, read.folder, on_progress=lambda step, part: tell(BuildState("building", step, part))
        )
        tell(BuildState("ready", part=1.0))
    except AtlasError as error:
        tell(BuildState("failed", message=str(error)))


if __name__ == "__main__":
    work(Path(sys.argv[1]), sys.argv[2])
