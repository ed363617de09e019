"""What a visitor of a map of many features waits for, with the dashboard and with its peers."""

from __future__ import annotations

import io
import math
import statistics
import time
import urllib.parse
import urllib.request
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from PIL import Image
from playwright.sync_api import (
    Browser,
    Error as BrowserError,
    FloatRect,
    Frame,
    Page,
    TimeoutError as BrowserTimeoutError,
)

from tests.benchmarks.browser import Expected, Visit
from tests.benchmarks.servers import Server
from tests.benchmarks.sized_data import Target

MAX_SECONDS = 120
"""A peer that takes longer is not waited for."""
MAX_REASON = 100
"""Characters of what a peer says of why it fails."""
QUIET_MS = 1000
MOVES_ZOOM = 16
"""Single features are seen there, however many there are."""
MOVE_SECONDS = 2.0
DRAG_RADIUS_PX = 160
DRAG_STEP_RADIANS = 0.12
WHEEL_PX = 120
WHEEL_EVERY_MS = 100
WHEELS_ONE_WAY = 5
SEARCH_TIMEOUT_SECONDS = 30

COLOR = (216, 27, 96)
COLOR_DISTANCE = 60
"""Summed over red, green and blue: what is half transparent or smoothed still counts."""
MIDDLE: FloatRect = {"x": 340, "y": 290, "width": 420, "height": 320}
MIN_PIXELS = 3
FAILURES = '[data-testid="stException"], [data-testid="stErrorElementStack"], .stAlert'


class PeerError(Exception):
    """A peer does not show the layer; the message says why, briefly."""


@dataclass(frozen=True)
class Subject:
    """A page that shows a layer of any size."""

    key: str
    title: str
    map_selector: str
    script: str | None = None
    """The app beside this module; `None` for the dashboard."""
    is_framed: bool = True
    popup_selector: str | None = None
    panel_selector: str = "h3"

    def document(self, visit: Visit) -> Page | Frame:
        """Return the document that the map is in."""
        element = visit.page.wait_for_selector(self.map_selector, timeout=10_000)
        frame = element.content_frame() if element and self.is_framed else None
        return frame or visit.page


SUBJECTS = [
    Subject(
        "dashboard",
        "dashboard",
        "iframe.atlas-frame",
        popup_selector=".atlas-popup h2",
        panel_selector=".st-key-panel .atlas-details h2",
    ),
    Subject("lonboard", "lonboard", "canvas", "lonboard_app.py", is_framed=False),
    Subject("pydeck", "pydeck", '[data-testid="stDeckGlJsonChart"]', "pydeck_app.py", is_framed=False),
    Subject(
        "folium",
        "streamlit-folium",
        'iframe[title*="st_folium"]',
        "folium_app.py",
        popup_selector=".leaflet-popup tr:first-child td",
    ),
]


def open_page(visit: Visit, subject: Subject, url: str, *, is_large: bool = False) -> dict[str, float]:
    """Open a page; returns the milliseconds until the layer is drawn, and its tiles where it has some."""
    if subject.script is not None:
        return {"drawn": _until_colored(visit, url)}
    times = {"drawn": visit.open(url)}
    if is_large:
        times["tiles"] = visit.wait("tiles") - visit.wait("start")
    return times


def _until_colored(visit: Visit, url: str) -> float:
    """Open a page and look at the middle of its map until the layer's color is there, again and again."""
    page, began = visit.page, time.monotonic()
    page.goto(url, wait_until="commit")
    while (left := MAX_SECONDS - (time.monotonic() - began)) > 0:
        try:
            picture = page.screenshot(clip=MIDDLE, timeout=1000 * left, animations="allow")
            if _is_colored(picture):
                return 1000 * (time.monotonic() - began)
            failure = page.locator(FAILURES).first
            if failure.count():
                said = " ".join(failure.inner_text(timeout=5000).split())
                raise PeerError(f"fails: {said.partition('. ')[0][:MAX_REASON]}")
        except BrowserTimeoutError:
            break
        except BrowserError as error:
            if "Unable to capture" in error.message:  # the page is too busy for a picture
                continue
            raise PeerError(f"fails: {error.message.splitlines()[0][:MAX_REASON]}") from None
    raise PeerError(f"> {MAX_SECONDS} s")


def _is_colored(picture: bytes) -> bool:
    pixels = np.asarray(Image.open(io.BytesIO(picture)).convert("RGB"), dtype=int)
    is_near = np.abs(pixels - COLOR).sum(axis=-1) <= COLOR_DISTANCE
    return int(is_near.sum()) >= MIN_PIXELS


