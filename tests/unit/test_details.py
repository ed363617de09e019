"""What the panel shows of a feature: figures beside its peers', tracks of a line, trains of a station."""

import pytest

from dashboard.views.feature_details import feature_details
from geodata import in_language


@pytest.fixture
def details(atlas):
    def of(reference, language="en"):
        shown = in_language(atlas, language)
        return feature_details(shown, shown.feature(reference))

    return of


def test_a_figure_is_told_with_its_rank_and_the_lowest_and_highest_of_its_kind(details):
    population = details("municipalities.hengelo").peers[0]
    assert (population.label, population.value) == ("Inhabitants", "83,058")
    assert (population.rank, population.count) == (2, 14)
    assert [end[0].name for end in (population.lowest, population.highest)] == ["Tubbergen", "Enschede"]
    assert len(population.marks) == 13
    assert 0 < population.own_mark < 100
    assert details("municipalities.enschede").peers[0].own_mark == 100


def test_peers_are_of_the_same_kind_and_years_that_differ_are_said(details):
    [population] = details("cities.munster").peers
    assert population.count == 5, "the five cities of the network"
    assert population.years == ["2022", "2024"]
    assert details("municipalities.hengelo").peers[0].years == []


def test_a_feature_without_the_figure_and_a_kind_of_two_are_not_compared(details):
    assert details("knowledge_institutes.saxion_deventer").peers == []
    assert details("border.nl_de").peers == []


def test_short_key_facts_come_first_and_what_belongs_to_the_method_last(details):
    found = details("region.twente")
    assert [fact.label for fact in found.key_facts] == ["Inhabitants", "Area as measured", "Municipalities"]
    folded = {fact.label for fact in found.folded}
    assert {"Inhabitants counted on", "Area as published", "Area as drawn"} <= folded
    assert not folded & {fact.label for fact in found.facts + found.key_facts}


def test_a_line_says_from_stop_to_stop_what_its_tracks_are_like_and_where_it_breaks(details):
    found = details("rail_corridors.zwolle_twente_munster")
    assert [(track.label, track.is_double, track.is_dashed) for track in found.tracks] == [
        ("Two tracks, overhead line", True, False),
        ("Bottleneck, overhead line", False, False),
        ("One track, no overhead line", False, True),
        ("Bottleneck, no overhead line", False, True),
    ]
    zwolle, *_, last = found.stops
    assert [round(km, 1) for _track, km in zwolle.tracks] == [1.2, 11.1]
    assert last.tracks == []
    [broken] = [stop for stop in found.stops if stop.breaks]
    assert broken.link.name == "Enschede"
    assert broken.breaks[0].reference == "rail_sections.enschede_break"


def test_each_leg_has_tracks_but_where_none_are_known(atlas, details):
    unknown = {
        corridor: [
            stop.link.name for stop in details(f"rail_corridors.{corridor}").stops[:-1] if not stop.tracks
        ]
        for corridor in atlas.in_memory["rail_corridors"].properties
    }
    dortmund = ["Lünen Hbf", "Lünen Preußen", "Dortmund-Derne", "Dortmund-Kirchderne"]
    assert {name: stops for name, stops in unknown.items() if stops} == {"enschede_gronau_dortmund": dortmund}


def test_tracks_lie_in_the_order_of_the_line_where_it_runs_the_other_way(details):
    line = details("rail_corridors.zwolle_twente_munster").stops
    other = details("rail_corridors.amsterdam_hengelo_berlin").stops
    for stops in (line, other):
        names = [stop.link.name for stop in stops]
        at = names.index("Almelo")
        assert stops[at].tracks[0][0].label == "Two tracks, overhead line"


def test_a_station_lists_its_trains_with_the_minutes_to_where_they_end(details):
    trains = {train.line: train for train in details("stations.enschede").station.trains}
    [(munster, minutes)] = trains["RB64"].ends
    assert (munster.name, minutes, trains["RB64"].often) == (
        "Münster (Westf) Hbf",
        "75\u00a0min",
        "every hour",
    )
    assert trains["RS23"].often == "2 an hour"
    assert {end.name: minutes for end, minutes in trains["RS23"].ends} == {"Zwolle": "66\u00a0min"}
    hengelo = {train.line: train for train in details("stations.hengelo").station.trains}
    assert len(hengelo["RS23"].ends) == 2, "in both directions"


def test_a_station_says_how_many_stations_are_within_each_limit(details):
    within = details("stations.enschede").station.within
    assert [limit for limit, _count in within] == [
        "30\u00a0min",
        "60\u00a0min",
        "90\u00a0min",
        "120\u00a0min",
    ]
    counts = [count for _limit, count in within]
    assert counts == sorted(counts)
    assert counts[0] > 5
    assert details("cities.enschede").station is None


def test_trains_are_told_in_the_language_of_the_page(details):
    often = {train.line: train.often for train in details("stations.enschede", "de").station.trains}
    assert often["RB64"] == "stündlich"
    assert often["RS23"] == "2 pro Stunde"
