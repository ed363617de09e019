"""Layers of a database that change, and what is shown while the database is away."""

import pytest
from psycopg.sql import SQL

from geodata import load_atlas
from geodata.atlas.versions import data_version
from geodata.database import status
from geodata.database.connection import open_database
from geodata.errors import DatabaseError
from tests.support.database_catalog import COUNT, load_with, renewed, troubles, write_database_catalog
from tests.support.postgres import PASSWORD


def test_a_change_is_noticed_and_has_another_version(database, tmp_path):
    catalog = write_database_catalog(tmp_path)
    before = load_atlas(catalog)
    assert not status.refresh_status(before.catalog.layers["houses"])
    assert load_atlas(catalog).large["houses"] is before.large["houses"]
    database.execute("UPDATE houses SET year = 1 WHERE id = 1")
    after = renewed(catalog)
    assert after.large["houses"].key != before.large["houses"].key
    assert after.large["houses"].feature("1").properties["year"] == 1
    assert data_version(after) != data_version(before)


def test_a_slow_layer_is_not_refreshed_again_at_once(database, tmp_path, monkeypatch):
    layer = load_with(tmp_path).catalog.layers["houses"]
    database.execute("UPDATE houses SET year = 1 WHERE id = 1")
    monkeypatch.setattr(status, "MAX_SHARE", 1e-6)
    assert not status.refresh_status(layer)
    monkeypatch.setattr(status, "MAX_SHARE", 1e6)
    assert status.refresh_status(layer)


def test_a_declared_version_decides_over_a_query(database, tmp_path):
    database.execute("DROP TABLE IF EXISTS state", "CREATE TABLE state AS SELECT 1 AS n")
    where = 'database = { query = "SELECT * FROM houses", id = "id", version = "SELECT n FROM state" }'
    catalog = write_database_catalog(tmp_path, where)
    before = load_atlas(catalog).large["houses"]
    database.execute("UPDATE houses SET year = 1 WHERE id = 1")
    assert renewed(catalog).large["houses"] is before
    database.execute("UPDATE state SET n = 2")
    assert renewed(catalog).large["houses"].key != before.key


def test_a_query_without_a_version_is_read_to_detect_changes(database, tmp_path):
    where = 'database = { query = "SELECT * FROM houses", id = "id" }'
    catalog = write_database_catalog(tmp_path, where)
    before = load_atlas(catalog).large["houses"]
    database.execute("UPDATE houses SET year = 1 WHERE id = 1")
    assert renewed(catalog).large["houses"].key != before.key


def test_other_layers_remain_while_the_database_is_away_and_it_comes_back_by_itself(database, tmp_path):
    catalog = write_database_catalog(tmp_path)
    before = load_atlas(catalog).large["houses"]
    database.stop("immediate")
    with pytest.raises(DatabaseError) as error:
        before.feature("1")
    assert error.value.is_passing
    assert before.trouble is not None
    away = renewed(catalog)
    assert away.large["houses"] is before
    assert set(away.in_memory) == {"areas", "towns"}
    [trouble] = troubles(away)
    assert "can't reach the database main: nothing listens there" in trouble
    for secret in (PASSWORD, "atlas_reader", str(database.port), "127.0.0.1"):
        assert secret not in trouble
    database.start()
    back = renewed(catalog)
    assert not troubles(back)
    assert back.large["houses"].feature("1").id == "1"
    assert back.large["houses"].trouble is None


def test_an_atlas_loads_without_its_database(database, tmp_path):
    database.stop()
    catalog = write_database_catalog(tmp_path)
    atlas = load_atlas(catalog)
    assert set(atlas.layers) == {"areas", "towns"}
    assert not atlas.large
    assert "nothing listens there" in troubles(atlas)[0]
    database.start()
    assert renewed(catalog).large["houses"].count == COUNT


def test_a_small_layer_is_shown_as_it_was_while_the_database_is_away(database, tmp_path):
    where = 'database = { query = "SELECT * FROM houses WHERE id < 100", id = "id" }'
    catalog = write_database_catalog(tmp_path, where)
    assert load_atlas(catalog).layers["houses"].count == 99
    database.stop()
    away = renewed(catalog)
    assert away.layers["houses"].count == 99
    assert troubles(away)
    database.start()
    assert not troubles(renewed(catalog))


def test_a_table_that_lost_a_column_is_reported_and_comes_back(database, tmp_path):
    catalog = write_database_catalog(tmp_path)
    load_atlas(catalog)
    database.execute("ALTER TABLE houses RENAME TO gone")
    assert "refers to table `houses`" in troubles(renewed(catalog))[0]
    database.execute("ALTER TABLE gone RENAME TO houses", "ALTER TABLE houses DROP COLUMN year")
    assert "declares `year`" in troubles(renewed(catalog))[0]
    database.execute("ALTER TABLE houses RENAME COLUMN geom TO shape")
    assert not [text for text in troubles(renewed(catalog)) if "geom" in text]


def test_a_query_that_takes_too_long_is_cancelled(database, monkeypatch):
    with pytest.raises(DatabaseError, match="waited too long") as error:
        open_database("main").ask(SQL("SELECT pg_sleep(5)").format(), seconds=0.2)
    assert error.value.is_passing
    assert open_database("main").ask(SQL("SELECT 1").format()) == [(1,)]
