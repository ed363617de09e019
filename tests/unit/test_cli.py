"""The commands: what they print, and that each error is one line without a traceback."""

import json
import socket
import tomllib
from importlib.metadata import version

import pytest

from dashboard.app import CONFIGURATION
from dashboard.cli import COMMANDS, main


def test_layers_lists_each_layer_with_count_licence_and_vintage(atlas, capsys):
    assert main(["layers"]) == 0
    lines = capsys.readouterr().out.splitlines()[1:]
    assert [line.split()[:2] for line in lines] == [
        [layer_id, str(len(data.gdf))] for layer_id, data in atlas.layers.items()
    ]
    assert all(
        data.layer.license.name in line for data, line in zip(atlas.layers.values(), lines, strict=True)
    )


def test_layers_as_json_has_the_evidence_for_each(atlas, capsys):
    main(["layers", "--json"])
    for entry in json.loads(capsys.readouterr().out):
        data = atlas.layers[entry["id"]]
        assert entry["sha256"] == data.sha256
        assert entry["features"] == len(data.gdf)
        assert entry["sources"]
        assert entry["method"] == data.layer.method
        assert entry["accuracy_m"] == data.layer.accuracy_m
        assert entry["license"] == {"name": data.layer.license.name, "url": data.layer.license.url}
        assert entry["retrieved"] == data.layer.retrieved.isoformat()


def test_check_finds_nothing_in_the_shipped_atlas(capsys):
    assert main(["check"]) == 0
    assert "no problem found" in capsys.readouterr().out


def test_check_prints_each_problem_and_ends_with_1(small, capsys):
    small.feature("towns")["properties"].pop("population")
    small.feature("areas")["geometry"]["coordinates"][0].reverse()
    assert main(["check", "--catalog", str(small.write())]) == 1
    output = capsys.readouterr().out
    assert "towns.one: lacks `population`." in output
    assert "areas.square: is drawn against the right-hand rule." in output


def test_check_prints_warnings_and_ends_with_0(small, capsys):
    small.toml = small.toml.replace(
        "required = true\n",
        'required = true\ndated_by = "year"\n\n[layers.towns.fields.year]\nlabel = "Year"\ntype = "year"\n',
        1,
    ).replace('sources = [{ name = "Nobody" }]', 'max_age_years = 1\nsources = [{ name = "Nobody" }]')
    for number in (0, 1):
        small.feature("towns", number)["properties"].update(year=2020)
    small.toml = small.toml.replace('vintage = "2026"', 'vintage = "2020"')
    assert main(["check", "--catalog", str(small.write())]) == 0
    output = capsys.readouterr().out
    assert "warning: towns.one: has `population` of 2020, " in output
    assert "no problem found, 2 warnings." in output


def test_check_as_json_says_the_same(small, capsys):
    small.feature("towns")["geometry"] = None
    assert main(["check", "--json", "--catalog", str(small.write())]) == 1
    assert {
        "layer": "towns",
        "feature": "one",
        "what": "has no geometry",
        "mend": "Draw one, or remove the feature.",
        "is_warning": False,
    } in json.loads(capsys.readouterr().out)


def test_streamlit_neither_phones_home_nor_shows_its_developers_tools():
    settings = tomllib.loads(CONFIGURATION.read_text(encoding="utf-8"))
    assert settings["browser"]["gatherUsageStats"] is False
    assert settings["client"]["toolbarMode"] == "minimal"


def test_each_command_has_help_and_the_version_is_that_of_the_package(capsys):
    assert main(["--help"]) == 0
    listed = capsys.readouterr().out
    assert all(f"\n  {name} " in listed for name in COMMANDS)
    assert all(main([name, "-h"]) == 0 for name in COMMANDS)
    capsys.readouterr()
    assert main(["--version"]) == 0
    assert capsys.readouterr().out.strip().endswith(version("twente-atlas"))


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["check", "--catalog", "nowhere.toml"], "no catalog at nowhere.toml"),
        (["export", "atlas.pdf"], "give it one of the endings .html, .gpkg, .zip"),
        (["export", "no/such/folder/atlas.zip"], "there is no folder"),
        (["serve", "--port", "0"], "Invalid value for '--port'"),
        (["--host", "no.such.host.invalid", "--no-browser"], "there is no address"),
        (["export", "--lang", "xx", "atlas.html"], "there is no language `xx`; there are en, de, nl"),
        (["export", "--lang", "nl", "atlas.zip"], "leave out --lang"),
        (["serv"], "No such command 'serv'. Try `twente-atlas --help`."),
        (["load"], "Missing command"),
    ],
)
def test_an_error_is_one_line(arguments, words, capsys):
    status = main(arguments)
    [line] = capsys.readouterr().err.splitlines()
    assert status == (2 if "Try `" in line else 1)
    assert line.startswith("twente-atlas: ")
    assert words in line


def test_a_port_in_use_is_said_in_one_line(capsys):
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        assert main(["--host", "127.0.0.1", "--port", str(port), "--no-browser"]) == 1
    [line] = capsys.readouterr().err.strip().splitlines()
    assert f"port {port} on 127.0.0.1 is in use" in line
    assert "--port" in line
