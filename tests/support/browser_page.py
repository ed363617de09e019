"""A page of the atlas in Chromium: opening it, what people do with it, and what it requested and logged."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from typing import Any
from urllib.parse import parse_qs, urlsplit

from playwright.sync_api import Error

from tests.support.chromium import WAIT_MS

WINDOW: dict[str, Any] = {"viewport": {"width": 1440, "height": 900}, "reduced_motion": "reduce"}
"""A page as it is unless a test says otherwise: drawn without a GPU, motion costs more than all else."""

PHONE: dict[str, Any] = {"viewport": {"width": 390, "height": 844}, "has_touch": True, "is_mobile": True}

MOVING: dict[str, Any] = {"reduced_motion": "no-preference"}
"""A page whose map flies."""

POINT_OF_PATH = """(path) => {
  const matrix = path.getScreenCTM();
  const screen = (p) => new DOMPoint(p.x, p.y).matrixTransform(matrix);
  const length = path.getTotalLength();
  for (let part = 1; part < 400; part += 1) {
    const at = screen(path.getPointAtLength((length * part) / 400));
    for (const [dx, dy] of [[0, 0], [0, 6], [6, 0], [0, -6], [-6, 0]]) {
      const hit = document.elementFromPoint(at.x + dx, at.y + dy);
      if (hit?.dataset?.feature === path.dataset.feature) return [at.x + dx, at.y + dy];
    }
  }
  return null;
}"""
"""A point on a path's line, or just inside of it, at which the path is on top."""

PARAMETER = (
    "([name, pattern]) => new RegExp(pattern).test(new URLSearchParams(location.search).get(name) ?? '')"
)

AT_REST = """() => {
  const script = document.querySelector("[data-test-script-state]")?.dataset.testScriptState;
  const ends = (animation) => animation.effect?.getComputedTiming().endTime !== Infinity;
  const isAtRest =
    document.readyState === "complete" &&
    (script ?? "notRunning") === "notRunning" &&
    !document.getAnimations().some((animation) => animation.playState === "running" && ends(animation));
  const { x, y, width } = document.querySelector("path[data-feature]")?.getBoundingClientRect() ?? {};
  return isAtRest ? [x, y, width] : null;
}"""
"""Null unless a document is loaded, its Streamlit script has ended and no transition is under way.

Else where its first feature is drawn: Leaflet moves a map by script, which is no transition."""

DRAWN_LARGE = 'performance.getEntriesByName("atlas-large-drawn").length > 0'


