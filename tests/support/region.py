"""A copy of the shipped region whose services answer from this machine."""

from __future__ import annotations

import datetime
import json
import os
import shutil
from dataclasses import replace
from pathlib import Path
from typing import Any

import geodata
from geodata.refresh.plan import read_plan
from geodata.refresh.run import Refreshed, refresh
from geodata.refresh.services.http import Fetcher, Patience
from tests.support.publishers import Publishers

GEODATA = Path(geodata.__file__).parent
TODAY = datetime.date(2026, 11, 26)
PATIENT = Patience(retries=2, connect=60, read=60, backoff=0.01, pause=0)
"""Waits long for an answer, as the machine may be busy, and only a moment between attempts."""

IMPATIENT = replace(PATIENT, read=2)
"""For services that never answer."""

ADDRESSES = {
    "https://api.pdok.nl/cbs/gebiedsindelingen/ogc/v1": "pdok",
    "https://datasets.cbs.nl/odata/v1/CBS": "cbs",
    "https://opendata.rijdendetreinen.nl/public": "rdt",
    "https://download-data.deutschebahn.com": "db",
    "https://overpass-api.de/api": "overpass",
    "https://sgx.geodatenzentrum.de/wfs_vg250": "bkg",
    "https://www.regionalstatistik.de/genesisws/rest/2020": "genesis",
}


def local_plan(publishers: Publishers) -> str:
    """The shipped plan, its services on this machine."""
    plan = (GEODATA / "refresh.toml").read_text(encoding="utf-8")
    for address, publisher in ADDRESSES.items():
        assert address in plan
        plan = plan.replace(address, f"{publishers.url}/{publisher}")
    return plan


class Region:
    """A copy of the shipped region whose services are local."""

    def __init__(self, folder: Path, publishers: Publishers) -> None:
        self.folder, self.publishers = folder, publishers
        ignored = shutil.ignore_patterns("*.py", "detail", "previous")
        shutil.copytree(GEODATA, folder, ignore=ignored, copy_function=_link_tiles)
        (folder / "refresh.toml").write_text(local_plan(publishers), encoding="utf-8")

    def refresh(self, *layers: str, **options: Any) -> Refreshed:
        plan = read_plan(self.folder)
        fetcher = Fetcher((service.url for service in plan.services.values()), PATIENT)
        options = {"year": TODAY.year, **options}
        return refresh(
            self.folder / "catalog.toml", plan, layers or list(plan.layers), fetcher, TODAY, **options
        )

    def files(self) -> dict[str, bytes]:
        return {
            str(path.relative_to(self.folder)): path.read_bytes()
            for path in self.folder.rglob("*")
            if path.is_file()
        }

    def feature(self, layer: str, feature_id: str) -> dict[str, Any]:
        document = json.loads((self.folder / "layers" / f"{layer}.geojson").read_bytes())
        return next(item for item in document["features"] if item["id"] == feature_id)


def _link_tiles(source: str, target: str) -> None:
    """Copy a file, or link it if it holds tiles: they are large, and nobody writes to them."""
    (os.symlink if source.endswith(".pmtiles") else shutil.copy2)(source, target)
