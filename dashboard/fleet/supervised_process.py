"""A program that a fleet keeps running."""

from __future__ import annotations

import ctypes
import os
import signal
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence

FIRST_WAIT_SECONDS = 1.0
LONGEST_WAIT_SECONDS = 30.0
GOOD_SECONDS = 60.0
"""What ran for so long begins again with the shortest wait."""

PR_SET_PDEATHSIG = 1


class Child:
    """A program that is started again when it ends, each time after a longer wait."""

    def __init__(self, name: str, command: Sequence[str], environment: Mapping[str, str]) -> None:
        self.name = name
        self.command = list(command)
        self.environment = dict(environment)
        self.process: subprocess.Popen[bytes] | None = None
        self._began = 0.0
        self._due = 0.0
        self._wait = FIRST_WAIT_SECONDS

    def start(self) -> int:
        """Start the program; returns its process id."""
        self._began = time.monotonic()
        self.process = subprocess.Popen(  # noqa: S603 -- our own command
            self.command,
            env={**os.environ, **self.environment},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            # Ctrl-C is for the fleet, which ends its children in order.
            start_new_session=True,
            preexec_fn=_end_with_parent,
        )
        return self.process.pid

    @property
    def status(self) -> int | None:
        """Exit status, or `None` while it runs."""
        return None if self.process is None else self.process.poll()

    def restart_if_due(self) -> str | None:
        """Start the program again where it has ended and waited; returns what there is to say of it."""
        if self.status is None:
            return None
        now = time.monotonic()
        if not self._due:
            if now - self._began > GOOD_SECONDS:
                self._wait = FIRST_WAIT_SECONDS
            self._due = now + self._wait
            said = f"{self.name} ended with status {self.status}; it begins again in {self._wait:g} s"
            self._wait = min(2 * self._wait, LONGEST_WAIT_SECONDS)
            return said
        if now < self._due:
            return None
        self._due = 0.0
        return f"{self.name} begins again (process {self.start()})"

    def terminate(self) -> None:
        """Ask the program to end."""
        if self.process is not None and self.process.poll() is None:
            self.process.terminate()

    def wait_or_kill(self, seconds: float) -> None:
        """Wait until the program has ended, and see to it after so many seconds."""
        if self.process is None:
            return
        try:
            self.process.wait(max(seconds, 0))
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()


def _end_with_parent() -> None:
    """Have the system end a child whose parent was killed; other systems than Linux don't know how."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGTERM)
