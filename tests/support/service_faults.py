"""Wrong answers of services, for tests of the refresh."""

from __future__ import annotations

import json


def answer(content=b"", kind="text/html", status=200, **headers):
    """A publisher that answers something else."""

    def fault(handler):
        handler.send(content, kind, status, **headers)
        return True

    return fault


def hang(handler):
    """Answer nothing until the client gives up."""
    handler.connection.recv(1)
    handler.close_connection = True
    return True


def cut_off(handler):
    handler.send(b'{"type": "Fea', "application/json", Content_Length="5000")
    handler.close_connection = True
    return True


def other_crs(handler):
    for feature in handler.publishers.boundaries:
        feature["geometry"] = {"type": "Point", "coordinates": [257_000, 471_000]}
    return False


def latitude_first(handler):
    for feature in handler.publishers.boundaries:
        feature["geometry"] = {"type": "Point", "coordinates": [52.2, 6.9]}
    return False


def renamed(handler):
    for feature in handler.publishers.boundaries:
        feature["properties"]["code"] = feature["properties"].pop("statcode")
    return False


def in_a_circle(handler):
    link = {"rel": "next", "href": handler.path}
    page = {"type": "FeatureCollection", "features": handler.publishers.boundaries[:2], "links": [link]}
    handler.send(json.dumps(page).encode(), "application/json")
    return True


def too_few(handler):
    page = {"type": "FeatureCollection", "features": handler.publishers.boundaries[:2], "numberMatched": 14}
    handler.send(json.dumps(page).encode(), "application/json")
    return True


def elsewhere(handler):
    link = {"rel": "next", "href": "http://localhost:1/"}
    page = {"type": "FeatureCollection", "features": handler.publishers.boundaries[:2], "links": [link]}
    handler.send(json.dumps(page).encode(), "application/json")
    return True


def half_of_them(handler):
    page = {"type": "FeatureCollection", "features": handler.publishers.districts[:2], "numberMatched": 9}
    handler.publishers.faults["bkg"] = [half_of_them]
    handler.send(json.dumps(page).encode(), "application/json")
    return True


def newer(handler):
    for item in handler.publishers.districts:
        item["properties"]["beginn"] = "2027-04-11Z"
    return False


def without_account(handler):
    del handler.headers["username"]
    return False


TABLE = b"time;1_variable_code;1_variable_attribute_code;value;value_variable_code\n"
TWICE = TABLE + b"2025-12-31;GEMEIN;05515;1;BEVSTD\n2025-12-31;GEMEIN;05515;2;BEVSTD\n"
BUSY = answer(status=503)
