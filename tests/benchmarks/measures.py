"""The measurements: each visits one server once, as one visitor would."""

from __future__ import annotations

from dataclasses import dataclass, field

from playwright.sync_api import Browser, Frame, ViewportSize

from tests.benchmarks.browser import Expected, Visit, is_over_the_wire
from tests.benchmarks.servers import Server
from tests.benchmarks.subjects import Surface

QUIET_MS = 1000
"""After the map is drawn, for what a page still fetches."""
AFTER_CLICK_MS = 350
"""So that all reruns that a click causes are over before the next."""
IDLE_MS = 2000
AFTER_TOGGLE_MS = 200
WAYS = "/?panel=reach&reach=hengelo"
"""Where the ways to all places are listed."""
WAYS_FROM = "Hengelo"
TOGGLED_LAYERS = ("cities", "municipalities", "knowledge_institutes")
MAX_MISSES = 3


@dataclass(frozen=True)
class Load:
    """Times from the start of a navigation, in ms."""

    cold_ms: float
    warm_ms: float
    cold_frame_ms: float | None
    """Until the frame's own document begins to load."""


@dataclass(frozen=True)
class Wire:
    """What one cold visit transfers."""

    kilobytes: float
    websocket_kilobytes: float
    requests: int
    other_hosts: int


@dataclass
class Interaction:
    """What clicks cost, one entry each."""

    popup_ms: list[float] = field(default_factory=list)
    panel_ms: list[float] = field(default_factory=list)
    toggle_ms: list[float] = field(default_factory=list)
    toggle_requests: int = 0
    cpu_ms_per_click: float = 0
    messages_per_click: float = 0
    websocket_kilobytes_per_click: float = 0


def measure_load(browser: Browser, url: str, drawn: Expected | None) -> Load:
    """Open a page with an empty cache, then load it again."""
    with Visit(browser, drawn) as visit:
        cold = visit.open(url)
        frames = visit.signals.get("frame")
        frame_ms = frames[-1] - visit.signals["start"][0] if frames else None
        visit.settle(QUIET_MS)
        return Load(cold, visit.reload(), frame_ms)


def measure_wire(
    browser: Browser, url: str, drawn: Expected | None, viewport: ViewportSize | None = None
) -> Wire:
    """Open a page with an empty cache and add up what came until it was quiet."""
    with Visit(browser, drawn, viewport) as visit:
        visit.open(url)
        visit.settle(QUIET_MS)
        return Wire(
            visit.transferred_bytes() / 1000,
            visit.received_bytes / 1000,
            sum(is_over_the_wire(request) for request in visit.requests),
            len(visit.other_hosts()),
        )


def measure_interaction(browser: Browser, server: Server, surface: Surface, clicks: int) -> Interaction:
    """Click on features, wait, then switch layers off and on."""
    result = Interaction()
    with Visit(browser, surface.drawn()) as visit:
        visit.open(server.url)
        visit.settle(QUIET_MS)
        frame = surface.frame(visit)
        idle_rate = _idle_cpu_rate(visit, server)

        cpu_before, sent_before, received_before = (
            server.cpu_seconds(),
            visit.sent_messages,
            visit.received_bytes,
        )
        began = _clock(visit)
        done = _click_features(visit, frame, surface, clicks, result)
        busy_seconds = (_clock(visit) - began) / 1000
        cpu_seconds = server.cpu_seconds() - cpu_before - idle_rate * busy_seconds
        result.cpu_ms_per_click = 1000 * cpu_seconds / done
        result.messages_per_click = (visit.sent_messages - sent_before) / done
        result.websocket_kilobytes_per_click = (visit.received_bytes - received_before) / 1000 / done

        requests_before = len(visit.requests)
        for layer_id in TOGGLED_LAYERS:
            result.toggle_ms += _toggle(visit, frame, surface, layer_id)
        result.toggle_requests = len(visit.requests) - requests_before
    return result


def measure_ways(browser: Browser, server: Server, clicks: int) -> list[float]:
    """Click on places reached by rail; returns the ms from each click until its way is in the panel."""
    times = []
    with Visit(browser, None) as visit:
        visit.open(f"{server.url}{WAYS}")
        links = visit.page.locator(".atlas-ways a")
        links.first.wait_for()
        visit.settle(QUIET_MS)
        rows = [row for row in visit.page.locator(".atlas-ways li").all() if row.is_visible()]
        # What is at the station itself has no way.
        far = [row for row in rows if row.inner_text().split()[-2:] != ["0", "min"]]
        for name in [row.locator("a").inner_text() for row in far[:clicks]]:
            visit.expect(visit.page, "way", Expected(".atlas-trip h3", text=f"{WAYS_FROM} → {name}"))
            visit.signals.pop("click", None)
            links.get_by_text(name, exact=True).first.click()
            times.append(visit.wait("way") - visit.wait("click"))
            visit.settle(AFTER_CLICK_MS)
    return times


def _clock(visit: Visit) -> float:
    return float(visit.page.evaluate("performance.now()"))


def _idle_cpu_rate(visit: Visit, server: Server) -> float:
    """Return the CPU seconds per second of a server whose visitor does nothing."""
    cpu_before, began = server.cpu_seconds(), _clock(visit)
    visit.settle(IDLE_MS)
    return (server.cpu_seconds() - cpu_before) * 1000 / (_clock(visit) - began)


def _click_features(visit: Visit, frame: Frame, surface: Surface, clicks: int, result: Interaction) -> int:
    """Click on features with different names; returns how many clicks hit, which is at least one."""
    used: set[str] = set()
    misses = 0
    while len(result.panel_ms) < clicks:
        targets = sorted(frame.evaluate(surface.targets_script), key=lambda target: str(target["key"]))
        target = next((each for each in targets if surface.name(each["key"]) not in used), None)
        if target is None:
            break  # the rest is covered or out of view
        name = surface.name(target["key"])
        used.add(name)
        try:
            popup_ms, panel_ms = _click_feature(visit, frame, surface, target, name)
        except TimeoutError:
            misses += 1
            if misses > MAX_MISSES:
                raise
            continue
        result.popup_ms.append(popup_ms)
        result.panel_ms.append(panel_ms)
        visit.settle(AFTER_CLICK_MS)
    if not result.panel_ms:
        raise RuntimeError(f"{visit.page.url}: no feature could be clicked")
    return len(result.panel_ms) + misses


def _click_feature(
    visit: Visit, frame: Frame, surface: Surface, target: dict[str, float], name: str
) -> tuple[float, float]:
    box = visit.page.locator(surface.frame_selector).bounding_box()
    if box is None:
        raise RuntimeError("the frame is not on the page")
    visit.expect(frame, "popup", Expected(surface.popup_selector, text=name))
    visit.expect(visit.page, "panel", Expected(surface.panel_selector, text=name))
    visit.signals.pop("click", None)
    visit.page.mouse.click(box["x"] + target["x"], box["y"] + target["y"])
    clicked = visit.wait("click")
    return visit.wait("popup") - clicked, visit.wait("panel") - clicked


def _toggle(visit: Visit, frame: Frame, surface: Surface, layer_id: str) -> list[float]:
    """Switch a layer off and on again; returns both times."""
    times = []
    for is_on in (False, True):
        visit.expect(frame, "toggled", surface.toggled(layer_id, is_on=is_on))
        visit.signals.pop("click", None)
        surface.checkbox(frame, layer_id).click()
        times.append(visit.wait("toggled") - visit.wait("click"))
        visit.settle(AFTER_TOGGLE_MS)
    return times
