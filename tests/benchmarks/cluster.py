"""A build by two Dask workers on this machine beside the local one: `python -m tests.benchmarks.cluster`."""

from __future__ import annotations

import argparse
import sys
import tempfile
import time
from functools import partial
from pathlib import Path

from geodata import read_catalog
from geodata.cluster.build import build_layer_on_cluster
from geodata.large.build import build_layer
from geodata.large.cache import PARTS
from geodata.large.layer import LargeLayer
from geodata.large.progress import Progress
from tests.benchmarks.generate import write
from tests.benchmarks.report import machine_line
from tests.support.dask_cluster import Cluster
from tests.support.large_catalog import write_large_catalog

COUNT = 300_000
GEOMETRY_TYPES = {"points": "Point", "lines": "LineString", "polygons": "Polygon"}


def main() -> int:
    """Build a generated layer in both ways, the cluster started before, and print how long each step took."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--kind", choices=GEOMETRY_TYPES, default="polygons")
    parser.add_argument("--count", type=int, default=COUNT)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as made:
        folder = Path(made)
        read = read_catalog(write_large_catalog(folder))
        write(options.kind, options.count, folder / "sized.fgb")
        changes = {"file": "sized.fgb", "geometry_types": [GEOMETRY_TYPES[options.kind]]}
        layer = read.catalog.layers["houses"].model_copy(update=changes)
        cluster = Cluster(folder)
        builds: dict[str, LargeLayer] = {}
        try:
            cluster.fill()
            on_cluster = partial(build_layer_on_cluster, address=cluster.address)
            for name, build in {"one process": build_layer, "two workers": on_cluster}.items():
                began = time.perf_counter()
                steps: dict[str, float] = {}
                builds[name] = build(layer, read.folder, folder / name, _note_end_of_steps(steps, began))
                steps["all"] = time.perf_counter() - began
                said = ", ".join(f"{step} until {seconds:.1f} s" for step, seconds in steps.items())
                sys.stdout.write(f"{name}: {said}\n")
        finally:
            cluster.stop()
        sizes = {
            name: [(build.folder / part).stat().st_size for part in PARTS] for name, build in builds.items()
        }
    seconds = [build.report.seconds for build in builds.values()]
    sys.stdout.write(
        f"{options.count:,} {options.kind}: ratio {seconds[1] / seconds[0]:.2f}. "
        f"Bytes of {', '.join(PARTS)}: {sizes}. {machine_line()}.\n"
    )
    return 0


def _note_end_of_steps(steps: dict[str, float], began: float) -> Progress:
    def note(step: str, _: float) -> None:
        steps[step] = time.perf_counter() - began

    return note


if __name__ == "__main__":
    sys.exit(main())
