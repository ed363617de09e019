"""How many people one server holds.

So many sessions open the page over loopback and then choose a feature every five seconds each, for a bounded
time; each step has a server of its own.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import random
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from functools import cache
from html import escape
from pathlib import Path
from typing import Any

from geodata import DEFAULT_CATALOG, read_catalog
from tests.benchmarks import servers
from tests.benchmarks.clients import App, Choice, Person
from tests.benchmarks.outcome import Outcome, Table
from tests.benchmarks.report import COLUMNS, Figure, machine_line
from tests.benchmarks.servers import Server

STEPS = (1, 10, 50, 200)
"""Sessions at the same time."""
IDLE_STEP = 50
"""The step whose sessions are weighed; an empty Streamlit page has as many."""
CPU_STEP = 10
EVERY_SECONDS = 5
ANSWER_MS = 500
"""Within which 95 of 100 answers have to come for a server to hold its visitors."""
SETTLE_SECONDS = 3
LEFT_STEPS = (50, 200)
"""The steps after which the dashboard's server is watched as it gives memory back."""
LEFT_SECONDS = 150
"""So long at most it is waited for: Streamlit keeps a session for two minutes, as its page may come back."""
OPENING_AT_ONCE = 8
CPU_LIMIT = 1 / 20
HOLD_LIMIT = 1 / 10
SESSION_MB = 3
LEFT_LIMIT = 1.1

ALL = "all steps"
"""What the rows of all of them begin with."""

Serve = Callable[[Path], AbstractContextManager[Server]]


