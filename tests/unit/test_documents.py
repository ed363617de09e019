"""The documents agree with the code: links, layers, commands, settings and examples."""

from __future__ import annotations

import ast
import re

import pytest

from dashboard.cli import main
from tests.support.house_map import ROOT

DOCUMENTS = [
    ROOT / "README.md",
    *sorted(path for path in ROOT.glob("*/**/*.md") if not {".venv", "node_modules"} & set(path.parts)),
]
README = (ROOT / "README.md").read_text(encoding="utf-8")

LINK = re.compile(r"\[[^\]]*\]\(([^)\s]+)\)")
HEADING = re.compile(r"^#+ (.+)$", re.MULTILINE)
FENCE = re.compile(r"^```.*?^```", re.DOTALL | re.MULTILINE)
EXAMPLE = re.compile(r"^```python\n(.*?)^```", re.DOTALL | re.MULTILINE)
FILE = re.compile(r"`((?:\.\./)*[a-z_]+(?:/[a-z_0-9]+)*/(?:[a-z_0-9]+\.(?:py|js|toml|md))?)`")


def place(path):
    return path.relative_to(ROOT).as_posix()


def anchors(path):
    """Return the anchors of a document's headings, made as code hosts make them."""
    text = FENCE.sub("", path.read_text(encoding="utf-8"))
    return {re.sub(r"[^\w\- ]", "", title.lower()).replace(" ", "-") for title in HEADING.findall(text)}


@pytest.mark.parametrize("path", DOCUMENTS, ids=place)
def test_every_link_within_the_project_leads_somewhere(path):
    for target in LINK.findall(FENCE.sub("", path.read_text(encoding="utf-8"))):
        if "://" in target or target.startswith("mailto:"):
            continue
        file, _, anchor = target.partition("#")
        linked = (path.parent / file).resolve() if file else path
        assert linked.exists(), f"{target} does not exist"
        assert not anchor or anchor in anchors(linked), f"{target} has no such heading"


@pytest.mark.parametrize("path", DOCUMENTS, ids=place)
def test_every_file_that_a_document_names_exists(path):
    for name in FILE.findall(path.read_text(encoding="utf-8")):
        candidates = [path.parent / name, ROOT / name, ROOT / "geodata" / name, ROOT / "dashboard" / name]
        assert any(candidate.exists() for candidate in candidates) or name == "previous/", name


def test_the_readme_can_be_read_in_one_sitting():
    assert README.count("\n") <= 150


def test_the_layer_table_is_the_catalog_s(atlas):
    rows = [line for line in README.splitlines() if line.startswith("| `") and line.count("|") == 6]
    assert rows == [
        f"| `{data.layer.id}`: {data.layer.title} | {data.count} "
        f"| {'; '.join(source.name for source in data.layer.sources)} "
        f"| [{data.layer.license.name}]({data.layer.license.url}) | {data.layer.vintage} |"
        for data in atlas.layers.values()
    ]


@pytest.mark.parametrize(
    "command",
    [
        "serve",
        "fleet",
        "layers",
        "check",
        "reach",
        "export",
        "build",
        "basemap",
        "load postgres",
        "refresh",
        "translate",
    ],
)
def test_each_command_is_described_with_all_of_its_options(command, capsys):
    assert main([*command.split(), "--help"]) == 0
    options = set(re.findall(r"--[a-z-]+", capsys.readouterr().out)) - {"--help"}
    [line] = [line for line in README.splitlines() if re.match(rf"\| `twente-atlas \[?{command}\b", line)]
    assert set(re.findall(r"--[a-z-]+", line)) == options


def test_ci_runs_the_readme_s_test_command():
    [command] = re.findall(r"^(python -m pip install uv && python -m uv run pytest)\b", README, re.MULTILINE)
    lines = [line.strip() for line in (ROOT / ".ci" / "run").read_text(encoding="utf-8").splitlines()]
    assert lines.count(command) == 1


EXAMPLES = [
    pytest.param(example, id=f"{place(path)}-{number}")
    for path in DOCUMENTS
    for number, example in enumerate(EXAMPLE.findall(path.read_text(encoding="utf-8")))
]


@pytest.mark.parametrize("example", EXAMPLES)
def test_the_examples_run_and_give_what_their_comments_say(example):
    names: dict[str, object] = {}
    for node in ast.parse(example).body:
        source = ast.get_source_segment(example, node)
        if not isinstance(node, ast.Expr):
            exec(source, names)  # noqa: S102 -- the documents of this project
            continue
        value = eval(source, names)  # noqa: S307
        comment = example.splitlines()[node.end_lineno - 1].partition("  # ")[2]
        try:
            expected = ast.literal_eval(comment)
        except (SyntaxError, ValueError):
            assert value is not None
        else:
            assert value == expected
