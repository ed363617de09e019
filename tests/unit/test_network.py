"""Minutes by rail against examples worked by hand, each from the figures of the corridors layer."""

from dataclasses import replace

import pytest

from geodata import border_lens, compare, load_network, reach_from, ways_from
from geodata.network.places import places_in
from geodata.network.scenarios import UnknownScenarioError
from geodata.network.shortest_paths import UnknownStationError, all_minutes

CHANGE = 5
"""Minutes of a change of trains, as the network states them."""

WORKED_BY_HAND = [
    ("zwolle", "enschede", 46, "IC23: 46 − 0"),
    ("enschede", "munster_hbf", 74.5, "RB64: 74.5 − 0"),
    ("hengelo", "berlin_hbf", 239, "ICE: 352 − 113"),
    ("amsterdam_centraal", "berlin_hbf", 352, "ICE: 352 − 0"),
    ("amsterdam_centraal", "hengelo", 113, "ICE: 113 − 0"),
    ("deventer", "berlin_hbf", 273, "ICE: 352 − 79"),
    ("apeldoorn", "berlin_hbf", 289, "ICE: 352 − 63"),
    ("amersfoort_centraal", "berlin_hbf", 315, "ICE: 352 − 37"),
    ("zwolle", "munster_hbf", 46 + CHANGE + 74.5, "IC23, RB64"),
    ("enschede", "gronau", 11, "RB51: 11 − 0, RB64 takes 12"),
    ("gronau", "munster_hbf", 62.5, "RB64: 74.5 − 12"),
    ("enschede", "dortmund_hbf", 112.5, "RB51: 112.5 − 0"),
    ("hengelo", "bielefeld_hbf", 134, "RB61: 134 − 0"),
    ("bad_bentheim", "rheine", 19, "RB61: 37 − 18"),
    ("raalte", "hengelo", 28, "IC23: 38 − 10"),
    ("almelo", "hardenberg", 25, "RS21: 25 − 0"),
    ("wierden", "borne", 13.5, "Sprinter 7000: 56.5 − 43, RS23 takes 48 − 34"),
    ("zutphen", "oldenzaal", 49, "RS24: 49 − 0, as long as a change to RB61 (36 + 5 + 8), and without it"),
    ("gronau", "hardenberg", 11 + CHANGE + 19 + CHANGE + 25, "RB51, IC 1700, RS21"),
    ("goor", "munster_hbf", (36 - 21) + CHANGE + 7 + CHANGE + 74.5, "RS24, IC 1700, RB64"),
    ("zwolle", "dortmund_hbf", 46 + CHANGE + 112.5, "IC23, RB51"),
]


@pytest.fixture(scope="module")
def today(atlas):
    return load_network(atlas)


def only(network, *services):
    return replace(network, links=tuple(link for link in network.links if link.service in services))


@pytest.mark.parametrize(("start", "end", "minutes", "working"), WORKED_BY_HAND)
def test_a_trip_takes_the_sum_of_its_minutes_in_both_directions(today, start, end, minutes, working):
    assert ways_from(today, start).minutes_to(end) == minutes, working
    assert ways_from(today, end).minutes_to(start) == minutes, working


@pytest.mark.parametrize(
    ("service", "start", "end", "minutes"),
    [
        ("ic23", "zwolle", "enschede", 46),
        ("rs23", "zwolle", "enschede", 66),
        ("rb64", "enschede", "gronau", 12),
    ],
)
def test_each_service_has_its_own_minutes(today, service, start, end, minutes):
    assert ways_from(only(today, service), start).minutes_to(end) == minutes


