"""Shows on standard error how far a command is."""

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import click

BAR_STEPS = 1000


@contextmanager
def progress_bar(subject: str) -> Iterator[Callable[[str, float], None]]:
    """Give a function that shows the current step and how much is done, from 0 to 1.

    On a terminal this is a bar, in a log a line for each step.
    """
    with click.progressbar(length=BAR_STEPS, label=subject, file=sys.stderr) as bar:

        def move(step: str, done: float) -> None:
            bar.label = f"{subject}: {step}"
            bar.update(int(done * BAR_STEPS) - bar.pos)
            bar.render_progress()

        yield move
