"""How many sessions three replicas carry against one, and what the processors do meanwhile."""

from __future__ import annotations

import asyncio
import os
import statistics
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from tests.benchmarks import servers
from tests.benchmarks.clients import Person
from tests.benchmarks.outcome import Outcome, Table
from tests.benchmarks.people import ANSWER_MS, EVERY_SECONDS, Step, act_for, dashboard_app, open_pages
from tests.benchmarks.report import Figure, machine_line
from tests.fleet.running import RunningFleet

FIRST = 250
GROWTH = 1.1
"""From step to step; what the first side carried is what the other begins with."""
MOST = 2500
STEP_SECONDS = 12

SIDES = {"a": 1, "b": 3}
COLUMNS = {"a": "one replica", "b": "three replicas"}


@dataclass
class Load:
    """A step, with the processor time of everybody in it."""

    step: Step
    replicas_cores: float
    nginx_cores: float
    people_cores: float
    """Of the simulated people, who are on the same machine."""
    machine_cores: float
    """Of everything that runs on it."""

    @property
    def all_cores(self) -> float:
        """Of all three together."""
        return self.replicas_cores + self.nginx_cores + self.people_cores

    @property
    def others_cores(self) -> float:
        """Of what has nothing to do with this."""
        return max(self.machine_cores - self.all_cores, 0.0)

    @property
    def per_second(self) -> float:
        """Actions that were answered."""
        return (len(self.step.answers_ms) - self.step.unanswered) / STEP_SECONDS


def run(_: int) -> Outcome:
    """Let more and more people in, until 95 of 100 answers do not come in time."""
    held: dict[str, Load] = {}
    broken: dict[str, Load] = {}
    memory: dict[str, float] = {}
    first = FIRST
    for side, replicas in SIDES.items():
        fleet = RunningFleet(replicas=replicas)
        try:
            fleet.wait()
            loads = asyncio.run(_climb(fleet, first))
            memory[side] = statistics.mean(servers.memory_mb(pid) for pid in fleet.pids.values())
        finally:
            fleet.stop()
        if not loads[0].step.is_held:
            load = f"others take {loads[0].others_cores:.1f} of {os.cpu_count()} processors"
            sys.exit(f"this machine is too busy: {COLUMNS[side]} can't carry {first} sessions; {load}")
        held[side] = next(load for load in reversed(loads) if load.step.is_held)
        broken[side] = loads[-1]
        first = held[side].step.sessions
    note = f"{_bound(held, broken)} {machine_line()}."
    return Outcome([Table(to_figures(held, broken, memory), COLUMNS)], note, 1)


async def _climb(fleet: RunningFleet, sessions: int) -> list[Load]:
    """Return the loads from so many on up to the first that is not carried; nobody leaves in between."""
    app, people, loads = dashboard_app(), [], []
    try:
        while sessions <= MOST:
            new = [Person(fleet.url, app) for _ in range(sessions - len(people))]
            people += new
            is_full = len(await open_pages(new)) < len(new)
            load = await _measure(fleet, people, is_full)
            loads.append(load)
            cores = f"{load.all_cores:.2f} processors in use, and {load.others_cores:.2f} by others"
            sys.stderr.write(f"{sessions} sessions: p95 {load.step.p95_ms:.0f} ms, {cores}\n")
            if not load.step.is_held:
                break
            sessions = round(sessions * GROWTH)
    finally:
        await asyncio.gather(*(person.leave() for person in people), return_exceptions=True)
    return loads


async def _measure(fleet: RunningFleet, people: list[Person], is_full: bool) -> Load:
    """Let all act for a while, unless somebody could not even open the page."""
    step = Step(len(people), 0 if is_full else len(people))
    began, before = time.monotonic(), _cpu_seconds(fleet)
    if not is_full:
        await asyncio.gather(
            *(act_for(person, number, step, STEP_SECONDS) for number, person in enumerate(people))
        )
    seconds, after = time.monotonic() - began, _cpu_seconds(fleet)
    return Load(step, *((end - start) / seconds for start, end in zip(before, after, strict=True)))


def _cpu_seconds(fleet: RunningFleet) -> tuple[float, float, float, float]:
    """Return the processor time so far of replicas, of nginx, of ourselves, and of the whole machine."""
    replicas = sum(servers.cpu_seconds(pid) for pid in fleet.pids.values())
    nginx = sum(servers.cpu_seconds(pid) for pid in fleet.nginx_pids()[:1])
    return replicas, nginx, time.process_time(), _machine_cpu_seconds()


def _machine_cpu_seconds() -> float:
    """Return what the system counts as work of any kind: all but idle and waiting for a disk."""
    user, nice, system, _, _, *others = (
        Path("/proc/stat").read_text(encoding="ascii").split("\n")[0].split()[1:9]
    )
    return sum(map(int, (user, nice, system, *others))) / os.sysconf("SC_CLK_TCK")


def to_figures(held: dict[str, Load], broken: dict[str, Load], memory: dict[str, float]) -> list[Figure]:
    """Return the rows of the table."""

    def pick(loads: dict[str, Load], value: Callable[[Load], float]) -> dict[str, list[float]]:
        return {side: [value(load)] for side, load in loads.items()}

    return [
        Figure(
            f"sessions carried: p95 ≤ {ANSWER_MS} ms, each acting every {EVERY_SECONDS} s",
            "",
            pick(held, lambda load: load.step.sessions),
            ratio_of=("b", "a"),
        ),
        Figure("p95 with so many", "ms", pick(held, lambda load: load.step.p95_ms)),
        Figure("most sessions that were tried", "", pick(broken, lambda load: load.step.sessions)),
        Figure("p95 with so many", "ms", pick(broken, lambda load: load.step.p95_ms)),
        Figure("actions answered per second then", "", pick(broken, lambda load: load.per_second)),
        Figure(f"processors in use then, of {os.cpu_count()}", "", pick(broken, lambda load: load.all_cores)),
        Figure("of it: replicas", "", pick(broken, lambda load: load.replicas_cores)),
        Figure("of it: nginx", "", pick(broken, lambda load: load.nginx_cores)),
        Figure("of it: the people themselves", "", pick(broken, lambda load: load.people_cores)),
        Figure("others at work on the machine then", "", pick(broken, lambda load: load.others_cores)),
        Figure("memory of a replica at the end", "MB", {side: [mb] for side, mb in memory.items()}),
    ]


def _bound(held: dict[str, Load], broken: dict[str, Load]) -> str:
    """Say by how much three carry more, and what bounds them on this machine."""
    ratio = held["b"].step.sessions / held["a"].step.sessions
    cores, end = os.cpu_count() or 1, broken["b"]
    replica = end.replicas_cores / max(end.per_second, 1e-9)
    beside = (end.nginx_cores + end.people_cores) / max(end.per_second, 1e-9)
    bound = cores / (replica + beside) / max(broken["a"].per_second, 1e-9)
    return (
        f"Three carry {ratio:.2f} × the sessions of one. An action takes {1000 * replica:.1f} ms of a "
        f"replica's processor, {1000 * beside:.1f} ms of nginx's and of who asks: on {cores} processors for "
        f"all of it, no number of replicas answers more than {bound:.2f} × the actions of one."
    )