@dataclass
class Step:
    """What so many sessions on one server came to."""

    sessions: int
    opened: int = 0
    answers_ms: list[float] = field(default_factory=list)
    """Action → script finished; what was under way at the end counts with the time that it had by then."""
    unanswered: int = 0
    cpu_ms_per_action: float = 0
    memory_before_mb: float = 0
    """Of the server after one visitor has come and gone."""
    memory_idle_mb: float = 0
    """With all sessions open, before they act."""
    memory_left_mb: float = 0
    """After all have left."""
    left_seconds: float = 0
    """Until it was within 10 % of what it was before, or all the time that it had."""

    @property
    def p50_ms(self) -> float:
        """Half of the answers came within this."""
        return statistics.median(self.answers_ms) if self.answers_ms else float("inf")

    @property
    def p95_ms(self) -> float:
        """95 of 100 answers came within this."""
        ordered = sorted(self.answers_ms)
        return ordered[max(0, -(-len(ordered) * 95 // 100) - 1)] if ordered else float("inf")

    @property
    def is_held(self) -> bool:
        """Whether all could open the page and 95 of 100 answers came in time."""
        return self.opened == self.sessions and self.p95_ms <= ANSWER_MS

    @property
    def mb_per_session(self) -> float:
        """Memory of an open page whose visitor does nothing."""
        return (self.memory_idle_mb - self.memory_before_mb) / max(self.opened, 1)


Results = dict[str, dict[int, list[Step]]]
"""Column → sessions → a step per round."""


def add_options(parser: argparse._ActionsContainer) -> None:
    """Add what is this part's own."""
    parser.add_argument("--seconds", type=int, default=60, choices=range(10, 301), metavar="10–300",
                        help="how long all sessions act in each step")  # fmt: skip
    parser.add_argument("--sessions", nargs="+", type=int, choices=STEPS, default=list(STEPS),
                        help="at the same time")  # fmt: skip


def run(options: argparse.Namespace) -> Outcome:
    """Measure step by step, each side in turn."""
    steps = [sessions for sessions in STEPS if sessions in options.sessions]
    rounds, seconds = (1, 15) if options.quick else (options.rounds or 3, options.seconds)
    results: Results = {column: {} for column in "abc"}
    sides: dict[str, tuple[Serve, App]] = {
        "a": (servers.empty_page, App()),
        "b": (lambda folder: servers.baseline(folder, DEFAULT_CATALOG), baseline_app()),
        "c": (servers.dashboard, dashboard_app()),
    }
    for number in range(rounds):
        for sessions in steps:
            for column, (serve, app) in sides.items():
                if column == "a" and sessions != IDLE_STEP:
                    continue
                with tempfile.TemporaryDirectory() as folder, serve(Path(folder) / column) as server:
                    step = asyncio.run(_step(server, app, sessions, seconds))
                    if column == "c" and sessions in LEFT_STEPS:
                        asyncio.run(_wait_for_memory(server, app, step))
                results[column].setdefault(sessions, []).append(step)
                sys.stderr.write(f"round {number + 1}, {COLUMNS[column]}, {describe(step)}\n")
    columns = {column: COLUMNS[column] for column in "abc"}
    note = f"Medians (min–max) of {rounds} rounds of {seconds} s. {machine_line()}."
    groups = [*map(sessions_of, steps), *([ALL] if is_whole(results) else [])]
    return Outcome([Table(to_figures(results), columns, groups)], note, rounds)


def is_whole(results: Results) -> bool:
    """Whether each step was measured."""
    return set(results["c"]) == set(STEPS)


def sessions_of(sessions: int) -> str:
    """Return what the rows of a step begin with."""
    return f"{sessions} session{'s' if sessions > 1 else ''}"


def describe(step: Step) -> str:
    """Say in a line what a step came to."""
    return (
        f"{step.sessions} sessions: {step.opened} opened, {len(step.answers_ms)} actions "
        f"({step.unanswered} unanswered), p50 {step.p50_ms:.0f} ms, p95 {step.p95_ms:.0f} ms, CPU "
        f"{step.cpu_ms_per_action:.1f} ms per action, memory {step.memory_before_mb:.0f} → "
        f"{step.memory_idle_mb:.0f} → {step.memory_left_mb:.0f} MB ({step.left_seconds:.0f} s later)"
    )


async def _step(server: Server, app: App, sessions: int, seconds: float) -> Step:
    step = Step(sessions)
    await _visit(server, app)
    await asyncio.sleep(SETTLE_SECONDS)
    step.memory_before_mb = server.memory_mb()
    people = [Person(server.url, app) for _ in range(sessions)]
    try:
        opened = await open_pages(people)
        step.opened = len(opened)
        await asyncio.sleep(SETTLE_SECONDS)
        step.memory_idle_mb = server.memory_mb()
        if app.choices:
            idle_rate = await _idle_cpu_rate(server)
            cpu_before, began = server.cpu_seconds(), time.perf_counter()
            await asyncio.gather(
                *(act_for(person, number, step, seconds) for number, person in enumerate(opened))
            )
            spent = server.cpu_seconds() - cpu_before - idle_rate * (time.perf_counter() - began)
            step.cpu_ms_per_action = 1000 * spent / max(len(step.answers_ms) - step.unanswered, 1)
    finally:
        await asyncio.gather(*(person.leave() for person in people), return_exceptions=True)
    return step


async def _visit(server: Server, app: App) -> None:
    """One visitor comes, chooses a feature, and goes."""
    person = Person(server.url, app)
    await person.open()
    for choice in app.choices[:2]:
        await person.act(choice)
    await person.leave()


async def open_pages(people: list[Person]) -> list[Person]:
    """Open the page for all, a few at a time; returns those whose page opened."""
    door = asyncio.Semaphore(OPENING_AT_ONCE)

    async def open_one(person: Person) -> bool:
        async with door:
            try:
                await person.open()
            except (TimeoutError, OSError):
                return False
        return True

    has_opened = await asyncio.gather(*map(open_one, people))
    return [person for person, is_open in zip(people, has_opened, strict=True) if is_open]


async def _idle_cpu_rate(server: Server) -> float:
    """Return the CPU seconds per second of a server whose visitors do nothing."""
    before, began = server.cpu_seconds(), time.perf_counter()
    await asyncio.sleep(SETTLE_SECONDS)
    return (server.cpu_seconds() - before) / (time.perf_counter() - began)


async def act_for(person: Person, number: int, step: Step, seconds: float) -> None:
    """Choose a feature every five seconds until the time is up; each visitor begins at a time of its own."""
    chance = random.Random(number)  # noqa: S311 -- the same each time
    end = time.perf_counter() + seconds
    due = time.perf_counter() + chance.uniform(0, EVERY_SECONDS)
    previous = None
    while due < end:
        await asyncio.sleep(due - time.perf_counter())
        choice = chance.choice([each for each in person.app.choices if each is not previous])
        previous, began = choice, time.perf_counter()
        try:
            async with asyncio.timeout(max(end - began, 0)):
                answer_seconds = await person.act(choice)
        except TimeoutError:
            # The last action may have had no time at all; one that had more than a held answer takes counts.
            if 1000 * (time.perf_counter() - began) > ANSWER_MS:
                step.answers_ms.append(1000 * (time.perf_counter() - began))
                step.unanswered += 1
            return
        step.answers_ms.append(1000 * answer_seconds)
        due = max(due + EVERY_SECONDS, time.perf_counter())


async def _wait_for_memory(server: Server, app: App, step: Step) -> None:
    """Wait until memory is back; Streamlit lets go of old sessions as others leave, so one comes by."""
    began = time.perf_counter()
    while True:
        await asyncio.sleep(EVERY_SECONDS)
        await _visit(server, app)
        step.memory_left_mb = server.memory_mb()
        step.left_seconds = time.perf_counter() - began
        if step.memory_left_mb <= LEFT_LIMIT * step.memory_before_mb or step.left_seconds > LEFT_SECONDS:
            return


def to_figures(results: Results) -> list[Figure]:
    """Return the rows of the table."""

    def pick(value: Callable[[Step], float], sessions: int, columns: str = "bc") -> dict[str, list[float]]:
        return {column: [value(step) for step in results[column][sessions]] for column in columns}

    def held(column: str) -> list[float]:
        by_round = zip(*results[column].values(), strict=True)
        return [max((step.sessions for step in steps if step.is_held), default=0) for steps in by_round]

    figures = []
    for sessions in results["c"]:
        of = sessions_of(sessions)
        figures += [
            Figure(f"{of}: action → answer, p50", values=pick(lambda step: step.p50_ms, sessions)),
            Figure(f"{of}: action → answer, p95", values=pick(lambda step: step.p95_ms, sessions)),
            Figure(
                f"{of}: server CPU per action",
                values=pick(lambda step: step.cpu_ms_per_action, sessions),
                ratio_of=("c", "b"),
                ratio_limit=CPU_LIMIT if sessions == CPU_STEP else None,
            ),
        ]
        if sessions == IDLE_STEP:
            idle = pick(lambda step: step.mb_per_session, sessions, "abc")
            above = [dashboard - empty for dashboard, empty in zip(idle["c"], idle["a"], strict=True)]
            before = pick(lambda step: step.memory_before_mb, sessions, "abc")
            figures += [
                Figure(f"{of}: memory of the server before them", "MB", before),
                Figure(f"{of}: memory per idle session", "MB", idle),
                Figure(f"{of}: above an empty page's", "MB", {"c": above}, value_limit=("c", SESSION_MB)),
            ]
        if sessions in LEFT_STEPS:
            left = pick(lambda step: step.memory_left_mb / step.memory_before_mb, sessions, "c")
            seconds = pick(lambda step: step.left_seconds, sessions, "c")
            figures += [
                Figure(f"{of}: memory after they left / before", "×", left, value_limit=("c", LEFT_LIMIT)),
                Figure(f"{of}: seconds that it took", "s", seconds),
            ]
    if is_whole(results):
        figures.append(
            Figure(
                f"{ALL}: sessions held, with p95 ≤ {ANSWER_MS} ms",
                "",
                {column: held(column) for column in "bc"},
                ratio_of=("b", "c"),
                ratio_limit=HOLD_LIMIT,
            )
        )
    return figures


@cache
def _features() -> list[tuple[str, dict[str, Any]]]:
    """Return the features of the shipped atlas by their address, but those whose name HTML has to escape."""
    source = read_catalog(DEFAULT_CATALOG)
    return [
        (f"{layer_id}.{feature['id']}", feature)
        for layer_id, layer in source.catalog.layers.items()
        for feature in json.loads((source.folder / layer.path).read_text(encoding="utf-8"))["features"]
        if escape(feature["properties"]["name"]) == feature["properties"]["name"]
    ]


def dashboard_app() -> App:
    """Return what a visitor of the dashboard does: its map reports the address of what is chosen."""
    return App(
        documents=("/", "/map"),
        widget_id=lambda element: element.bidi_component.id,
        choices=[
            Choice(
                {"feature": reference, "story": None, "bounds": None, "more": 0},
                f">{feature['properties']['name']}</h2>",
            )
            for reference, feature in _features()
        ],
    )


def baseline_app() -> App:
    """Return what a visitor of streamlit-folium does: its map reports the feature that was clicked."""
    choices = [
        Choice({"last_active_drawing": feature}, feature["properties"]["name"]) for _, feature in _features()
    ]
    return App(widget_id=lambda element: element.component_instance.id, choices=choices)
