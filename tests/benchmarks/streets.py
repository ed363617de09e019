"""The street map: how soon it is there once somebody has zoomed in, and how smoothly it is dragged."""

from __future__ import annotations

import argparse
import re
import sys
import tempfile
from pathlib import Path

from playwright.sync_api import Browser

from tests.benchmarks import servers
from tests.benchmarks.browser import Visit, chromium
from tests.benchmarks.outcome import Outcome, Table
from tests.benchmarks.report import Figure, machine_line
from tests.benchmarks.servers import Server
from tests.benchmarks.sized_measures import drag, frames_per_second
from tests.benchmarks.subjects import EMPTY_DRAWN

ROUNDS = 5
QUIET_MS = 1500
PLACE = "52.2205/6.8937"
"""The middle of Enschede: as many streets as anywhere."""
COLUMNS = {"empty": "empty Streamlit page", "plain": "map without streets", "streets": "map"}

FIRST, AGAIN, JUMP, DRAGGED = "first", "again", "jump", "dragged"
LIMITS_MS = {FIRST: 1000, AGAIN: 400}
FRAMES = 30

PROBE = """
Object.defineProperty(window, "L", {
    configurable: true,
    set: (leaflet) => {
        Object.defineProperty(window, "L", { value: leaflet });
        leaflet.Map.addInitHook(function () { benchmark.map = this; });
    },
});
benchmark.zoomTo = async (zoom, options) => {
    const { map } = benchmark;
    const ended = new Promise((resolve) => map.once("moveend", resolve));
    map.setZoom(zoom, options);
    await ended;
};
benchmark.zoomIn = async (zoom) => {
    for (let next = benchmark.map.getZoom() + 1; next <= zoom; next += 1) await benchmark.zoomTo(next);
    return performance.now();
};
benchmark.msUntilStreets = async (since) => {
    const marks = () => performance.getEntriesByName("atlas-streets-drawn");
    const nextPicture = () => new Promise(requestAnimationFrame);
    while (!marks().some(({ startTime }) => startTime > since)) await nextPicture();
    await nextPicture();
    await nextPicture();
    return performance.now() - since;
};
"""
"""Finds the map, and tells when streets and names are drawn: the page marks each picture of the streets."""

ZOOM_IN = "async () => benchmark.msUntilStreets(await benchmark.zoomIn(14))"
"""Step by step, as the button does; the ms from the end of the last step."""

ZOOM_OUT = "() => benchmark.zoomTo(12)"

JUMP_TO = """async () => {
    const began = performance.now();
    await benchmark.zoomTo(14, { animate: false });
    return benchmark.msUntilStreets(began);
}"""


def run(options: argparse.Namespace) -> Outcome:
    """Measure round by round, after one that does not count."""
    rounds = 2 if options.quick else options.rounds or ROUNDS
    measured: dict[str, dict[str, list[float]]] = {}
    with (
        chromium() as browser,
        tempfile.TemporaryDirectory() as folder,
        servers.empty_page(Path(folder) / "empty") as empty,
        servers.dashboard(Path(folder) / "atlas") as atlas,
    ):
        for number in range(-1, rounds):
            found = measure(browser, empty, atlas)
            for what, column, value in found if number >= 0 else ():
                measured.setdefault(what, {}).setdefault(column, []).append(value)
            sys.stderr.write("warm-up\n" if number < 0 else f"round {number + 1} of {rounds}\n")
        machine = machine_line(browser.version)
    note = f"Medians (min–max) of {rounds} rounds after a warm-up, in software rendering. {machine}."
    return Outcome([Table(to_figures(measured), COLUMNS)], note, rounds)


def measure(browser: Browser, empty: Server, atlas: Server) -> list[tuple[str, str, float]]:
    """Measure everything once: what, column and value."""
    with Visit(browser, EMPTY_DRAWN) as visit:
        opened = visit.open(empty.url)
    values = [(what, "empty", opened) for what in (FIRST, AGAIN, JUMP)]
    with Visit(browser, None) as visit:
        _open(visit, atlas, 11)
        values.append((FIRST, "streets", visit.page.evaluate(ZOOM_IN)))
        visit.settle(QUIET_MS)
        visit.page.evaluate(ZOOM_OUT)
        visit.settle(QUIET_MS)
        values.append((AGAIN, "streets", visit.page.evaluate(ZOOM_IN)))
        visit.settle(QUIET_MS)
        values.append((DRAGGED, "streets", _drag(visit)))
    with Visit(browser, None) as visit:
        _open(visit, atlas, 9)
        values.append((JUMP, "streets", visit.page.evaluate(JUMP_TO)))
    with Visit(browser, None) as visit:
        visit.page.route(re.compile("maplibre"), lambda route: route.abort())
        _open(visit, atlas, 14)
        values.append((DRAGGED, "plain", _drag(visit)))
    return values


def _open(visit: Visit, atlas: Server, zoom: int) -> None:
    visit.page.add_init_script(PROBE)
    visit.page.emulate_media(reduced_motion="no-preference")
    visit.open(f"{atlas.url}/map?view={zoom}/{PLACE}")
    visit.settle(QUIET_MS)


def _drag(visit: Visit) -> float:
    visit.page.mouse.move(700, 400)
    return frames_per_second(visit.page, lambda: drag(visit.page, 700, 400))


def to_figures(measured: dict[str, dict[str, list[float]]]) -> list[Figure]:
    """Return the rows of the table."""
    titles = {
        FIRST: "zoomed in to 14 for the first time: movement ended → streets and names drawn",
        AGAIN: "the same, once the tiles are there",
        JUMP: "jump from zoom 9 to 14 → streets and names drawn, MapLibre not loaded before",
    }
    figures = [
        Figure(
            title,
            values=measured[what],
            ratio_of=("streets", "empty"),
            value_limit=("streets", LIMITS_MS[what]) if what in LIMITS_MS else None,
        )
        for what, title in titles.items()
    ]
    return [
        *figures,
        Figure(
            "frames per second while dragged at zoom 14",
            unit="",
            values=measured[DRAGGED],
            ratio_of=("streets", "plain"),
            least=("streets", FRAMES, "plain"),
        ),
    ]
