"""Builds large layers in the background, one at a time, while the others are shown."""

import json
import logging
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
"""Time after which the next request for a failed build starts it again."""


@dataclass(frozen=True)
class BuildState:
    """The progress of the build of one layer."""

    state: Literal["building", "failed", "ready", "away"]
    step: str = ""
    part: float = 0.0
    """Share of the work that is done, from 0 to 1."""
    message: str = ""
    """Why it failed, and how to mend it."""

    def to_dict(self) -> JsonObject:
        """Return the state as JSON-ready values."""
        return asdict(self)


class Builder:
    """Builds the waiting layers of an atlas in a subprocess, which keeps the server small and responsive."""

    def __init__(self, catalog: Path, on_ready: Callable[[], None]) -> None:
        self.catalog = catalog
        self.on_ready = on_ready
        self._lock = threading.Lock()
        self._states: dict[str, BuildState] = {}
        self._failed: dict[str, float] = {}
        """Times of the last failures, by layer id."""
        self._seen: Atlas | None = None

    def states(self) -> dict[str, BuildState]:
        """Return the builds since this server started, by layer id."""
        with self._lock:
            return dict(self._states)

    def begin(self, atlas: Atlas) -> None:
        """Start the builds that this state of the atlas waits for.

        Failed builds are tried again after a while: the disk may have room again.
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
            try:
                state = self._build_one(layer_id)
            except OSError as error:  # no memory or process number is left
                state = BuildState("failed", message=f"{layer_id}: the build can't start: {error.strerror}.")
            if state.state == "failed":
                self._failed[layer_id] = time.monotonic()
                log.error("build of %s failed: %s", layer_id, state.message)
            else:
                self.on_ready()
            self._set(layer_id, state)

    def _build_one(self, layer_id: str) -> BuildState:
        """Run one build, keep the states that it prints, and return the last one."""
        process = begin("dashboard.background.layer_builds", str(self.catalog), layer_id)
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
    """Build a layer, and print each state as a line of JSON for the server."""
    line = line_to_server()

    def report(state: BuildState) -> None:
        try:
            line.write(json.dumps(state.to_dict()).encode() + b"\n")
            line.flush()
        except BrokenPipeError:
            raise SystemExit(1) from None  # the server has ended

    try:
        read = read_catalog(catalog)
        layer = read.catalog.layers[layer_id]
        build_layer(
            layer, read.folder, on_progress=lambda step, part: report(BuildState("building", step, part))
        )
        report(BuildState("ready", part=1.0))
    except AtlasError as error:
        report(BuildState("failed", message=str(error)))


if __name__ == "__main__":
    work(Path(sys.argv[1]), sys.argv[2])
