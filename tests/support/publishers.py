"""A local server that speaks the publishers' protocols, out of the shipped atlas, and fails in their ways."""

from __future__ import annotations

import io
import json
import re
import threading
import time
import zipfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

import shapely
import shapely.ops
from shapely.geometry.base import BaseGeometry

from geodata import Atlas

ACCOUNT = "an-account-of-somebody"
YEAR = 2025
"""The newest year that boundaries and populations are of."""

Line = list[tuple[float, ...]]
"""Longitudes and latitudes."""

Fault = Callable[["Handler"], bool]
"""Answers in place of the publisher, or spoils what it will say; true where the answer is done."""


OTHERS = [
    "GM0109", "GM0160", "GM0175", "GM0197", "GM0222", "GM0294", "GM1509", "GM1586", "GM1859", "GM1876"
]  # fmt: skip
DISTRICTS = ["03404", "03456", "03459", "05515", "05554", "05558", "05566", "05570"]
ASSOCIATIONS = ["034540010", "034540045", "034545408"]
GRID = 1e-6


def divide_euregio(atlas: Atlas) -> dict[str, BaseGeometry]:
    """Cut the EUREGIO into members by strips, its state border where the atlas has it; and a neighbor."""
    euregio = atlas.layers["euroregion"].geometries["euregio"]
    border = atlas.layers["border"].geometries["nl_de"]
    twente = shapely.union_all(list(atlas.layers["municipalities"].geometries.values()))
    (start, *_, end), frame = border.coords, shapely.box(5, 51, 9, 54)
    ends = [sorted([start, end], key=lambda point: point[1])[at] for at in (0, 1)]
    points = list(border.coords) if start == ends[0] else list(border.coords)[::-1]
    line = shapely.LineString([(ends[0][0] - 0.3, 50.5), *points, (ends[1][0], 54.5)])
    sides = shapely.ops.split(frame, line).geoms
    west = min(sides, key=lambda side: side.bounds[0])
    # The outline of the EUREGIO follows the border only roughly: what lies between belongs to the members.
    dutch = shapely.union(_cut(shapely.union(euregio, border.buffer(0.002)), west), twente, grid_size=GRID)
    members = _strips(shapely.difference(dutch, twente, grid_size=GRID), OTHERS)
    members |= _strips(
        shapely.difference(euregio, dutch, grid_size=GRID), [*DISTRICTS[:3], *ASSOCIATIONS, *DISTRICTS[3:]]
    )
    return members | {"GM0001": shapely.difference(west, dutch, grid_size=GRID)}


def _strips(area: BaseGeometry, codes: list[str]) -> dict[str, BaseGeometry]:
    west, _, east, _ = area.bounds
    width = (east - west) / len(codes)
    return {
        code: _cut(area, shapely.box(west + at * width, 50, west + (at + 1) * width, 55))
        for at, code in enumerate(codes)
    }


def _cut(area: BaseGeometry, other: BaseGeometry) -> BaseGeometry:
    """Return what two areas have in common, without the lines and points where they only touch."""
    common = shapely.intersection(area, other, grid_size=GRID)
    return shapely.union_all(
        [part for part in shapely.get_parts(shapely.get_parts(common)) if part.geom_type == "Polygon"]
    )


def _boundary(number: int, properties: dict[str, Any], shape: BaseGeometry) -> dict[str, Any]:
    geometry = json.loads(shapely.to_geojson(shape))
    return {"type": "Feature", "id": number, "properties": properties, "geometry": geometry}


