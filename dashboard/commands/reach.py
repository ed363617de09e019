"""`twente-atlas reach`: how far it is from a station, as a table or as JSON."""

from __future__ import annotations

import json

import click

from geodata import Atlas
from geodata.catalog.network_schema import Scenario
from geodata.json_object import JsonObject
from geodata.network.reach import Reach, reach_from
from geodata.network.scenarios import compare, load_network

MARKS = {"is_unconfirmed": "?", "may_be_less": "<"}
"""How the table marks minutes that rest on doubtful ones, and those that an unknown train may beat."""


def describe_reach(
    atlas: Atlas, station: str, minutes: int, scenario: str | None, *, waiting: bool
) -> JsonObject:
    """Return what is within so many minutes of a station, as JSON-ready values.

    Raises
    ------
    NoNetworkError, UnknownScenarioError, UnknownStationError
        If there is no such thing.
    """
    reach = reach_from(atlas, station, scenario, waiting=waiting)
    entry = next((entry for entry in reach.tables.scenarios if entry.id == scenario), None)
    described: JsonObject = {
        "from": station,
        "minutes": minutes,
        "waiting": waiting,
        "scenario": _evidence(entry) if entry else None,
        "note": reach.tables.note,
        "stations": [_station(reach, stop) for stop in reach.stations_within(minutes)],
        "minutes_unknown": reach.stations_that_are("unknown"),
        "no_train": reach.stations_that_are("unreachable"),
        "places": [
            {"place": place.feature.reference, "station": place.station, "minutes": taken}
            for place, taken in reach.places()
            if taken is not None and taken <= minutes
        ],
        "people": [
            {"country": people.country, "date": people.date, "count": people.count,
             "municipalities": list(people.municipalities)}
            for people in reach.people_within(minutes)
        ],
    }  # fmt: skip
    if entry is not None:
        gains = compare(load_network(atlas), reach.network, station, waiting=waiting)
        described["compared_with_today"] = [
            {"station": gain.station, "before": gain.before, "after": gain.after} for gain in gains
        ]
    return described


def print_reach(atlas: Atlas, described: JsonObject, *, as_json: bool) -> None:
    """Print it for a program, or for people."""
    if as_json:
        click.echo(json.dumps(described, indent=2, ensure_ascii=False))
        return
    tables = atlas.catalog.network
    names = atlas.in_memory[tables.stations].properties if tables else {}

    def name(station: str) -> str:
        return str(names.get(station, {}).get("name", station))

    scenario = described["scenario"]
    click.echo(f"From {name(described['from'])}, at most {described['minutes']} minutes, " + (
        f"if “{scenario['title']}”. {scenario['status']}; {scenario['year']}. Source: {scenario['source']}."
        if scenario
        else "today."
    ))  # fmt: skip
    for stop in described["stations"]:
        mark = "".join(sign for key, sign in MARKS.items() if stop[key])
        services = ", ".join(" or ".join(leg) for leg in stop["services"])
        click.echo(
            f"{stop['minutes']:7g}{mark:<2} {stop['changes']} × change  {name(stop['station'])}  ({services})"
        )
    for people in described["people"]:
        click.echo(f"People in {people['country']}, {people['date']}: {people['count']:,}")
    for key, label in (("minutes_unknown", "Minutes not known"), ("no_train", "No train known")):
        if described[key]:
            click.echo(f"{label}: {', '.join(map(name, described[key]))}")
    for gain in described.get("compared_with_today", []):
        click.echo(f"{name(gain['station'])}: {_minutes(gain['before'])} → {_minutes(gain['after'])} min")
    click.echo("? rests on minutes that are not confirmed; < a train of unknown minutes may be faster.")
    click.echo(described["note"])


def _station(reach: Reach, station: str) -> JsonObject:
    trip = reach.paths.trip_to(station)
    lines = {key: service.line for key, service in reach.tables.services.items()}
    return {
        "station": station,
        "minutes": reach.paths.minutes_to(station),
        "changes": trip.transfers if trip else 0,
        "services": [[lines[key] for key in leg.services] for leg in trip.legs] if trip else [],
        "is_unconfirmed": trip is not None and not trip.is_confirmed,
        "may_be_less": reach.paths.may_be_less(station),
    }


def _evidence(scenario: Scenario) -> JsonObject:
    return scenario.model_dump(include={"id", "title", "status", "year", "source", "note"})


def _minutes(value: float | None) -> str:
    return "not known" if value is None else f"{value:g}"
