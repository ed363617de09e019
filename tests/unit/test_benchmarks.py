"""How the benchmark keeps its tables: what was measured anew replaces what there was, the rest stays."""

import argparse

import pytest

from tests.benchmarks import __main__ as command, people, sizes, start
from tests.benchmarks.outcome import Outcome, Table, record
from tests.benchmarks.report import Figure
from tests.benchmarks.sized_measures import SUBJECTS, PeerError
from tests.benchmarks.sizes import Bench, Measured

HAND = "What a person wrote below it."


@pytest.fixture
def results(tmp_path):
    path = tmp_path / "RESULTS.md"
    path.write_text(
        f"# Speed\n\n<!-- benchmark:sizes -->\nNot measured yet.\n<!-- /benchmark -->\n\n{HAND}\n",
        encoding="utf-8",
    )
    return path


def outcome(note, *groups, columns=("100", "1,000"), **values):
    figures = [
        Figure(f"{group}: {measure.replace('_', ' ')}", "ms", {columns[0]: [value]})
        for group in groups
        for measure, value in values.items()
    ]
    return Outcome([Table(figures, dict.fromkeys(columns, ""), groups)], note, 1)


def rows(path):
    lines = [line for line in path.read_text(encoding="utf-8").splitlines() if line.startswith("| ")]
    return {line.split("|")[1].strip(): line.split("|")[2].strip() for line in lines[1:]}


def test_a_part_of_a_table_measured_anew_leaves_the_other_rows_and_their_notes(results):
    first = outcome("On Monday.", "points, dashboard", "points, pydeck", "lines, dashboard", drawn=1, pan=2)
    record("sizes", first.to_markdown(), results)
    record("sizes", outcome("On Tuesday.", "points, pydeck", drawn=9).to_markdown(), results)
    assert rows(results) == {
        "points, dashboard: drawn": "1 ms",
        "points, dashboard: pan": "2 ms",
        "points, pydeck: drawn": "9 ms",
        "lines, dashboard: drawn": "1 ms",
        "lines, dashboard: pan": "2 ms",
    }
    text = results.read_text(encoding="utf-8")
    assert "- **points, dashboard · lines, dashboard**: On Monday." in text
    assert "- **points, pydeck**: On Tuesday." in text
    assert text.count("| figure |") == 1


def test_a_kind_that_is_new_comes_below_and_everything_measured_anew_replaces_it_all(results):
    record("sizes", outcome("On Monday.", "points, dashboard", drawn=1).to_markdown(), results)
    record("sizes", outcome("On Tuesday.", "lines, dashboard", drawn=2).to_markdown(), results)
    assert list(rows(results)) == ["points, dashboard: drawn", "lines, dashboard: drawn"]
    both = outcome("On Friday.", "points, dashboard", "lines, dashboard", drawn=3)
    record("sizes", both.to_markdown(), results)
    text = results.read_text(encoding="utf-8")
    assert "Monday" not in text
    assert "Tuesday" not in text
    assert set(rows(results).values()) == {"3 ms"}


def test_what_a_person_wrote_below_a_table_stays(results):
    for note in ("On Monday.", "On Tuesday."):
        record("sizes", outcome(note, "points, dashboard", drawn=1).to_markdown(), results)
    assert results.read_text(encoding="utf-8").endswith(f"<!-- /benchmark -->\n\n{HAND}\n")


def test_a_readme_without_the_place_for_a_table_is_not_touched(results):
    with pytest.raises(ValueError, match="benchmark:people"):
        record("people", "anything", results)


def options(*arguments):
    return command._parser().parse_args(list(arguments))


def test_parts_of_each_table_can_be_asked_for():
    asked = options("sizes", "--kinds", "lines", "--peers", "pydeck", "folium", "--no-dashboard")
    assert (asked.kinds, asked.peers, asked.dashboard) == (["lines"], ["pydeck", "folium"], False)
    assert options("people", "--sessions", "1", "10").sessions == [1, 10]
    assert options("start", "--caches", "with").caches == ["with"]
    assert isinstance(options(), argparse.Namespace)
    assert {part.__name__.rpartition(".")[2] for part in (people, sizes, start)} <= set(command.PARTS)


def test_the_rows_of_one_step_begin_with_it_and_those_of_all_need_all():
    def results(*steps):
        return {
            column: {
                sessions: [people.Step(sessions, sessions, [10.0], 0, 1, 100, 110, 100, 1)]
                for sessions in steps
            }
            for column in "abc"
        }

    one = people.to_figures(results(10))
    assert {figure.title.partition(": ")[0] for figure in one} == {"10 sessions"}
    titles = {figure.title.partition(": ")[0] for figure in people.to_figures(results(*people.STEPS))}
    assert titles == {"1 session", "10 sessions", "50 sessions", "200 sessions", people.ALL}


def test_a_peer_that_fails_is_said_to_at_that_size_and_not_tried_at_larger_ones(monkeypatch):
    tried = []

    def fail(self, subject, server, layer):
        tried.append(layer)
        if layer > 100:
            raise PeerError("> 120 s")

    class Served:
        def __enter__(self):
            return self

        def __exit__(self, *_):
            return None

    class Size(int):
        kind, count = "points", property(int)

    bench = Bench.__new__(Bench)
    bench.layers = {count: Size(count) for count in (100, 10_000, 100_000)}
    bench.measured, bench.rounds, bench.deadline = Measured(), 2, float("inf")
    monkeypatch.setattr(Bench, "_serve_peer", lambda *_: Served())
    monkeypatch.setattr(Bench, "_warm_up", fail)
    monkeypatch.setattr(Bench, "_round", lambda *_: None)
    bench.measure_peer(SUBJECTS[2])
    assert tried == [100, 10_000]
    assert bench.measured.failures == {"pydeck": {10_000: "> 120 s", 100_000: "fails at 10,000"}}
