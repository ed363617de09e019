"""The refresh where services fail, or answer what can't be right."""

from __future__ import annotations

import re

import pytest

from geodata.errors import RefreshError
from tests.support.publishers import YEAR
from tests.support.region import IMPATIENT, PATIENT
from tests.support.service_faults import (
    BUSY,
    TABLE,
    TWICE,
    answer,
    cut_off,
    elsewhere,
    half_of_them,
    hang,
    in_a_circle,
    latitude_first,
    newer,
    other_crs,
    renamed,
    too_few,
    without_account,
)


@pytest.mark.parametrize(
    ("faults", "wait_s"),
    [
        ([answer(status=429, Retry_After="1")], 1),
        ([answer(status=503), answer(status=504)], 0),
        ([hang], 0),
        ([cut_off], 0),
    ],
    ids=["too many requests", "overload", "silence", "cut off"],
)
def test_a_service_that_recovers_is_waited_for(publishers, ask, faults, wait_s):
    publishers.faults["cbs"] = list(faults)
    patience = IMPATIENT if hang in faults else PATIENT
    assert len(ask("cbs_population", patience=patience).records) == len(publishers.populations)
    times = [when for when, _, _ in publishers.requests]
    assert times[1] - times[0] >= wait_s


REFUSED = {
    "silent": ("pdok", [hang, hang, hang], "failed 3 times"),
    "down": ("pdok", [BUSY, BUSY, BUSY], "failed 3 times: too many 503"),
    "cut off each time": ("pdok", [cut_off, cut_off, cut_off], "failed 3 times"),
    "away for an hour": ("pdok", [answer(status=429, Retry_After="3600")], "left alone for 3600 s"),
    "broken JSON": ("pdok", [answer(b'{"type": "Fea', "application/json")], "no complete JSON"),
    "a page in its place": ("pdok", [answer(b"<html>sorry</html>")], "no complete JSON"),
    "forbidden": ("pdok", [answer(b"no", status=403)], "answered 403: no"),
    "moved": ("pdok", [answer(status=301, Location="https://example.org/")], "moved to https://example.org/"),
    "other CRS": ("pdok", [other_crs], "in another CRS"),
    "latitude first": ("pdok", [latitude_first], "latitude first"),
    "CRS named": (
        "pdok",
        [answer(b"{}", Content_Crs="<http://www.opengis.net/def/crs/EPSG/0/28992>")],
        "28992",
    ),
    "pages in a circle": ("pdok", [in_a_circle], "twice"),
    "too few": ("pdok", [too_few], "2 different items, but counts 14"),
    "page on another host": ("pdok", [elsewhere], "was not asked"),
    "no observations": ("cbs", [answer(b'{"error": "?"}')], "no list of observations"),
    "other observations": ("cbs", [answer(b'{"value": [{"RegioS": "GM0153"}]}')], "without Measure, Value"),
    "other columns": ("rdt", [answer(b"id,lat,lng\n1,2,3\n")], "no column `geo_lng`"),
    "line cut off": ("db", [answer(b"EVA_NR;Laenge;Breite\r\n8000382;7,0")], "cut off"),
    "half of the features": ("bkg", [half_of_them], "gave 2 of 9 features, then nothing new"),
    "no number of features": ("bkg", [answer(b'{"type": "FeatureCollection", "features": []}')], "how many"),
    "a newer state": ("bkg", [newer], "since 2027-04-11, after 2026-01-01"),
    "not allowed": ("genesis", [without_account], "nicht berechtigt"),
    "HTML for a table": ("genesis", [answer(b"<html>sorry</html>\n")], "answered no table"),
    "a broken archive": ("genesis", [answer(b"PK\x03\x04nothing")], "not one table"),
    "table cut off": ("genesis", [answer(b"time;value;value_variable_code\n2025-12-31")], "cut off"),
    "two values": ("genesis", [answer(TWICE)], "two values of BEVSTD for 05515000: 1 and 2"),
    "no day": ("genesis", [answer(TABLE + b"2025;GEMEIN;05515;1;BEVSTD\n")], "no day: '2025'"),
    "not finished": ("overpass", [answer(b'{"elements": [], "remark": "timed out"}')], "did not finish"),
}


SERVICES = {
    "pdok": "pdok_boundaries",
    "cbs": "cbs_population",
    "rdt": "rijden_de_treinen",
    "db": "db_stations",
    "overpass": "osm_stations",
    "bkg": "bkg_districts",
    "genesis": "destatis_population",
}


@pytest.mark.parametrize(("publisher", "faults", "message"), REFUSED.values(), ids=REFUSED)
def test_an_answer_that_can_t_be_right_is_refused(publishers, ask, publisher, faults, message):
    publishers.faults[publisher] = list(faults)
    with pytest.raises(RefreshError, match=re.escape(message)):
        ask(SERVICES[publisher], patience=IMPATIENT if hang in faults else PATIENT)


def test_a_page_that_comes_twice_is_counted_once(publishers, ask):
    count = len(publishers.boundaries)
    publishers.boundaries.insert(5, publishers.boundaries[4])
    assert len(ask("pdok_boundaries").records) == count


def test_a_service_of_another_schema_stops_the_refresh_and_nothing_is_changed(region):
    region.publishers.faults["pdok"] = [renamed]
    before = region.files()
    with pytest.raises(RefreshError, match="has no `statcode`"):
        region.refresh("municipalities", year=YEAR)
    assert region.files() == before


def test_figures_and_places_beyond_reason_are_refused(region):
    here = region.publishers
    here.populations["GM0153"] = 1_606_400
    here.dutch[0][3] += 0.1
    before = region.files()
    result = region.refresh()
    found = [str(problem) for problem in result.problems]
    assert any("municipalities.enschede: would have `population` 1,606,400" in line for line in found)
    assert any(line.startswith("stations.") and "would move by 11,1" in line for line in found)
    assert region.files() == before
