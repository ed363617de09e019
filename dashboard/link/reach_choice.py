"""Reads and writes the question about travel times in an address."""

from collections.abc import Mapping
from dataclasses import dataclass

from dashboard.i18n.languages import interface_strings
from dashboard.link.query_reader import QueryReader
from geodata import Atlas

PARAMETERS = ("reach", "minutes", "scenario", "against", "waiting", "to", "border")
"""Parameters of an address with the question about travel times."""

MAX_MINUTES = 1440


@dataclass(frozen=True)
class ReachChoice:
    """A question about travel times."""

    station: str | None = None
    """Id of the station where all trips start."""
    minutes: int | None = None
    """Limit; the map shows farther stations faintly, the panel leaves them out."""
    scenario: str | None = None
    """Id of the scenario that is shown; `None` for today."""
    against: str | None = None
    """Id of the scenario that it is compared with; `None` for today."""
    waiting: bool = False
    """Whether waiting counts: half the time between two trains."""
    to: str | None = None
    """Reference of the feature to which the trip is shown."""
    is_border: bool = False
    """Whether pairs across the border are shown instead of one station."""

    @property
    def is_asked(self) -> bool:
        """Whether the map shows an answer."""
        return self.station is not None or self.is_border


def read_choice(query: Mapping[str, str], atlas: Atlas) -> tuple[ReachChoice, list[str]]:
    """Return the question in an address, and the problems with it."""
    _ = interface_strings(atlas.language).gettext
    tables, reader = atlas.catalog.network, QueryReader(query)
    if tables is None:
        is_asked = any(query.get(name) for name in PARAMETERS)
        return ReachChoice(), [_("This atlas has no rail network to ask.")] if is_asked else []
    stations = atlas.in_memory[tables.stations].properties if tables.stations in atlas.in_memory else {}
    scenarios = {scenario.id for scenario in tables.scenarios}
    minutes = reader.valid(
        "minutes", _is_minutes, _("The address has “{minutes}” where a number of minutes belongs.")
    )
    choice = ReachChoice(
        station=reader.known("reach", stations, _("The address refers to unknown station “{reach}”.")),
        minutes=None if minutes is None else int(minutes),
        scenario=reader.known(
            "scenario", scenarios, _("The address refers to unknown scenario “{scenario}”.")
        ),
        against=reader.known("against", scenarios, _("The address refers to unknown scenario “{against}”.")),
        waiting=query.get("waiting") == "1",
        to=reader.valid(
            "to",
            lambda reference: station_of(atlas, reference),
            _("The address asks for a trip to “{to}”, which has no station."),
        ),
        is_border=query.get("border") == "1" and tables.lens is not None,
    )
    return choice, reader.problems


def to_parameters(choice: ReachChoice) -> dict[str, str | None]:
    """Return the parameters of a question; `None` for defaults."""
    return {
        "reach": choice.station,
        "minutes": None if choice.minutes is None else str(choice.minutes),
        "scenario": choice.scenario,
        "against": choice.against,
        "waiting": "1" if choice.waiting else None,
        "to": choice.to,
        "border": "1" if choice.is_border else None,
    }


def station_of(atlas: Atlas, reference: str) -> str | None:
    """Return the station of a feature, which may be a station itself; `None` without one."""
    from geodata.network.places import places_of  # loads the measuring code, which most addresses do not need

    tables = atlas.catalog.network
    feature = atlas.feature(reference)
    if tables is None or feature is None:
        return None
    if feature.layer.id == tables.stations:
        return feature.id
    return next((place.station for place in places_of(atlas) if place.feature.reference == reference), None)


def _is_minutes(text: str) -> bool:
    return text.isascii() and text.isdigit() and 0 < int(text[:6]) <= MAX_MINUTES
