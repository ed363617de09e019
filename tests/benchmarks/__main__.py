"""`uv run --group benchmark python -m tests.benchmarks [PART …]`; exit status 1 where a limit is not met."""

from __future__ import annotations

import argparse
import json
import signal
import sys
from pathlib import Path

from tests.benchmarks import map as map_checks, page, people, sizes, slow, start, streets
from tests.benchmarks.outcome import record

PARTS = {
    "page": page.run,
    "slow": slow.run,
    "sizes": sizes.run,
    "people": people.run,
    "start": start.run,
    "map": map_checks.run,
    "streets": streets.run,
}
MAX_ROUNDS = 50


def main() -> int:
    """Measure part by part, print the tables, and say by the exit status whether all limits are met."""
    options = _parser().parse_args()
    # Whoever ends this ends the servers too.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))
    outcomes = {}
    for part in options.parts or PARTS:
        outcome = outcomes[part] = PARTS[part](options)
        sys.stdout.write(f"## {part}\n\n{outcome.to_markdown()}\n\n")
        sys.stdout.flush()
        if options.record:
            record(part, outcome.to_markdown())
    if options.json:
        document = {part: outcome.to_dict() for part, outcome in outcomes.items()}
        options.json.write_text(json.dumps(document, indent=2, ensure_ascii=False), encoding="utf-8")
    return int(not all(outcome.is_met for outcome in outcomes.values()))


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks", description=__doc__)
    parser.add_argument("parts", nargs="*", metavar="PART", help=f"of {', '.join(PARTS)}; all without one")
    parser.add_argument("--rounds", type=int, choices=range(1, MAX_ROUNDS + 1), metavar=f"1–{MAX_ROUNDS}",
                        help="rounds that count, instead of each part's own number")  # fmt: skip
    parser.add_argument("--json", type=Path, metavar="FILE", help="write all values there too")
    parser.add_argument("--quick", action="store_true", help="to see that it works, not to quote")
    parser.add_argument("--record", action="store_true", help="write the tables into RESULTS.md")
    people.add_options(parser.add_argument_group("people"))
    sizes.add_options(parser.add_argument_group("sizes"))
    start.add_options(parser.add_argument_group("start"))
    return parser


if __name__ == "__main__":
    sys.exit(main())
