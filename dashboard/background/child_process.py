"""Processes that work for the server: begun by it, heard by it alone, and ended with it.

They are no children of `multiprocessing`, which would run the page's script in them: Streamlit has that pass
for the main module.
"""

from __future__ import annotations

import ctypes
import os
import signal
import subprocess
import sys
from contextlib import suppress
from typing import BinaryIO

PR_SET_PDEATHSIG = 1
"""Linux's name for the signal that a process gets when its parent ends."""


def begin(module: str, *arguments: str) -> subprocess.Popen[bytes]:
    """Begin a process that runs a module of ours, in a group of its own with all that it begins."""
    command = [sys.executable, "-m", module, *arguments]
    return subprocess.Popen(  # noqa: S603 - a module of ours
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, process_group=0
    )


def end(process: subprocess.Popen[bytes]) -> None:
    """End a process and all that it began, whatever they are doing."""
    with suppress(OSError, AttributeError):  # Windows has no groups
        os.killpg(process.pid, signal.SIGKILL)
    process.kill()
    process.wait()
    for stream in (process.stdin, process.stdout):
        if stream is not None:
            with suppress(OSError):
                stream.close()


def line_to_server() -> BinaryIO:
    """Return what the server hears; what a library prints goes to the log, and not in between.

    From here on, this process ends with the server, also where the server is killed, and this one hangs.
    """
    with suppress(OSError, AttributeError):  # there is no such call but on Linux
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGKILL)
    line = os.fdopen(os.dup(sys.stdout.fileno()), "wb")
    os.dup2(sys.stderr.fileno(), sys.stdout.fileno())
    return line
