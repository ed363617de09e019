"""Addresses of street tiles: what is answered for a tile, for none, and for a damaged file."""

import gzip
import json
import re

from tests.support.harm import restore, truncate
from tests.support.requesting import request
from tests.support.tile_reading import read_tile

TILE = "13/4243/2694"


def streets_of(server):
    text = request(f"{server.url}/map?lang=en").text
    [options] = re.findall(r'"streets": (null|\{[^}]*\{z\}[^}]*\{x\}[^}]*\{y\}[^}]*\}|\{[^}]*\})', text)
    return json.loads(options)


def test_the_map_names_the_address_and_the_zooms_of_its_streets(town):
    streets = streets_of(town[0])
    assert (streets["min_zoom"], streets["max_zoom"]) == (9, 13)
    west, south, east, north = streets["bbox"]
    assert west < 6.5 < east
    assert south < 52.3 < north


def test_a_tile_of_this_version_may_be_kept_for_ever(town):
    server, _ = town
    z, x, y = TILE.split("/")
    url = streets_of(server)["url"].format(z=z, x=x, y=y)
    answer = request(server.url + url.removeprefix("."))
    assert answer.status == 200
    assert answer.headers["Cache-Control"] == "public, max-age=31536000, immutable"
    assert answer.headers["Content-Encoding"] == "gzip"
    assert {layer for layer, _ in read_tile(gzip.decompress(answer.body))} >= {"roads", "landuse"}
    assert request(f"{server.url}/basemap/streets/{TILE}.mvt").headers["Cache-Control"] == "no-cache"


def test_a_place_without_a_tile_is_empty(town):
    for place in ("13/0/0", "3/4/2"):
        assert request(f"{town[0].url}/basemap/streets/{place}.mvt").status == 204


def test_an_atlas_without_streets_has_none(small_server):
    _, server = small_server
    assert request(f"{server.url}/basemap/streets/{TILE}.mvt").status == 404


def test_a_file_that_is_cut_off_is_an_error_with_a_reference_and_the_map_still_comes(town):
    server, file = town
    content = file.read_bytes()
    truncate(file)
    try:
        answer = request(f"{server.url}/basemap/streets/{TILE}.mvt")
        assert answer.status == 503
        assert "Reference:" in answer.text
        assert request(f"{server.url}/map").status == 200
    finally:
        restore(file, content)
