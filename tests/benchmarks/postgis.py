"""A layer in PostGIS beside the same in prepared tiles: `python -m tests.benchmarks.postgis [--count N]`."""

from __future__ import annotations

import argparse
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from playwright.sync_api import Browser

from tests.benchmarks.browser import Visit, chromium
from tests.benchmarks.report import machine_line
from tests.benchmarks.servers import ATLAS, Server, dashboard
from tests.benchmarks.sized_data import LAYER_ID, SizedLayer, measure_build, write_sized
from tests.benchmarks.sized_measures import SUBJECTS, address, measure_search, open_page
from tests.support.postgres import Cluster

COUNT = 1_000_000
ROUNDS = 5
LIMIT = 1.5
"""Ratio of the medians of each view: PostGIS by prepared tiles."""

VARIABLE = "TWENTE_ATLAS_DATABASE_MAIN"
LOAD_SECONDS = 600

Times = dict[str, tuple[list[float], list[float]]]
"""View → what was measured with tiles, and with PostGIS."""

FAR, NEW, KEPT = (
    "first view: circles that count",
    "each feature, where they are dense and nobody has looked before",
    "the same place again, in another browser",
)


def main() -> int:
    """Measure both in turn, print a table, and return 1 where the limit is not met."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--count", type=int, default=COUNT, help="features (default: %(default)s)")
    parser.add_argument("--rounds", type=int, default=ROUNDS)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as text, chromium() as browser:
        folder = Path(text)
        layer = write_sized(folder / "files", "points", options.count)
        built = measure_build(layer).seconds
        tell(f"tiles built in {built:.0f} s")
        with _loaded(folder, layer) as (other, environment, loaded):
            tell(f"loaded into PostGIS in {loaded:.0f} s")
            with (
                dashboard(folder / "a", layer.catalog, layer.environment) as tiles,
                dashboard(folder / "b", other, environment) as postgis,
            ):
                times = _measure(browser, [tiles, postgis], options.rounds)
                searches = [
                    measure_search(each, [t.name for t in layer.targets]) for each in (tiles, postgis)
                ]
        machine = machine_line(browser.version)
    sys.stdout.write(
        "| until the layer is drawn | prepared tiles | PostGIS | ratio |\n|---|---:|---:|---:|\n"
    )
    ratios = []
    for view, (plain, asked) in times.items():
        ratios.append(statistics.median(asked) / statistics.median(plain))
        sys.stdout.write(f"| {view} | {_cell(plain)} | {_cell(asked)} | {ratios[-1]:.2f} |\n")
    search = f"{searches[0]:.0f} ms | {searches[1]:.0f} ms | {searches[1] / searches[0]:.1f}"
    sys.stdout.write(f"| a search | {search} |\n")
    met = "met" if max(ratios) <= LIMIT else "NOT met"
    sys.stdout.write(
        f"\n{max(ratios):.2f} ≤ {LIMIT}: {met}. Medians (min–max) of {options.rounds} rounds, in turn, of"
        f" {options.count:,} points. Made ready before: tiles built in {built:.0f} s, loaded into PostGIS in"
        f" {loaded:.0f} s. {machine}.\n"
    )
    return int(max(ratios) > LIMIT)


@contextmanager
def _loaded(folder: Path, layer: SizedLayer) -> Iterator[tuple[Path, dict[str, str], float]]:
    """Put the layer into a database of its own; yields a catalog with it, its environment, and seconds."""
    cluster = Cluster()
    try:
        environment = {**layer.environment, VARIABLE: cluster.url}
        began = time.monotonic()
        subprocess.run(
            [ATLAS, "load", "postgres", "--catalog", str(layer.catalog), LAYER_ID],
            env={**os.environ, **environment}, check=True, timeout=LOAD_SECONDS, stdout=subprocess.DEVNULL,
        )  # fmt: skip
        seconds = time.monotonic() - began
        catalog = layer.catalog.with_name("database.toml")
        text = layer.catalog.read_text(encoding="utf-8")
        table = f'database = {{ table = "{LAYER_ID}" }}'
        catalog.write_text(text.replace(f'file = "{layer.file}"', table), encoding="utf-8")
        yield catalog, {**environment, VARIABLE: cluster.reader_url}, seconds
    finally:
        cluster.close()


def _measure(
    browser: Browser, servers: list[Server], rounds: int
) -> dict[str, tuple[list[float], list[float]]]:
    """Return for each view the milliseconds until tiles are drawn, of each server, with an empty cache."""
    times: Times = {view: ([], []) for view in (FAR, NEW, KEPT)}
    places = _dense_places(servers[0])
    for number in range(-1, rounds):
        for place, server in enumerate(servers):
            near = address(server, SUBJECTS[0], places[number])
            for view, url in {FAR: f"{server.url}/?layers={LAYER_ID}", NEW: near, KEPT: near}.items():
                with Visit(browser, None) as visit:
                    taken = open_page(visit, SUBJECTS[0], url, is_large=True)["tiles"]
                if number >= 0:  # one visitor comes before those that count
                    times[view][place].append(taken)
    return times


def _dense_places(server: Server) -> list[str]:
    """Return views of where most features are, the densest first, each where features begin to be drawn."""
    with urllib.request.urlopen(f"{server.url}/builds", timeout=20) as answer:  # noqa: S310 -- our own
        tiles = json.load(answer)[LAYER_ID]["tiles"]
    zoom = tiles["detail_zoom"] + 1  # Leaflet's tiles are half as wide
    cells = tiles["overview"][max(tiles["overview"], key=int)]
    return [f"{zoom}/{lat}/{lon}" for lon, lat, _ in sorted(cells, key=lambda cell: -cell[2])]


def _cell(values: list[float]) -> str:
    return f"{statistics.median(values):,.0f} ms ({min(values):,.0f}–{max(values):,.0f})"


def tell(text: str) -> None:
    """Say how far it is."""
    sys.stderr.write(f"{text}\n")
    sys.stderr.flush()


if __name__ == "__main__":
    raise SystemExit(main())