class BrowserPage:
    """A page in the browser, with every request that it made and every error that it logged."""

    def __init__(self, page: Any, url: str) -> None:
        self.page = page
        self.url = url
        self.requests: list[str] = []
        self.errors: list[str] = []
        self._open: set[Any] = set()
        page.on("request", self._note)
        page.on("requestfinished", lambda request: self._open.discard(request))
        page.on("requestfailed", lambda request: self._open.discard(request))
        page.on("pageerror", lambda error: self.errors.append(str(error)))
        page.on("console", lambda message: message.type == "error" and self.errors.append(message.text))

    def open(self, path: str = "/") -> BrowserPage:
        """Open an address as somebody new, and wait until its map is drawn."""
        with suppress(Error):  # an empty page has no storage
            self.page.evaluate("sessionStorage.clear()")
        self.page.goto(self.url + path)
        self.map.locator("html[data-atlas=drawn]").wait_for(state="attached")
        if self.is_dashboard:
            # The map draws before the page is there; clicks hit only once the layout is final.
            self.page.locator(".st-key-map_area iframe.atlas-frame").wait_for()
            self.page.locator(".st-key-panel h2").wait_for()
        return self

    def forget(self) -> None:
        """Leave nothing of a visit but what the browser caches, for the next visit to use the page."""
        self.page.unroute_all(behavior="ignoreErrors")
        self.page.goto(f"{self.url}/_stcore/health")  # of the same origin, whose process the page keeps
        self.page.evaluate("localStorage.clear()")
        self.page.context.clear_cookies()
        self.page.emulate_media(media="null", color_scheme="light")
        self.page.set_viewport_size(WINDOW["viewport"])
        self.page.mouse.move(0, 0)
        for noted in (self.requests, self.errors, self._open):
            noted.clear()

    def open_drawn(self, path: str) -> BrowserPage:
        """Open an address, and wait until the tiles of large layers are drawn too."""
        self.open(path)
        self.wait_until(DRAWN_LARGE, document=self.map_frame)
        return self

    def _note(self, request: Any) -> None:
        self.requests.append(request.url)
        with suppress(Error):  # a frame may be gone by now
            if request.is_navigation_request() and request.frame == self.page.main_frame:
                self._open.clear()  # what a document leaves unfinished is not always reported
        self._open.add(request)

    @property
    def is_dashboard(self) -> bool:
        """Whether the map is in a frame of the dashboard."""
        return "/map" not in self.page.url.partition("?")[0]

    @property
    def map(self) -> Any:
        """The map document: the frame of the dashboard, or the page itself."""
        return self.page.frame_locator("iframe.atlas-frame") if self.is_dashboard else self.page

    @property
    def map_frame(self) -> Any:
        """The frame in which scripts of the map document run."""
        return self.page.frames[1] if self.is_dashboard else self.page

    @property
    def query(self) -> dict[str, str]:
        """The parameters in the address bar."""
        return {name: values[0] for name, values in parse_qs(urlsplit(self.page.url).query).items()}

    def feature(self, reference: str) -> Any:
        """Return the locator of a feature's drawn shapes."""
        return self.map.locator(f'path[data-feature="{reference}"]:not(.atlas-hit)')

    def click_feature(self, reference: str) -> None:
        """Click where a feature is drawn, as a mouse does: on its line, or inside of it."""
        self.page.mouse.move(0, 0)  # what the pointer is on is drawn larger
        point = self.feature(reference).first.evaluate(POINT_OF_PATH)
        assert point, f"{reference} is not on top anywhere"
        frame = self.page.locator("iframe.atlas-frame")
        box = frame.bounding_box() if frame.count() else {"x": 0, "y": 0}
        self.page.mouse.click(box["x"] + point[0], box["y"] + point[1])

    def middle_of_map(self) -> tuple[float, float]:
        """Return the position of the map's center on the page, in pixels."""
        box = self.map.locator(".atlas-map").bounding_box()
        return box["x"] + box["width"] / 2, box["y"] + box["height"] / 2

    def wait_until(self, expression: str, arg: Any = None, *, document: Any = None) -> None:
        """Wait until an expression holds; asked from outside: the page may not evaluate text."""
        for _ in range(WAIT_MS // 100):
            with suppress(Error):  # between two documents
                if (document or self.page).evaluate(expression, arg):
                    return
            self.page.wait_for_timeout(100)
        raise AssertionError(f"never came true: {expression}")

    def wait_for(self, look: Callable[[], Any]) -> None:
        """Look until what is seen is true; the browser's events arrive meanwhile."""
        for _ in range(WAIT_MS // 100):
            if look():
                return
            self.page.wait_for_timeout(100)
        raise AssertionError("never came true")

    def fetch_hidden_layers(self) -> BrowserPage:
        """Move the pointer, upon which the map fetches the layers that are off, and wait for them."""
        self.page.mouse.move(*self.middle_of_map())
        self.page.mouse.move(0, 0)
        return self.settle()

    def draw_frames(self) -> None:
        """Wait for two frames of the map document; after these it shows what its listeners did."""
        for _ in range(2):
            self.map_frame.evaluate("() => new Promise(requestAnimationFrame)")

    def turn_wheel(self, pixels: int) -> None:
        """Turn the mouse wheel, and wait until the map has another scale."""
        scale = self.map.locator(".leaflet-control-scale-line")
        before = scale.inner_text()
        self.page.mouse.wheel(0, pixels)
        self.wait_for(lambda: scale.inner_text() != before)

    def settle(self) -> BrowserPage:
        """Wait until nothing is under way: no request, no script, no transition, no flight."""
        quiet, before = 0, None
        for _ in range(WAIT_MS // 100):
            self.page.wait_for_timeout(100)
            now = None if self._open else self._at_rest()
            quiet = quiet + 1 if now and now == before else 0
            before = now
            if quiet == 3:
                return self
        raise AssertionError(f"still under way: {[request.url for request in self._open]}")

    def _at_rest(self) -> list[Any] | None:
        with suppress(Error):  # between two documents
            found = [document.evaluate(AT_REST) for document in (self.page, self.map_frame)]
            return None if None in found else found
        return None

    def wait_for_address(self, name: str, pattern: str) -> str:
        """Wait until a parameter in the address bar matches a pattern, and return it."""
        self.wait_until(PARAMETER, [name, pattern])
        return self.query[name]

    def other_hosts(self) -> list[str]:
        """Return the requests that went to another host."""
        allowed = (self.url, "data:", "blob:", self.url.replace("http", "ws", 1))
        return [url for url in self.requests if not url.startswith(allowed)]


@contextmanager
def opened_page(chromium: Any, url: str, **options: Any) -> Iterator[BrowserPage]:
    """Give an empty page for the server at `url`, in a context that closes afterwards."""
    visited = _new_page(chromium, url, options)
    try:
        yield visited
    finally:
        visited.page.context.close()


@contextmanager
def lent_page(chromium: Any, url: str, idle: list[BrowserPage]) -> Iterator[BrowserPage]:
    """Give a page for the server at `url` that was used before, if one is idle, and keep it for later."""
    visited = idle.pop() if idle else _new_page(chromium, url, {})
    visited.url = url
    yield visited
    try:
        visited.forget()
    except Error:  # such as that of a server that has ended
        visited.page.context.close()
    else:
        idle.append(visited)


def _new_page(chromium: Any, url: str, options: dict[str, Any]) -> BrowserPage:
    context = chromium.new_context(**WINDOW | options)
    context.set_default_timeout(WAIT_MS)
    return BrowserPage(context.new_page(), url)
