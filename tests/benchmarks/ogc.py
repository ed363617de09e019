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
            times = {layer_id: _measure(server.url, layer_id) for layer_id in layers}
    sys.stdout.write("| layer | features | `/layers` | `/ogc`, asked again | ratio | `/ogc`, asked first |\n")
    sys.stdout.write("|---|---:|---:|---:|---:|---:|\n")
    sums = [sum(column) for column in zip(*times.values(), strict=True)]
    rows = [*((name, layers[name], row) for name, row in times.items()), ("all", sum(layers.values()), sums)]
    for name, count, (plain, again, first) in rows:
        cells = f"{plain:.2f} ms | {again:.2f} ms | {again / plain:.2f} | {first:.1f} ms"
        sys.stdout.write(f"| {name} | {count:,} | {cells} |\n")
    ratio = sums[1] / sums[0]
    met = "met" if ratio <= LIMIT else "NOT met"
    sys.stdout.write(f"\n{ratio:.2f} ≤ {LIMIT}: {met}. Medians of {ROUNDS} rounds. {machine_line()}.\n")
    return int(ratio > LIMIT)


def _measure(url: str, layer_id: str) -> tuple[float, float, float]:
    """Return the medians, in ms, of a layer's file, of the same from `/ogc`, and of what was never asked."""
    connection = http.client.HTTPConnection(urllib.parse.urlsplit(url).netloc)
    items = f"/ogc/collections/{layer_id}/items?limit="
    paths = {"plain": f"/layers/{layer_id}.geojson", "again": f"{items}10000"}
    taken: dict[str, list[float]] = {"plain": [], "again": [], "first": []}
    for number in range(-2, ROUNDS):
        for name, path in {**paths, "first": f"{items}{9_000 + number}"}.items():
            began = time.perf_counter()
            connection.request("GET", path, headers={"Accept-Encoding": "gzip"})
            answer = connection.getresponse()
            answer.read()
            if answer.status != 200:
                raise RuntimeError(f"{path} answered {answer.status}")
            if number >= 0:
                taken[name].append((time.perf_counter() - began) * 1000)
    connection.close()
    return tuple(statistics.median(times) for times in taken.values())  # type: ignore[return-value]


if __name__ == "__main__":
    raise SystemExit(main())