def test_a_trip_lists_its_legs_with_their_stops(today):
    trip = ways_from(today, "zwolle").trip_to("gronau")
    assert [(leg.services, leg.start, leg.end) for leg in trip.legs] == [
        (("ic23",), "zwolle", "enschede"),
        (("rb51",), "enschede", "gronau"),
    ]
    assert trip.transfers == 1
    assert [(stop.station, stop.minutes) for stop in trip.legs[1].stops] == [
        ("enschede", 0), ("enschede_de_eschmarke", 4), ("glanerbrug", 7), ("gronau", 11),
    ]  # fmt: skip
    assert trip.length_km == pytest.approx(76.6, abs=0.1)


def test_a_stop_of_unknown_minutes_is_listed_without_minutes(today):
    [leg] = ways_from(today, "berlin_hbf").trip_to("hengelo").legs
    stops = [(stop.station, stop.minutes) for stop in leg.stops]
    assert stops[0] == ("berlin_hbf", 0)
    assert stops[1:3] == [("berlin_spandau", None), ("hannover_hbf", None)]
    assert stops[-1] == ("hengelo", 239)


def test_trips_with_doubtful_minutes_are_unconfirmed(today):
    assert not ways_from(today, "hengelo").trip_to("berlin_hbf").is_confirmed
    assert not ways_from(today, "zutphen").trip_to("berlin_hbf").is_confirmed
    assert ways_from(today, "zwolle").trip_to("munster_hbf").is_confirmed


def test_a_train_of_unknown_minutes_is_kept_without_minutes(today):
    paths = ways_from(today, "munster_hbf")
    assert paths.certainty("lengerich") == "unknown"
    assert paths.minutes_to("lengerich") is None
    # By known trains Osnabrück is a long way round; the direct one nobody has minutes of.
    assert paths.minutes_to("osnabruck_hbf") == 74.5 + CHANGE + 7 + CHANGE + 72
    assert paths.may_be_less("osnabruck_hbf")
    assert not paths.may_be_less("enschede")


def test_unreachable_stations_differ_from_stations_of_unknown_minutes(today):
    paths = ways_from(today, "hengelo")
    assert paths.certainty("hannover_hbf") == "unknown"
    assert paths.certainty("minden") == "unreachable"
    assert paths.trip_to("minden") is None


def test_waiting_is_half_the_time_between_two_trains(today):
    assert ways_from(today, "enschede", waiting=True).minutes_to("munster_hbf") == 30 + 74.5
    # RB51 and RB64 run hourly each: to Gronau, which both serve, one waits a quarter of an hour for either.
    assert ways_from(today, "enschede", waiting=True).minutes_to("gronau") == 15 + 12
    # IC23 (46 minutes, hourly) is still sooner there than RS23 (66 minutes, every half hour).
    assert ways_from(today, "zwolle", waiting=True).minutes_to("enschede") == 30 + 46


@pytest.mark.parametrize(
    ("scenario", "start", "end", "minutes"),
    [
        ("through_train", "zwolle", "munster_hbf", 46 + 3 + 74.5),
        ("electrification", "enschede", "munster_hbf", 74.5 * 0.9),
        ("all_to_munster", "zwolle", "munster_hbf", 46 + 3 + 74.5 * 0.9),
        ("berlin_faster", "amsterdam_centraal", "berlin_hbf", 327),
        ("govolta_days", "hengelo", "hannover_hbf", 269.5 - 111),
        ("half_hourly", "enschede", "munster_hbf", 74.5),
    ],
)
def test_a_scenario_changes_minutes_and_makes_them_unconfirmed(atlas, scenario, start, end, minutes):
    paths = ways_from(load_network(atlas, scenario), start)
    assert paths.minutes_to(end) == pytest.approx(minutes)
    changes_minutes = scenario not in {"half_hourly", "govolta_days"}
    assert paths.trip_to(end).is_confirmed != changes_minutes


def test_a_higher_frequency_saves_minutes_only_with_waiting(atlas, today):
    half_hourly = load_network(atlas, "half_hourly")
    assert compare(today, half_hourly, "enschede") == []
    gains = {gain.station: gain.minutes for gain in compare(today, half_hourly, "enschede", waiting=True)}
    assert gains["munster_hbf"] == 15


