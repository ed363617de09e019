"""Asks the services of a plan, each once, however many layers use it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

from geodata.refresh.draft import Draft
from geodata.refresh.plan import Plan
from geodata.refresh.services.base import Answer, NotAskedError, Service
from geodata.refresh.services.http import Fetcher


@dataclass
class Services:
    """The services of a plan, and their answers."""

    plan: Plan
    fetcher: Fetcher
    year: int
    report: Callable[[str], None]
    """Receives a line before each request."""
    not_asked: dict[str, str] = field(default_factory=dict)
    """Service → why it can't be asked."""
    _answers: dict[tuple[str, str], Answer] = field(default_factory=dict)

    def ask(self, name: str, along: Draft | None = None) -> Answer | None:
        """Return the answer of a service, `along` the lines of a layer; `None` if its account is missing."""
        key = name, along.layer.id if along else ""
        if key not in self._answers and name not in self.not_asked:
            service: Service = self.plan.services[name]
            if along is not None:
                service = service.along(along.geometries().values())
            self.report(f"asking {name}: {service.url}")
            try:
                self._answers[key] = service.ask(self.fetcher, self.year)
            except NotAskedError as error:
                self.not_asked[name] = str(error)
        return self._answers.get(key)
