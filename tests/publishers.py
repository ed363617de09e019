"""A local server that speaks the publishers' protocols, out of the shipped atlas, and fails in their ways."""

from __future__ import annotations

import json
import re
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

import shapely

from geodata import Atlas

YEAR = 2025
"""The newest year that boundaries and populations are of."""

Fault = Callable[["Handler"], bool]
"""Answers in place of the publisher, or spoils what it will say; true where the answer is done."""


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
        self.populations = {row["code"]: row["population"] for row in rows.values()}
        self.populations |= {
            row["municipality_code"]: row["population"]
            for row in atlas.layers["cities"].properties.values()
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
        if isinstance(answer, str):
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
        assert "(51.4,4.8,52.7,13.5)" in query
        return {
            "version": 0.6,
            "osm3s": {"timestamp_osm_base": "2026-11-25T04:00:00Z"},
            "elements": self.publishers.elements,
        }

    def _bkg(self, query: dict[str, str], _: str) -> dict[str, Any]:
        assert query["request"] == "GetFeature"
        start, features = int(query["startIndex"]), self.publishers.boundaries
        page = features[start : start + min(int(query["count"]), self.publishers.page)]
        return {"type": "FeatureCollection", "numberMatched": len(features), "features": page}


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