def test_two_scenarios_are_compared_station_by_station(atlas, today):
    gains = compare(today, load_network(atlas, "govolta_days"), "hengelo")
    assert {gain.station: (gain.before, gain.after) for gain in gains}["hannover_hbf"] == (None, 158.5)


def test_a_train_that_passes_a_station_every_other_hour_counts_half_there(today):
    assert today.calls_per_hour("re2", "lengerich") == 1
    assert today.calls_per_hour("re2", "kattenvenne") == 0.5
    assert today.calls_per_hour("govolta", "hengelo") is None
    assert today.direct_per_hour("munster_hbf", "lengerich") == 2
    assert today.direct_per_hour("munster_hbf", "kattenvenne") == 1.5


def test_people_are_counted_by_municipality_and_date(atlas):
    dutch = {"Enschede": 161738, "Hengelo": 83058, "Almelo": 74317, "Borne": 24639, "Hellendoorn": 36264,
             "Hof van Twente": 35446, "Oldenzaal": 31794, "Rijssen-Holten": 38675, "Twenterand": 34073,
             "Wierden": 24931}  # fmt: skip
    found = {people.country: people for people in reach_from(atlas, "hengelo").people_within(30)}
    assert set(found["NL"].municipalities) == set(dutch)
    assert (found["NL"].count, found["NL"].date) == (sum(dutch.values()), "2024-01-01")
    assert (found["DE"].count, found["DE"].date) == (49506 + 16482, "2022-05-15")


def test_a_place_has_its_nearest_main_station_or_none(atlas):
    stations = {
        place.feature.id: place.station
        for layer in ("cities", "knowledge_institutes")
        for place in places_in(atlas, layer)
    }
    assert stations["osnabruck"] == "osnabruck_hbf"
    assert stations["university_of_twente"] == "enschede_kennispark"
    assert stations["haaksbergen"] is None


def test_the_cost_of_the_border_is_the_median_difference_to_similar_pairs(atlas, today):
    lens = border_lens(atlas, today)
    by_ids = {(item.pair.first.feature.id, item.pair.second.feature.id): item for item in lens.comparisons}
    oldenzaal = by_ids["oldenzaal", "bad_bentheim"]
    assert oldenzaal.pair.trip.minutes == 10
    assert all(abs(pair.distance_km / oldenzaal.pair.distance_km - 1) <= 0.2 for pair in oldenzaal.similar)
    minutes = sorted(pair.trip.minutes for pair in oldenzaal.similar)
    middle = len(minutes) // 2
    assert oldenzaal.usual_minutes == (minutes[middle] + minutes[~middle]) / 2
    differences = sorted(item.difference for item in lens.comparisons)
    assert lens.cost_minutes == differences[len(differences) // 2]


def test_pairs_with_a_trip_through_the_other_country_are_not_compared(atlas, today):
    lens = border_lens(atlas, today)
    detours = {(pair.first.feature.id, pair.second.feature.id) for pair in lens.pairs if pair.is_detour}
    assert ("rheine", "gronau") in detours
    assert not detours & {(pair.first.feature.id, pair.second.feature.id) for pair in lens.within}


def test_unknown_names_are_reported_with_suggestions(atlas, today):
    with pytest.raises(UnknownStationError, match="no station `hengelp`; did you mean hengelo"):
        ways_from(today, "hengelp")
    with pytest.raises(UnknownScenarioError, match="did you mean through_train"):
        load_network(atlas, "trough_train")


def test_all_minutes_agrees_with_single_trips(today):
    table = all_minutes(today)
    for start in ("hengelo", "munster_hbf"):
        paths, row = ways_from(today, start), table[today.positions[start]]
        assert [minutes if minutes < 1e9 else None for minutes in row] == list(
            map(paths.minutes_to, today.stations)
        )
