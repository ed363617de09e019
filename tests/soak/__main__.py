"""Run a soak, and say what it came to; exit status 1 where anything was not as it should be.

The server is killed early on and once more at the end; in between, nothing that it takes may grow.
"""

from __future__ import annotations

import argparse
import asyncio
import os
import re
import sys
import tempfile
import time
from collections import Counter
from pathlib import Path

from geodata import read_catalog
from geodata.large.build import build_layer
from geodata.large.cache import CACHE_VARIABLE
from tests.soak import faults
from tests.soak.visitors import SESSIONS, live
from tests.soak.watch import Watch
from tests.soak.world import LoggedServer, World
from tests.support.large_catalog import write_large_catalog

KILLS = (0.05, 0.12)
"""Parts of the time after which the server is killed; from the last on, it is watched."""


def main() -> int:
    """Run the soak."""
    parser = argparse.ArgumentParser(prog="python -m tests.soak", description=__doc__)
    parser.add_argument(
        "--minutes", type=float, default=2, help="how long (default: %(default)s, at most 30)"
    )
    seconds = min(parser.parse_args().minutes, 30) * 60
    with tempfile.TemporaryDirectory() as folder:
        found = _soak_in(Path(folder), seconds)
    sys.stdout.write("\n".join([*found, f"{len(found)} faults" if found else "no fault found"]) + "\n")
    return int(bool(found))


def _soak_in(folder: Path, seconds: float) -> list[str]:
    os.environ[CACHE_VARIABLE] = str(folder / "cache")
    (folder / "atlas").mkdir()
    catalog = write_large_catalog(folder / "atlas")
    read = read_catalog(catalog)
    build_layer(read.catalog.layers["houses"], read.folder)
    log = folder / "server.log"
    server = LoggedServer(log, "--catalog", str(catalog))
    try:
        server.wait()
        world = World(server, catalog, folder / "cache", time.monotonic() + seconds)
        asyncio.run(_soak(world, seconds))
    finally:
        server.process.terminate()
        server.process.wait(20)
    printed = log.read_text(errors="replace")
    for match in re.finditer("Traceback", printed):
        world.faults.append(f"traceback: {printed[max(0, match.start() - 300) : match.start() + 900]}")
    if world.faults:
        said = Counter(re.sub(r"\b[0-9a-f]{8}\b", "…", line) for line in printed.splitlines())
        sys.stdout.write("the server's log:\n")
        sys.stdout.write("".join(f"{count} × {line[:300]}\n" for line, count in said.most_common(60)))
    return world.faults


async def _soak(world: World, seconds: float) -> None:
    begin, watch = time.monotonic(), Watch()

    async def kill_and_watch() -> None:
        for part in KILLS:
            await asyncio.sleep(max(0.0, begin + part * seconds - time.monotonic()))
            await faults.kill(world)
        watched = time.monotonic()
        last = begin + 0.95 * seconds
        while time.monotonic() < last:
            watch.look(world.server.process.pid)
            await asyncio.sleep(1)
        sys.stdout.write("\n".join(watch.report(watched, last)) + "\n")
        world.faults.extend(watch.faults(watched, last))
        await faults.kill(world)

    sessions = [live(world, number) for number in range(SESSIONS)]
    others = (
        faults.break_layers,
        faults.break_builds,
        faults.crowd,
        faults.dawdle,
        faults.fill_disk,
        faults.stall,
    )
    await asyncio.gather(*sessions, *(fault(world) for fault in others), kill_and_watch())
    if world.server.process.poll() is not None:
        world.faults.append("the server ended")
    said = ", ".join(f"{count:,} {what}" for what, count in world.done.items())
    sys.stdout.write(f"{SESSIONS} sessions at a time for {seconds:.0f} s: {said}\n")


if __name__ == "__main__":
    sys.exit(main())
