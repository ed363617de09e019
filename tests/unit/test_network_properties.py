"""Properties of minutes in random networks."""

from dataclasses import replace
from itertools import pairwise

import numpy as np
from hypothesis import given, settings, strategies as st

from geodata.catalog.network_schema import Scenario
from geodata.network.model import Network, ServiceLink
from geodata.network.scenarios import apply
from geodata.network.shortest_paths import all_minutes, ways_from

STATIONS = tuple("abcdefgh")
SLACK = 0.01
"""Minutes are rounded."""


@st.composite
def networks(draw):
    """A few services, each along its stations, some links without minutes."""
    links = {}
    for number in range(draw(st.integers(1, 4))):
        stops = draw(st.lists(st.sampled_from(STATIONS), min_size=2, max_size=6, unique=True))
        for start, end in pairwise(stops):
            minutes = draw(st.one_of(st.none(), st.integers(1, 240).map(lambda half: half / 2)))
            key = f"s{number}", frozenset((start, end))
            links[key] = ServiceLink(start, end, f"s{number}", minutes, draw(st.floats(0.5, 100)))
    per_hour = {f"s{number}": draw(st.sampled_from([0.5, 1, 2, 4])) for number in range(4)}
    return Network(STATIONS, tuple(links.values()), per_hour, transfer_minutes=draw(st.integers(0, 15)))


@given(networks())
@settings(max_examples=60, deadline=None)
def test_a_detour_with_a_transfer_is_never_shorter(network):
    minutes = all_minutes(network)
    for one, row in enumerate(minutes):
        for other in range(len(STATIONS)):
            for third in range(len(STATIONS)):
                by_way = row[other] + network.transfer_minutes + minutes[other][third]
                assert row[third] <= by_way + SLACK, (STATIONS[one], STATIONS[other], STATIONS[third])


@given(networks())
@settings(max_examples=60, deadline=None)
def test_both_directions_take_equal_minutes(network):
    minutes = np.array(all_minutes(network))
    np.testing.assert_allclose(minutes, minutes.T, atol=SLACK)


@given(networks(), st.lists(st.integers(0, 600), min_size=2, max_size=2).map(sorted))
@settings(max_examples=60, deadline=None)
def test_more_minutes_never_reach_fewer_stations(network, limits):
    paths = ways_from(network, "a")
    near, far = (
        {stop for stop in STATIONS if (taken := paths.minutes_to(stop)) is not None and taken <= limit}
        for limit in limits
    )
    assert near <= far


@given(networks(), st.floats(0.1, 1), st.sampled_from(["s0", "s1"]), st.booleans())
@settings(max_examples=60, deadline=None)
def test_a_scenario_that_only_shortens_legs_never_lengthens_a_trip(network, ratio, service, waiting):
    texts = dict.fromkeys(("title", "status", "year", "source", "note"), "x")
    scenario = Scenario.model_validate(
        {"id": "faster", **texts, "services": {service: {"minutes_ratio": [ratio, 1.0]}}}
    )
    before, after = (all_minutes(each, waiting=waiting) for each in (network, apply(network, scenario)))
    assert all(new <= old + SLACK for old_row, new_row in zip(before, after, strict=True)
               for old, new in zip(old_row, new_row, strict=True))  # fmt: skip


@given(networks())
@settings(max_examples=60, deadline=None)
def test_legs_and_transfers_add_up_to_the_minutes_of_a_trip(network):
    for start in STATIONS[:3]:
        paths = ways_from(network, start)
        for end in STATIONS:
            trip = paths.trip_to(end)
            if trip is not None and start != end:
                legs = sum(leg.minutes for leg in trip.legs)
                assert abs(legs + trip.transfers * network.transfer_minutes - trip.minutes) <= SLACK
                assert trip.legs[0].start == start
                assert trip.legs[-1].end == end


@given(networks())
@settings(max_examples=60, deadline=None)
def test_waiting_never_shortens_a_trip(network):
    without, with_ = all_minutes(network), all_minutes(network, waiting=True)
    assert all(one <= other + SLACK for row, waited in zip(without, with_, strict=True)
               for one, other in zip(row, waited, strict=True))  # fmt: skip


@given(networks())
@settings(max_examples=30, deadline=None)
def test_a_network_without_trains_reaches_only_the_origin(network):
    paths = ways_from(replace(network, links=()), "a")
    assert [stop for stop in STATIONS if paths.minutes_to(stop) is not None] == ["a"]
