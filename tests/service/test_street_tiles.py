"""Addresses of street tiles: what is answered for a tile, for none, and for a damaged file."""

import gzip
import json
import re
import urllib.error
import urllib.request

from tests.support.harm import restore, truncate
from tests.support.tile_reading import read_tile

TILE = "13/4243/2694"


def fetch(server, path):
    try:
        with urllib.request.urlopen(f"{server.url}{path}", timeout=20) as response:  # noqa: S310
            return response.status, response.headers, response.read()
    except urllib.error.HTTPError as error:
        return error.code, error.headers, error.read()


def streets_of(server):
    text = fetch(server, "/map?lang=en")[2].decode()
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
    status, headers, content = fetch(server, url.removeprefix("."))
    assert status == 200
    assert headers["Cache-Control"] == "public, max-age=31536000, immutable"
    assert headers["Content-Encoding"] == "gzip"
    assert {layer for layer, _ in read_tile(gzip.decompress(content))} >= {"roads", "landuse"}
    assert fetch(server, f"/basemap/streets/{TILE}.mvt")[1]["Cache-Control"] == "no-cache"


def test_a_place_without_a_tile_is_empty(town):
    assert fetch(town[0], "/basemap/streets/13/0/0.mvt")[0] == 204
    assert fetch(town[0], "/basemap/streets/3/4/2.mvt")[0] == 204


def test_an_atlas_without_streets_has_none(small_server):
    _, server = small_server
    assert fetch(server, f"/basemap/streets/{TILE}.mvt")[0] == 404


def test_a_file_that_is_cut_off_is_an_error_with_a_reference_and_the_map_still_comes(town):
    server, file = town
    content = file.read_bytes()
    truncate(file)
    try:
        status, _, body = fetch(server, f"/basemap/streets/{TILE}.mvt")
        assert status == 503
        assert b"Reference:" in body
        assert fetch(server, "/map")[0] == 200
    finally:
        restore(file, content)
