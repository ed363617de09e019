"""How many requests of a visit never reach a replica: a browser with empty caches, behind a warm nginx."""

from __future__ import annotations

import time

from playwright.sync_api import Browser, Response

from dashboard.fleet.configuration import FRESH_SECONDS
from tests.benchmarks.browser import chromium
from tests.benchmarks.outcome import Outcome, Table
from tests.benchmarks.report import Figure, machine_line
from tests.fleet.running import RunningFleet

ROUNDS = 3
SETTLE_MS = 3000
MOST_PERCENT = 10
WAYS = {"a": "within 10 s of another visit", "b": "later"}


class Count:
    """What a visit asked for."""

    def __init__(self) -> None:
        self.answers: list[tuple[str, str]] = []
        """Address, and where the answer came from (`Cache-Status`)."""
        self.sockets = 0

    def add(self, response: Response) -> None:
        """Count an answer of the network."""
        if response.url.startswith("http"):
            self.answers.append((response.url, response.headers.get("cache-status", "")))

    def open_socket(self, _: object) -> None:
        """Count a websocket, which always reaches a replica."""
        self.sockets += 1

    @property
    def requests(self) -> int:
        """All of them, websockets too."""
        return len(self.answers) + self.sockets

    @property
    def reached(self) -> list[str]:
        """Addresses of which a replica was asked; one that only said that nothing has changed counts too."""
        return [url for url, status in self.answers if not status.startswith("nginx; hit")]

    @property
    def percent(self) -> float:
        """Share of the requests that a replica saw."""
        return 100 * (len(self.reached) + self.sockets) / self.requests


def run(_: int) -> Outcome:
    """Visit, look at one feature, and count."""
    counts: dict[str, list[Count]] = {way: [] for way in WAYS}
    fleet = RunningFleet()
    try:
        fleet.wait()
        with chromium() as browser:
            visit(browser, fleet.url)  # fills the cache
            for _round in range(ROUNDS):
                counts["a"].append(visit(browser, fleet.url))
                time.sleep(FRESH_SECONDS + 1)
                counts["b"].append(visit(browser, fleet.url))
    finally:
        fleet.stop()
    figures = [
        Figure("requests of a visit", "", {way: [count.requests for count in counts[way]] for way in WAYS}),
        Figure(
            "of them reach a replica, the websocket among them",
            "",
            {way: [len(count.reached) + count.sockets for count in counts[way]] for way in WAYS},
        ),
        *(
            Figure(
                f"share that reaches a replica, {title}",
                "%",
                {way: [count.percent for count in counts[way]]},
                value_limit=(way, MOST_PERCENT),
            )
            for way, title in WAYS.items()
        ),
    ]
    paths = {_path(url.removeprefix(fleet.url)) for count in counts["b"] for url in count.reached}
    note = f"Asked of a replica in (b): the websocket, {', '.join(sorted(paths))}. {machine_line()}."
    return Outcome([Table(figures, WAYS)], note, ROUNDS)


def _path(address: str) -> str:
    """Return the path of an address, without what is different each time."""
    path = address.partition("?")[0]
    return "/own/<token>" if path.startswith("/own/") else path


def visit(browser: Browser, url: str) -> Count:
    """Open the dashboard with nothing in the browser's cache, and choose a feature."""
    context = browser.new_context(viewport={"width": 1440, "height": 900}, locale="nl-NL")
    context.set_default_timeout(60_000)
    count = Count()
    try:
        page = context.new_page()
        page.on("response", count.add)
        page.on("websocket", count.open_socket)
        page.goto(url)
        page.locator(".st-key-panel h2").wait_for()
        frame = page.frame_locator("iframe.atlas-frame")
        frame.locator("html[data-atlas=drawn]").wait_for(state="attached")
        frame.locator('path[data-feature="cities.enschede"]:not(.atlas-hit)').first.click(force=True)
        page.locator(".st-key-panel h2", has_text="Enschede").wait_for()
        page.wait_for_timeout(SETTLE_MS)
    finally:
        context.close()
    return count
