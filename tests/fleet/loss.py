"""Three replicas under load, of which one is killed: people go on elsewhere, with what they looked at."""

from __future__ import annotations

import asyncio
import random
import time
from collections import Counter
from dataclasses import dataclass, field

from websockets.exceptions import ConnectionClosed, InvalidHandshake

from tests.benchmarks.clients import Choice, Person
from tests.benchmarks.outcome import Outcome, Table
from tests.benchmarks.people import dashboard_app, open_pages
from tests.benchmarks.report import Figure, machine_line
from tests.fleet.running import RunningFleet

PEOPLE = 45
EVERY_SECONDS = 2.0
BACK_SECONDS = 10
"""Within which everybody has to be back."""
TRY_AGAIN_SECONDS = 0.5


@dataclass
class Tally:
    """What became of the people."""

    homes: Counter[str] = field(default_factory=Counter)
    """Sessions by replica before the loss."""
    actions: int = 0
    lost: int = 0
    """Whose connection was cut."""
    back_ms: list[float] = field(default_factory=list)
    """Connection cut → the page says again what it said."""
    home_again: int = 0
    """Who came back to the replica that was killed, once it had begun again."""
    wrong: list[str] = field(default_factory=list)
    """Who came back to something else, or not at all."""


def run(seconds: int) -> Outcome:
    """Let people act, kill a replica in the middle, and see to it that all go on."""
    fleet = RunningFleet()
    try:
        fleet.wait()
        tally = asyncio.run(_lose_one(fleet, seconds))
        said = [line for line in fleet.lines if line.startswith(("r1 ended", "r1 begins again"))]
    finally:
        fleet.stop()
    on_it = tally.homes["atlas_replica=r1"]
    back = tally.back_ms or [float("inf")]
    figures = [
        Figure("people", "", {"a": [PEOPLE]}),
        Figure("of them on the replica that was killed", "", {"a": [on_it]}),
        Figure("whose connection was cut", "", {"a": [tally.lost]}),
        Figure("of them back on it, once it had begun again", "", {"a": [tally.home_again]}),
        Figure("who lost what they looked at", "", {"a": [len(tally.wrong)]}, value_limit=("a", 0)),
        Figure("cut → the same on the page again", "ms", {"a": back}, value_limit=("a", 1000 * BACK_SECONDS)),
        Figure("actions answered in all", "", {"a": [tally.actions]}),
    ]
    note = " ".join(f"{text}." for text in [*tally.wrong, *said, machine_line()])
    return Outcome([Table(figures, {"a": ""})], note, 1)


async def _lose_one(fleet: RunningFleet, seconds: float) -> Tally:
    tally, app = Tally(), dashboard_app()
    people = [Person(fleet.url, app) for _ in range(PEOPLE)]
    opened = await open_pages(people)
    tally.homes = Counter(person.cookie for person in opened)
    if len(opened) < PEOPLE:
        tally.wrong.append(f"{PEOPLE - len(opened)} could not open the page")
    end = time.monotonic() + seconds
    try:
        await asyncio.gather(
            *(_live(person, number, end, tally) for number, person in enumerate(opened)),
            _kill(fleet, seconds / 2),
        )
    finally:
        await asyncio.gather(*(person.leave() for person in people), return_exceptions=True)
    return tally


async def _kill(fleet: RunningFleet, seconds: float) -> None:
    await asyncio.sleep(seconds)
    fleet.kill("r1")


async def _live(person: Person, number: int, end: float, tally: Tally) -> None:
    """Choose features; after a cut, do what the page does: connect again, and tell the address."""
    chance = random.Random(number)  # noqa: S311 -- the same each time
    shown = await _choose(person, chance.choice(person.app.choices), tally, None)
    while time.monotonic() < end:
        await asyncio.sleep(chance.uniform(0, 2 * EVERY_SECONDS))
        shown = await _choose(person, chance.choice(person.app.choices), tally, shown)


async def _choose(person: Person, choice: Choice, tally: Tally, shown: Choice | None) -> Choice | None:
    """Choose a feature, unless the connection is cut; returns what the page shows then."""
    if choice is shown:
        return shown
    try:
        await person.act(choice)
    except ConnectionClosed:
        await _come_back(person, tally, shown)
        return shown
    tally.actions += 1
    person.query = f"feature={choice.value['feature']}"
    return choice


async def _come_back(person: Person, tally: Tally, shown: Choice | None) -> None:
    tally.lost += 1
    began, before = time.monotonic(), person.cookie
    while time.monotonic() - began < BACK_SECONDS:
        try:
            heard = await person.connect()
        except (OSError, InvalidHandshake, ConnectionClosed):
            await asyncio.sleep(TRY_AGAIN_SECONDS)
            continue
        tally.back_ms.append(1000 * (time.monotonic() - began))
        if shown is not None and not any(shown.answer.encode() in message for message in heard):
            tally.wrong.append(f"a page came back without {shown.answer!r}")
        tally.home_again += person.cookie == before
        return
    tally.wrong.append("a page did not come back")
