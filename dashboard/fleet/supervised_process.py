"""A program that a fleet keeps running."""

import asyncio
import os
import signal
import time
from asyncio.subprocess import DEVNULL, Process
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial

from dashboard.background.child_process import end_with_parent

FIRST_WAIT_SECONDS = 1.0
LONGEST_WAIT_SECONDS = 30.0
GOOD_SECONDS = 60.0
"""A program that ran for this long is restarted after the shortest wait."""
END_SECONDS = 10.0
"""A program that has not ended this long after SIGTERM is killed."""


@dataclass
class SupervisedProcess:
    """A program that is started again when it ends, each time after a longer wait."""

    name: str
    command: Sequence[str]
    environment: Mapping[str, str] = field(default_factory=dict)
    """Variables beside those of this process."""
    process: Process | None = None

    async def start(self) -> int:
        """Start the program; returns its process id."""
        self.process = await asyncio.create_subprocess_exec(
            *self.command,
            env={**os.environ, **self.environment},
            stdin=DEVNULL,
            stdout=DEVNULL,
            start_new_session=True,  # Ctrl-C is for the fleet, which ends its programs in order
            preexec_fn=partial(end_with_parent, signal.SIGTERM),
        )
        return self.process.pid

    @property
    def status(self) -> int | None:
        """Exit status, or `None` while it runs."""
        return self.process.returncode if self.process else None

    async def keep_running(self, say: Callable[[str], None]) -> None:
        """Start the program again whenever it ends, and report it."""
        wait = FIRST_WAIT_SECONDS
        while self.process is not None:
            began = time.monotonic()
            status = await self.process.wait()
            if time.monotonic() - began > GOOD_SECONDS:
                wait = FIRST_WAIT_SECONDS
            say(f"{self.name} ended with status {status}; it begins again in {wait:g} s")
            await asyncio.sleep(wait)
            wait = min(2 * wait, LONGEST_WAIT_SECONDS)
            say(f"{self.name} begins again (process {await self.start()})")

    def terminate(self) -> None:
        """Ask the program to end."""
        if self.process is not None and self.status is None:
            self.process.terminate()

    async def wait_or_kill(self) -> None:
        """Wait until the program has ended, and kill it if that takes too long."""
        if self.process is not None:
            try:
                await asyncio.wait_for(self.process.wait(), END_SECONDS)
            except TimeoutError:
                self.process.kill()
                await self.process.wait()
