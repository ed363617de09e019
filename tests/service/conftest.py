"""Fixtures of the service tier: publishers on this machine, and a database with houses."""

from __future__ import annotations

import pytest

from geodata.database import status
from geodata.refresh.plan import read_plan
from geodata.refresh.services.http import Fetcher
from tests.support.database_catalog import fill, load_with
from tests.support.publishers import ACCOUNT, YEAR, publishing
from tests.support.region import PATIENT, Region, local_plan


@pytest.fixture
def publishers(atlas, monkeypatch):
    monkeypatch.setenv("REGIONALSTATISTIK_TOKEN", ACCOUNT)
    with publishing(atlas) as running:
        yield running


@pytest.fixture
def ask(publishers, tmp_path):
    """Ask a service of the shipped plan; returns what it has."""
    (tmp_path / "refresh.toml").write_text(local_plan(publishers), encoding="utf-8")
    plan = read_plan(tmp_path)

    def ask_service(name, year=YEAR, patience=PATIENT):
        fetcher = Fetcher((service.url for service in plan.services.values()), patience)
        return plan.services[name].ask(fetcher, year)

    return ask_service


@pytest.fixture
def region(tmp_path, publishers):
    return Region(tmp_path / "region", publishers)


@pytest.fixture
def forgetful(monkeypatch):
    """Each test begins anew, and may look as often as it wants."""
    monkeypatch.setattr(status, "MAX_SHARE", 1e6)
    status.forget()
    yield
    status.forget()


@pytest.fixture
def cluster(cluster, forgetful):
    """The server, up again where a test before stopped it."""
    if not cluster.is_running:
        cluster.start()
    return cluster


@pytest.fixture
def database(cluster, monkeypatch):
    """The database with the houses, for who may only read."""
    fill(cluster)
    monkeypatch.setenv("TWENTE_ATLAS_DATABASE_MAIN", cluster.reader_url)
    return cluster


@pytest.fixture
def houses(database, tmp_path):
    return load_with(tmp_path).large["houses"]
