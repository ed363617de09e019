"""From rounds of measurements to the figures that have limits."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from statistics import median
from typing import TypeVar

from tests.benchmarks.measures import Interaction, Load, Wire
from tests.benchmarks.report import Figure

DRAWN_LIMIT = 0.45
"""The map alone against an empty Streamlit page."""
DASHBOARD_LIMIT = 1.3
WARM_LIMIT = 1.2
FIRST_VIEW_KILOBYTES = 350
DASHBOARD_KILOBYTES = 1100
RERUN_LIMIT = 0.1
POPUP_MS = 50
PANEL_LIMIT = 0.6
TOGGLE_MS = 50

T = TypeVar("T")


@dataclass
class Rounds:
    """All that was measured, by column (a, b, c, d), one entry per round."""

    loads: dict[str, list[Load]] = field(default_factory=dict)
    all_layers: dict[str, list[Load]] = field(default_factory=dict)
    """The same with all layers shown, as (b) shows them."""
    wires: dict[str, list[Wire]] = field(default_factory=dict)
    first_views: dict[str, list[Wire]] = field(default_factory=dict)
    """The map alone, by size of the window."""
    interactions: dict[str, list[Interaction]] = field(default_factory=dict)
    bigger: dict[str, list[Interaction]] = field(default_factory=dict)
    """The same with ten times the features."""
    ways: dict[str, list[list[float]]] = field(default_factory=dict)
    """From clicks on places until the way there by rail is in the panel, in ms."""


def pick(measured: dict[str, list[T]], value: Callable[[T], float | None]) -> dict[str, Sequence[float]]:
    """Return one value of each measurement, by column; columns that have none are left out."""
    picked = {column: [value(each) for each in entries] for column, entries in measured.items()}
    return {
        column: [each for each in values if each is not None]
        for column, values in picked.items()
        if values and None not in values
    }


def to_figures(rounds: Rounds, times: int) -> list[Figure]:
    """Return the rows of the table."""
    return [*_load_figures(rounds), *_wire_figures(rounds), *_interaction_figures(rounds, times)]


def _load_figures(rounds: Rounds) -> list[Figure]:
    cold = pick(rounds.loads, lambda load: load.cold_ms)
    return [
        Figure("layers drawn, map alone, cold", values=cold, ratio_of=("d", "a"), ratio_limit=DRAWN_LIMIT),
        Figure(
            "layers drawn, dashboard, cold",
            values={column: cold[column] for column in "ac"},
            ratio_of=("c", "a"),
            ratio_limit=DASHBOARD_LIMIT,
        ),
        Figure(
            "layers drawn, dashboard and baseline, cold",
            values={column: cold[column] for column in "bc"},
            ratio_of=("c", "b"),
        ),
        Figure(
            "of it: until the frame's document begins",
            values=pick(rounds.loads, lambda load: load.cold_frame_ms),
        ),
        Figure(
            "layers drawn, warm reload",
            values=pick(rounds.loads, lambda load: load.warm_ms),
            ratio_of=("c", "a"),
            ratio_limit=WARM_LIMIT,
        ),
        Figure(
            "all layers drawn, hidden ones too, cold",
            values={"b": cold["b"], **pick(rounds.all_layers, lambda load: load.cold_ms)},
            ratio_of=("c", "b"),
        ),
    ]


def _wire_figures(rounds: Rounds) -> list[Figure]:
    kilobytes = pick(rounds.wires, lambda wire: wire.kilobytes)
    return [
        Figure("over the wire, first view", "kB", kilobytes, value_limit=("d", FIRST_VIEW_KILOBYTES)),
        Figure(
            "the same of the dashboard", "kB", {"c": kilobytes["c"]}, value_limit=("c", DASHBOARD_KILOBYTES)
        ),
        *(
            Figure(
                f"the same in a window of {size}",
                "kB",
                {"d": pick({"d": wires}, lambda wire: wire.kilobytes)["d"]},
            )
            for size, wires in rounds.first_views.items()
        ),
        Figure(
            "over the websocket, first view", "kB", pick(rounds.wires, lambda wire: wire.websocket_kilobytes)
        ),
        Figure("requests", "", pick(rounds.wires, lambda wire: wire.requests)),
        *(
            Figure(f"requests to other hosts ({column})", "", {column: values}, value_limit=(column, 0))
            for column, values in pick(rounds.wires, lambda wire: wire.other_hosts).items()
        ),
    ]


def _interaction_figures(rounds: Rounds, times: int) -> list[Figure]:
    now, bigger = rounds.interactions, rounds.bigger
    cpu = pick(now, lambda each: each.cpu_ms_per_click)
    cpu_bigger = pick(bigger, lambda each: each.cpu_ms_per_click)
    return [
        Figure("server CPU per click", values=cpu, ratio_of=("c", "b"), ratio_limit=RERUN_LIMIT),
        Figure(
            f"server CPU per click, {times} × the features",
            values=cpu_bigger,
            ratio_of=("c", "b"),
        ),
        Figure(
            f"growth of it with {times} × the features",
            values={"c": cpu_bigger["c"]},
            grew_from="c",
            reference=cpu["c"],
        ),
        Figure("messages to the server per click", "", pick(now, lambda each: each.messages_per_click)),
        Figure(
            "over the websocket per click", "kB", pick(now, lambda each: each.websocket_kilobytes_per_click)
        ),
        Figure(
            "click → popup", values=pick(now, lambda each: median(each.popup_ms)), value_limit=("c", POPUP_MS)
        ),
        Figure(
            f"click → popup, {times} × the features",
            values=pick(bigger, lambda each: median(each.popup_ms)),
        ),
        Figure(
            "click → panel",
            values=pick(now, lambda each: median(each.panel_ms)),
            ratio_of=("c", "b"),
            ratio_limit=PANEL_LIMIT,
        ),
        Figure(
            f"click → panel, {times} × the features",
            values=pick(bigger, lambda each: median(each.panel_ms)),
            ratio_of=("c", "b"),
        ),
        Figure(
            "click → way by rail in the panel; b: any details",
            values={
                "b": pick(now, lambda each: median(each.panel_ms))["b"],
                **pick(rounds.ways, lambda times: median(times)),
            },
            ratio_of=("c", "b"),
            ratio_limit=PANEL_LIMIT,
        ),
        Figure(
            "layer switched",
            values=pick(now, lambda each: median(each.toggle_ms)),
            value_limit=("c", TOGGLE_MS),
        ),
        Figure(
            "requests while layers are switched",
            "",
            pick(now, lambda each: each.toggle_requests),
            value_limit=("c", 0),
        ),
    ]