class Publishers:
    """What the publishers have: to be changed by a test before it asks."""

    def __init__(self, atlas: Atlas) -> None:
        rows = atlas.layers["municipalities"].properties
        shapes = atlas.layers["municipalities"].geometries
        self.boundaries: list[dict[str, Any]] = [
            {
                "type": "Feature",
                "id": number,
                "properties": {"statcode": row["code"], "statnaam": row["name"], "jaarcode": YEAR},
                "geometry": json.loads(shapely.to_geojson(shapes[key])),
            }
            for number, (key, row) in enumerate(rows.items(), 1)
        ]
        self.areas = divide_euregio(atlas)
        self.boundaries += [
            _boundary(number, {"statcode": code, "statnaam": code, "jaarcode": YEAR}, shape)
            for number, (code, shape) in enumerate(self.areas.items(), 100)
            if code.startswith("GM")
        ]
        self.districts = [
            _boundary(
                number, {"objid": str(number), "ags": code, "ars": code, "beginn": f"{YEAR}-01-01Z"}, shape
            )
            for number, (code, shape) in enumerate(self.areas.items())
            if not code.startswith("GM")
        ]
        self.german_populations = {
            row["municipality_code"]: row["population"]
            for row in atlas.layers["cities"].properties.values()
            if row["country"] == "DE"
        }
        self.tracks: list[tuple[Line, dict[str, str]]] = [
            (list(shape.coords), {"usage": "main"})
            for shape in atlas.layers["rail_corridors"].geometries.values()
        ]
        self.osm_day = "2026-11-25"
        self.populations = {row["code"]: row["population"] for row in rows.values()}
        self.populations |= {
            row["municipality_code"]: row["population"]
            for row in atlas.layers["cities"].properties.values()
            if row["country"] == "NL"
        }
        self.populations |= {
            row["code"]: row["population"]
            for row in atlas.layers["euregio_members"].properties.values()
            if row["country"] == "NL"
        }
        places = atlas.layers["stations"].geometries
        stations = atlas.layers["stations"].properties.items()
        self.dutch = [
            [row["code"], row["uic_code"], row["name"], places[key].y, places[key].x]
            for key, row in stations
            if row["country"] == "NL"
        ]
        self.german = [
            [row["eva_number"], row["code"], row["name"], places[key].x, places[key].y]
            for key, row in stations
            if row["country"] == "DE"
        ]
        self.elements: list[dict[str, Any]] = [
            {"type": "node", "id": number, "lat": lat, "lon": lon, "tags": {"railway:ref": code}}
            for number, (_, code, _, lon, lat) in enumerate(self.german)
        ]
        self.page = 5
        self.faults: dict[str, list[Fault]] = {}
        """First part of the path → faults, each used once."""
        self.requests: list[tuple[float, str, str]] = []
        """When, which method and path, by which user agent."""
        self.url = ""


