"""What the README says is what there is."""

import re
from pathlib import Path

import pytest

from dashboard.cli import main

ROOT = Path(__file__).parents[2]
README = (ROOT / "README.md").read_text(encoding="utf-8")


def layer_rows(atlas):
    """Return the README's layer table, row for row."""
    return [
        f"| `{data.layer.id}`: {data.layer.title} | {len(data.gdf)} "
        f"| {'; '.join(source.name for source in data.layer.sources)} "
        f"| [{data.layer.license.name}]({data.layer.license.url}) | {data.layer.vintage} |"
        for data in atlas.layers.values()
    ]


def test_the_layer_table_is_the_catalog_s(atlas):
    rows = [line for line in README.splitlines() if line.startswith("| `") and line.count("|") == 6]
    assert rows == layer_rows(atlas)


def test_ci_runs_the_readme_s_test_command():
    [command] = re.findall(r"^(python -m pip install uv && python -m uv run pytest)\b", README, re.MULTILINE)
    assert command in (ROOT / ".ci" / "run").read_text(encoding="utf-8").splitlines()


@pytest.mark.parametrize(
    "command",
    ["serve", "fleet", "layers", "check", "reach", "export", "load postgres", "refresh", "translate"],
)
def test_each_command_is_described_with_all_of_its_options(command, capsys):
    with pytest.raises(SystemExit):
        main([*command.split(), "--help"])
    options = set(re.findall(r"--[a-z-]+", capsys.readouterr().out)) - {"--help"}
    [line] = [line for line in README.splitlines() if re.match(rf"\| `twente-atlas \[?{command}\b", line)]
    assert set(re.findall(r"--[a-z-]+", line)) == options


def test_every_file_that_the_folder_map_names_is_there():
    block = README[README.index("geodata/                 the layers") :].split("```")[0]
    package = ""
    for line in block.splitlines():
        if not line.startswith(" "):
            package = line.split()[0]
        for name in re.findall(r"[a-z_]+(?:\.py|\.toml|/)(?=[\s,])", line):
            assert (ROOT / package / name).exists() or (ROOT / name).exists(), f"{package}{name}"