def measure_load(browser: Browser, subject: Subject, server: Server, *, is_large: bool) -> dict[str, float]:
    """Open the first view with an empty cache: times in ms, and kB over the wire until it was quiet."""
    with Visit(browser, None) as visit:
        times = open_page(visit, subject, server.url, is_large=is_large)
        visit.settle(QUIET_MS)
        return {**times, "kilobytes": (visit.transferred_bytes() + visit.received_bytes) / 1000}


def measure_moves(
    browser: Browser, subject: Subject, server: Server, target: Target, *, is_large: bool
) -> dict[str, float]:
    """Drag the map and turn the wheel where single features are seen; returns frames per second of both."""
    with Visit(browser, None) as visit:
        open_page(visit, subject, address(server, subject, target.view(MOVES_ZOOM)), is_large=is_large)
        visit.settle(QUIET_MS)
        document, (x, y) = subject.document(visit), _middle(visit, subject)
        visit.page.mouse.move(x, y)
        return {
            "pan": frames_per_second(document, lambda: drag(visit.page, x, y)),
            "zoom": frames_per_second(document, lambda: _turn_wheel(visit.page)),
        }


def measure_click(
    browser: Browser, subject: Subject, server: Server, target: Target, *, is_large: bool
) -> dict[str, float]:
    """Click on a feature in the middle of the map; returns the milliseconds until popup and panel name it."""
    with Visit(browser, None) as visit:
        open_page(visit, subject, address(server, subject, target.view(17)), is_large=is_large)
        visit.settle(QUIET_MS)
        document, (x, y) = subject.document(visit), _middle(visit, subject)
        if subject.popup_selector:
            visit.expect(document, "popup", Expected(subject.popup_selector, text=target.name))
        visit.expect(visit.page, "panel", Expected(subject.panel_selector, text=target.name))
        visit.signals.pop("click", None)
        visit.page.mouse.click(x, y)
        clicked = visit.wait("click")
        times = {"panel": visit.wait("panel") - clicked}
        if subject.popup_selector:
            times["popup"] = visit.wait("popup") - clicked
        return times


def measure_search(server: Server, names: list[str]) -> float:
    """Return the median of the milliseconds that the server takes to find a name."""

    def ask(name: str) -> float:
        began = time.perf_counter()
        url = f"{server.url}/search?{urllib.parse.urlencode({'q': name})}"
        with urllib.request.urlopen(url, timeout=SEARCH_TIMEOUT_SECONDS) as answer:  # noqa: S310 -- our own
            answer.read()
        return 1000 * (time.perf_counter() - began)

    ask("enschede")  # the index of the small layers is made once
    return statistics.median(map(ask, names))


def address(server: Server, subject: Subject, view: str) -> str:
    """Return the address of a view; the dashboard's without its other layers, which the peers don't have."""
    return f"{server.url}/?view={view}" + ("" if subject.script else "&layers=sized")


def _middle(visit: Visit, subject: Subject) -> tuple[float, float]:
    box = visit.page.locator(subject.map_selector).first.bounding_box()
    if box is None:
        raise PeerError("fails: no map on the page")
    return box["x"] + box["width"] / 2, box["y"] + box["height"] / 2


def frames_per_second(document: Page | Frame, act: Callable[[], None]) -> float:
    """Return how many frames a second a document draws while something is done to it."""
    document.evaluate("benchmark.countFrames()")
    act()
    return float(document.evaluate("benchmark.framesPerSecond()"))


def drag(page: Page, x: float, y: float) -> None:
    """Drag in circles, in small steps."""
    page.mouse.down()
    end, angle = time.monotonic() + MOVE_SECONDS, 0.0
    while time.monotonic() < end:
        angle += DRAG_STEP_RADIANS
        page.mouse.move(x + DRAG_RADIUS_PX * math.sin(angle), y + DRAG_RADIUS_PX * (1 - math.cos(angle)) / 2)
    page.mouse.up()


def _turn_wheel(page: Page) -> None:
    """Zoom out and in again."""
    end, turns = time.monotonic() + MOVE_SECONDS, 0
    while time.monotonic() < end:
        page.mouse.wheel(0, WHEEL_PX if turns // WHEELS_ONE_WAY % 2 == 0 else -WHEEL_PX)
        turns += 1
        page.wait_for_timeout(WHEEL_EVERY_MS)
