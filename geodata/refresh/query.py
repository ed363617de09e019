"""The services of a plan, each asked once, however many layers it feeds."""

from __future__ import annotations

from collections.abc import Callable

from geodata.atlas.atlas import Atlas
from geodata.refresh.draft import Draft
from geodata.refresh.plan import Plan
from geodata.refresh.services.base import Answer, NotAskedError, Service
from geodata.refresh.services.http import Fetcher


class Asking:
    """The answers of services; those that can't be asked here are in `refused`, with the reason."""

    def __init__(
        self, atlas: Atlas, plan: Plan, fetcher: Fetcher, year: int, say: Callable[[str], None]
    ) -> None:
        self.atlas, self.plan, self._fetcher, self._year, self._say = atlas, plan, fetcher, year, say
        self._answers: dict[tuple[str, str], Answer] = {}
        self.refused: dict[str, str] = {}

    def ask(self, name: str, along: Draft | None = None) -> Answer | None:
        """Return what a service answers, along a layer's lines or as a whole; `None` without an account."""
        key = name, along.layer.id if along else ""
        if key not in self._answers and name not in self.refused:
            service: Service = self.plan.services[name]
            if along is not None:
                service = service.of_lines(along.geometries().values())
            self._say(f"asking {name}: {service.url}")
            try:
                self._answers[key] = service.ask(self._fetcher, self._year)
            except NotAskedError as error:
                self.refused[name] = str(error)
        return self._answers.get(key)
