"""`twente-atlas reach`: prints how far it is by rail from a station."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING

import click

from dashboard.commands.options import catalog_option, json_option
from geodata.json_object import JsonObject

if TYPE_CHECKING:
    from geodata import Atlas
    from geodata.catalog.network_schema import Scenario
    from geodata.network.reach import Reach

MARKS = {"is_unconfirmed": "?", "may_be_less": "<"}
"""Marks of the table: minutes that are not confirmed, and minutes that an unknown train may beat."""


@click.command()
@catalog_option
@click.option("--minutes", type=click.IntRange(1, 1440), default=60, metavar="N", help="longest travel time")
@click.option("--scenario", metavar="ID", help="another network than today’s, compared with it")
@click.option("--waiting", is_flag=True, help="count half the time between two trains")
@json_option
@click.argument("station")
def command(
    catalog: Path, minutes: int, scenario: str | None, waiting: bool, as_json: bool, station: str
) -> None:
    """Print how far it is by rail from STATION.

    STATION is an id such as `hengelo`. Also printed: who lives within reach, and what a scenario changes.
    """
    from geodata import load_atlas

    atlas = load_atlas(catalog)
    reach = describe_reach(atlas, station, minutes, scenario, waiting=waiting)
    if as_json:
        click.echo(json.dumps(reach, indent=2, ensure_ascii=False))
    else:
        print_reach(atlas, reach)


def describe_reach(
    atlas: Atlas, station: str, minutes: int, scenario: str | None, *, waiting: bool
) -> JsonObject:
    """Return what is within a number of minutes from a station, as JSON-ready values."""
    from geodata.network.reach import reach_from
    from geodata.network.scenarios import compare, load_network

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


def print_reach(atlas: Atlas, described: JsonObject) -> None:
    """Print the result of `describe_reach` as a table."""
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
