"""`python -m tests.fleet [PART …]`; exit status 1 where people lose their state, or a limit is not met."""

from __future__ import annotations

import argparse
import signal
import sys

from tests.fleet import capacity, loss, visit

PARTS = {"visit": visit.run, "loss": loss.run, "capacity": capacity.run}


def main() -> int:
    """Measure part by part, and print a table for each."""
    parser = argparse.ArgumentParser(prog="python -m tests.fleet", description=__doc__)
    parser.add_argument("parts", nargs="*", metavar="PART", help=f"{', '.join(PARTS)}; without any, all")
    parser.add_argument("--seconds", type=int, default=60, choices=range(10, 301), metavar="10–300",
                        help="how long people act in `loss` (default: %(default)s)")  # fmt: skip
    options = parser.parse_args()
    if unknown := set(options.parts) - set(PARTS):
        parser.error(f"there is no part {', '.join(unknown)}; there are {', '.join(PARTS)}")
    # Whoever ends this ends the fleet too.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))
    is_met = True
    for part in options.parts or PARTS:
        outcome = PARTS[part](options.seconds)
        sys.stdout.write(f"## {part}\n\n{outcome.to_markdown()}\n\n")
        sys.stdout.flush()
        is_met = is_met and outcome.is_met
    return int(not is_met)


if __name__ == "__main__":
    sys.exit(main())