class Handler(BaseHTTPRequestHandler):
    """Answers for every publisher, by the first part of the path."""

    publishers: Publishers

    def log_message(self, *_: Any) -> None:
        """Stay quiet."""

    def do_GET(self) -> None:
        self._answer("")

    def do_POST(self) -> None:
        self._answer(self.rfile.read(int(self.headers["Content-Length"])).decode())

    def _answer(self, body: str) -> None:
        here = self.publishers
        here.requests.append((time.monotonic(), f"{self.command} {self.path}", self.headers["User-Agent"]))
        parts = urlsplit(self.path)
        publisher = parts.path.split("/")[1]
        waiting = here.faults.get(publisher, [])
        if waiting and waiting.pop(0)(self):
            return
        query = {name: values[0] for name, values in parse_qs(parts.query).items()}
        answer = getattr(self, f"_{publisher}")(query, body)
        if isinstance(answer, bytes):
            self.send(answer, "application/zip")
        elif isinstance(answer, str):
            self.send(answer.encode(), "text/csv")
        else:
            self.send(json.dumps(answer).encode(), "application/json")

    def send(self, content: bytes, kind: str, status: int = 200, **headers: str) -> None:
        self.send_response(status)
        self.send_header("Content-Type", kind)
        for name, value in {"Content_Length": str(len(content)), **headers}.items():
            self.send_header(name.replace("_", "-"), value)
        self.end_headers()
        self.wfile.write(content)

    def _pdok(self, query: dict[str, str], _: str) -> dict[str, Any]:
        here = self.publishers
        assert set(query) <= {"f", "limit", "jaarcode", "bbox", "cursor"}
        features = here.boundaries if query["jaarcode"] == str(YEAR) else []
        start = int(query.get("cursor", 0))
        end = start + min(int(query["limit"]), here.page)
        links = [{"rel": "self", "href": f"{here.url}{self.path}"}]
        if end < len(features):
            more = "&".join(f"{name}={value}" for name, value in {**query, "cursor": end}.items())
            links.append({"rel": "next", "href": f"{here.url}{urlsplit(self.path).path}?{more}"})
        page = features[start:end]
        return {"type": "FeatureCollection", "links": links, "numberReturned": len(page), "features": page}

    def _cbs(self, query: dict[str, str], _: str) -> dict[str, Any]:
        here = self.publishers
        year = re.search(r"Perioden eq '(\d+)JJ00'", query["$filter"])
        assert year is not None
        assert query["$select"] == "RegioS,Measure,Value"
        items = list(here.populations.items()) if int(year[1]) == YEAR else []
        start = int(query.get("$skip", 0))
        rows = [
            {"RegioS": f"{code}    ", "Measure": "M000352", "Value": value}
            for code, value in items[start : start + here.page]
        ]
        answer: dict[str, Any] = {"value": rows}
        if start + here.page < len(items):
            rest = re.sub(r"&\$skip=\d+", "", self.path)
            answer["@odata.nextLink"] = f"{here.url}{rest}&$skip={start + here.page}"
        return answer

    def _rdt(self, *_: Any) -> str:
        head = "id,code,uic,name_short,name_medium,name_long,slug,country,type,geo_lat,geo_lng"
        rows = [
            f'{number},{code},{uic},"{name}","{name}","{name}",{code},NL,halte,{lat},{lon}'
            for number, (code, uic, name, lat, lon) in enumerate(self.publishers.dutch)
        ]
        return "\n".join([head, *rows, ""])

    def _db(self, *_: Any) -> str:
        head = "EVA_NR;DS100;IFOPT;NAME;Verkehr;Laenge;Breite;Betreiber_Name;Betreiber_Nr;Status"
        rows = [
            f"{eva};{code};;{name};RV;{lon};{lat};DB;1;".replace(".", ",")
            for eva, code, name, lon, lat in self.publishers.german
        ]
        return "\r\n".join([head, *rows, ""])

    def _overpass(self, _: Any, body: str) -> dict[str, Any]:
        query = parse_qs(body)["data"][0]
        elements = self.publishers.elements
        if "way" in query.partition(";")[2][:4]:
            around = re.search(r"around:500,([\d.,]+)\)", query)
            assert around is not None, query
            assert len(around[1].split(",")) % 2 == 0
            elements = [
                {
                    "type": "way",
                    "id": number,
                    "geometry": [{"lat": lat, "lon": lon} for lon, lat in line],
                    "tags": {"railway": "rail", **tags},
                }
                for number, (line, tags) in enumerate(self.publishers.tracks)
            ]
        else:
            assert "(51.4,4.8,52.7,13.5)" in query
        return {
            "version": 0.6,
            "osm3s": {"timestamp_osm_base": f"{self.publishers.osm_day}T04:00:00Z"},
            "elements": elements,
        }

    def _bkg(self, query: dict[str, str], _: str) -> dict[str, Any]:
        assert query["request"] == "GetFeature"
        assert query["sortBy"] == "objid"
        digits = {"vg250:vg250_krs": 5, "vg250:vg250_vwg": 9}[query["typeNames"]]
        features = [item for item in self.publishers.districts if len(item["properties"]["ars"]) == digits]
        start = int(query["startIndex"])
        page = features[start : start + min(int(query["count"]), self.publishers.page)]
        return {"type": "FeatureCollection", "numberMatched": len(features), "features": page}

    def _genesis(self, _: Any, body: str) -> bytes | dict[str, Any]:
        here, form = self.publishers, {name: values[0] for name, values in parse_qs(body).items()}
        if self.headers["username"] != ACCOUNT or self.command != "POST":
            return {"Status": {"Code": 15, "Content": "Sie sind nicht berechtigt.", "Type": "ERROR"}}
        assert (form["name"], form["format"]) == ("12411-01-01-5-B", "ffcsv")
        if form["startyear"] != str(YEAR):
            return {"Status": {"Code": 104, "Content": "Es gibt keine Objekte.", "Type": "Information"}}
        head = (
            "statistics_code;time;1_variable_code;1_variable_attribute_code;"
            "2_variable_code;2_variable_attribute_code;value;value_variable_code"
        )
        rows = [
            f"12411;{YEAR}-12-31;GEMEIN;{code.removesuffix('000').removesuffix('000')};GES;{sex};{value};BEVSTD"
            for code, total in here.german_populations.items()
            for sex, value in (("GESM", total // 2), ("GESW", total - total // 2), ("", total))
        ]
        packed = io.BytesIO()
        with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
            archive.writestr("12411-01-01-5-B_de_flat.csv", "\ufeff" + "\n".join([head, *rows, ""]))
        return packed.getvalue()


@contextmanager
def publishing(atlas: Atlas) -> Iterator[Publishers]:
    """Run the publishers on a free port of this machine."""
    publishers = Publishers(atlas)
    handler = type("Bound", (Handler,), {"publishers": publishers})
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    publishers.url = f"http://127.0.0.1:{server.server_port}"
    threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True).start()
    try:
        yield publishers
    finally:
        server.shutdown()
        server.server_close()
