"""The atlas put into a database, whole or not at all, and read from it again."""

import pytest
from psycopg.sql import SQL

from geodata import DEFAULT_CATALOG, check_atlas, load_atlas, read_catalog
from geodata.errors import DatabaseError
from geodata.large.build import build_layer
from tests.support.database_catalog import COUNT, load_with, write_database_catalog
from tests.support.large_catalog import write_large_catalog
from tests.support.postgres import PASSWORD
from tests.support.tile_reading import assert_same_counts


def test_the_atlas_put_into_a_database_is_the_same_again(cluster, tmp_path, monkeypatch):
    from dashboard.cli import main

    monkeypatch.setenv("TWENTE_ATLAS_DATABASE_MAIN", cluster.url)
    assert main(["load", "postgres", "--schema", "atlas"]) == 0
    assert main(["load", "postgres", "--schema", "atlas", "cities"]) == 0  # once more, in its place
    text = DEFAULT_CATALOG.read_text(encoding="utf-8")
    shipped = load_atlas()
    for layer_id in shipped.layers:
        place = f'[layers.{layer_id}]\ndatabase = {{ table = "atlas.{layer_id}" }}'
        text = text.replace(f"[layers.{layer_id}]", place, 1)
    for part in DEFAULT_CATALOG.parent.iterdir():
        if (part.suffix == ".toml" and part != DEFAULT_CATALOG) or part.name in ("basemap", "locales"):
            (tmp_path / part.name).symlink_to(part)
    catalog = tmp_path / "catalog.toml"
    catalog.write_text(text, encoding="utf-8")
    monkeypatch.setenv("TWENTE_ATLAS_DATABASE_MAIN", cluster.reader_url)
    again = load_atlas(catalog)
    assert again.problems == ()
    for layer_id, data in shipped.layers.items():
        other = again.layers[layer_id]
        assert other.properties == data.properties, layer_id
        for feature_id, shape in data.geometries.items():
            assert other.geometries[feature_id].equals_exact(shape, 1e-9), (layer_id, feature_id)
    assert check_atlas(again) == []
    [(comment,)] = cluster.execute("SELECT obj_description('atlas.cities'::regclass)")
    assert "CC BY 4.0" in comment


def test_a_built_layer_put_into_a_database_is_the_same_again(cluster, tmp_path, monkeypatch):
    from dashboard.cli import main

    monkeypatch.setenv("TWENTE_ATLAS_CACHE", str(tmp_path / "cache"))
    monkeypatch.setenv("TWENTE_ATLAS_DATABASE_MAIN", cluster.url)
    catalog = write_large_catalog(tmp_path)
    assert main(["load", "postgres", "--catalog", str(catalog), "houses"]) == 1  # not built yet
    read = read_catalog(catalog)
    built = build_layer(read.catalog.layers["houses"], read.folder)
    assert main(["load", "postgres", "--catalog", str(catalog), "--schema", "built", "houses"]) == 0
    (tmp_path / "other").mkdir()
    large = load_with(tmp_path / "other", 'database = { table = "built.houses" }').large["houses"]
    assert large.count == built.count
    assert_same_counts(large, built)
    for number in ("1", "4711", str(COUNT)):
        one, other = large.feature(number), built.feature(number)
        assert one.properties == other.properties
        assert one.geometry.equals_exact(other.geometry, 1e-9)
    there = write_database_catalog(tmp_path / "other", 'database = { table = "built.houses" }')
    assert main(["load", "postgres", "--catalog", str(there), "houses"]) == 1  # it is there already


def test_rights_on_a_table_hold_for_the_one_that_replaces_it(cluster, small, monkeypatch):
    from geodata.database import loader

    monkeypatch.setenv("TWENTE_ATLAS_DATABASE_MAIN", cluster.url)
    towns = small.load().layers["towns"]
    with loader.Writer("main", "rights") as writer:
        writer.load(towns)
        cluster.execute(
            'CREATE ROLE "Some one" NOLOGIN',
            "GRANT SELECT ON rights.towns TO PUBLIC",
            'GRANT UPDATE ON rights.towns TO "Some one" WITH GRANT OPTION',
        )
        writer.load(towns)
    asked = [("Some one", "SELECT"), ("Some one", "UPDATE WITH GRANT OPTION"), ("Some one", "DELETE")]
    query = SQL("SELECT {}").format(
        SQL(", ").join(SQL("has_table_privilege({}, 'rights.towns', {})").format(*pair) for pair in asked)
    )
    assert cluster.execute(query) == [(True, True, False)]
    cluster.execute("DROP SCHEMA rights CASCADE", 'DROP ROLE "Some one"')


def test_a_foreign_table_is_not_replaced(cluster, database, small, monkeypatch, capsys):
    from dashboard.cli import main

    monkeypatch.setenv("TWENTE_ATLAS_DATABASE_MAIN", cluster.url)
    cluster.execute("DROP TABLE IF EXISTS towns", "CREATE TABLE towns (mine text)")
    assert main(["load", "postgres", "--catalog", str(small.write())]) == 1
    said = capsys.readouterr()
    assert "areas: 1 features in public.areas" in said.out
    assert "did not make" in said.err
    assert cluster.execute("SELECT * FROM towns") == []
    cluster.execute("DROP TABLE towns, areas")


def test_loading_into_an_unreachable_database_is_reported_in_one_line(small, monkeypatch, capsys):
    from dashboard.cli import main

    monkeypatch.setenv("TWENTE_ATLAS_DATABASE_MAIN", f"postgresql://reader:{PASSWORD}@127.0.0.1:1/gis")
    assert main(["load", "postgres", "--catalog", str(small.write())]) == 1
    said = capsys.readouterr().err
    assert said.count("\n") == 1
    assert "nothing listens there" in said
    assert PASSWORD not in said


def test_a_layer_is_loaded_whole_or_not_at_all(cluster, small, monkeypatch):
    from geodata.database import loader

    monkeypatch.setenv("TWENTE_ATLAS_DATABASE_MAIN", cluster.url)
    monkeypatch.setattr(loader, "comment", lambda *_: iter([SQL("SELECT 1 / 0").format()]))
    towns = small.load().layers["towns"]
    with loader.Writer("main", "halfway") as writer, pytest.raises(DatabaseError, match="division by zero"):
        writer.load(towns)
    assert cluster.execute("SELECT to_regclass('halfway.towns')") == [(None,)]
