"""The settings: each is read from its variable, set by its option, and described."""

from dataclasses import fields
from pathlib import Path

import pytest

from dashboard.commands.serve import command
from dashboard.web.settings import READERS, Settings, read_environment
from geodata.errors import AtlasError
from tests.support.settings_table import OPTIONS, settings_table


def test_each_field_can_be_read_and_is_described():
    names = [entry.name for entry in fields(Settings)]
    assert list(READERS) == names
    rows = {row.variable: row for row in settings_table()}
    for name in names:
        row = rows[f"TWENTE_ATLAS_{name.upper()}"]
        assert row.meaning
        assert row.default
        assert row.option == OPTIONS.get(name, "")


def test_each_option_sets_the_field_of_its_name():
    options = {option: param.name for param in command.params for option in param.opts}
    assert {option: options[option] for option in OPTIONS.values()} == {
        option: name for name, option in OPTIONS.items()
    }


def test_variables_are_read_and_empty_ones_keep_the_default():
    read = read_environment(
        {
            "TWENTE_ATLAS_CATALOG": "/x/catalog.toml",
            "TWENTE_ATLAS_HOSTS": "A.org, b.org,",
            "TWENTE_ATLAS_REPLICA": "",
        }
    )
    assert read == Settings(catalog=Path("/x/catalog.toml"), hosts=("a.org", "b.org"))


def test_a_value_that_can_not_be_read_is_named():
    with pytest.raises(AtlasError, match="TWENTE_ATLAS_DATABASE_SECONDS can't be 'soon'"):
        read_environment({"TWENTE_ATLAS_DATABASE_SECONDS": "soon"})
