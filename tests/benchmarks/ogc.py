"""How fast `/ogc` gives features beside `/layers`: `python -m tests.benchmarks.ogc`, in turn, in one run."""

from __future__ import annotations

import http.client
import statistics
import sys
import tempfile
import time
import urllib.parse
from pathlib import Path

from geodata import load_atlas
from tests.benchmarks.bigger import write_bigger_catalog
from tests.benchmarks.report import machine_line
from tests.benchmarks.servers import dashboard

TIMES = 10
"""How many times the features of the atlas."""
ROUNDS = 40
LIMIT = 1.5
"""Ratio of the medians, of all layers together: the same features from `/ogc` and from `/layers`."""


def main() -> int:
    """Measure every layer, print a table, and return 1 where the limit is not met."""
    with tempfile.TemporaryDirectory() as folder:
        catalog = write_bigger_catalog(Path(folder) / "catalog", TIMES)
        layers = {layer_id: data.count for layer_id, data in load_atlas(catalog).layers.items()}
        with dashboard(Path(folder) / "server", catalog) as server:
            loaded_ms = _get(server.url, "/ogc")
            times = {layer_id: _measure(server.url, layer_id) for layer_id in layers}
    out = sys.stdout.write
    out("| layer | features | `/layers` | `/ogc`, kept | ratio | new question | ratio | very first |\n")
    out("|---|---:|---:|---:|---:|---:|---:|---:|\n")
    sums = [sum(column) for column in zip(*times.values(), strict=True)]
    rows = [*((name, layers[name], row) for name, row in times.items()), ("all", sum(layers.values()), sums)]
    for name, count, (plain, kept, first, very_first) in rows:
        ratios = f"{kept:.2f} ms | {kept / plain:.2f} | {first:.2f} ms | {first / plain:.2f}"
        out(f"| {name} | {count:,} | {plain:.2f} ms | {ratios} | {very_first:.1f} ms |\n")
    out(f"\npygeoapi loads with the first question at all: {loaded_ms:,.0f} ms. ")
    out(f"Medians of {ROUNDS} rounds. {machine_line()}.\n")
    is_met = True
    for name, at in (("kept", 1), ("new question", 2)):
        ratio = sums[at] / sums[0]
        is_met = is_met and ratio <= LIMIT
        out(f"{name}: {ratio:.2f} ≤ {LIMIT}: {'met' if ratio <= LIMIT else 'NOT met'}.\n")
    return int(not is_met)


def _measure(url: str, layer_id: str) -> tuple[float, float, float, float]:
    """Return, in ms, medians of a layer's file, of the same from `/ogc` as it was asked before, and with a
    limit that nobody had asked for; and the time of the very first, as each layer is prepared once.
    """
    items = f"/ogc/collections/{layer_id}/items?limit="
    very_first = _get(url, f"{items}8000")
    taken: dict[str, list[float]] = {"plain": [], "kept": [], "first": []}
    for number in range(-2, ROUNDS):
        paths = {
            "plain": f"/layers/{layer_id}.geojson",
            "kept": f"{items}10000",
            "first": f"{items}{9_000 + number}",
        }
        for name, path in paths.items():
            taken_ms = _get(url, path)
            if number >= 0:
                taken[name].append(taken_ms)
    plain, kept, first = (statistics.median(times) for times in taken.values())
    return plain, kept, first, very_first


def _get(url: str, path: str) -> float:
    """Ask for an address, and return how many ms it took."""
    connection = http.client.HTTPConnection(urllib.parse.urlsplit(url).netloc)
    connection.connect()
    began = time.perf_counter()
    connection.request("GET", path, headers={"Accept-Encoding": "gzip"})
    answer = connection.getresponse()
    answer.read()
    taken = time.perf_counter() - began
    connection.close()
    if answer.status != 200:
        raise RuntimeError(f"{path} answered {answer.status}")
    return taken * 1000


if __name__ == "__main__":
    raise SystemExit(main())
