"""Starts processes that work for the server, reads what they print, and ends them with it.

`multiprocessing` would run the main module in them, which under `streamlit run` is a script of Streamlit.
"""

import ctypes
import os
import signal
import subprocess
import sys
from contextlib import suppress
from typing import BinaryIO

PR_SET_PDEATHSIG = 1
"""Linux's number for the signal that a process gets when its parent ends."""


def begin(module: str, *arguments: str) -> subprocess.Popen[bytes]:
    """Start a process that runs a module; it and all processes that it starts form a group."""
    command = [sys.executable, "-m", module, *arguments]
    return subprocess.Popen(  # noqa: S603 - a module of this package
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, process_group=0
    )


def end(process: subprocess.Popen[bytes]) -> None:
    """Kill a process and all that it started."""
    with suppress(OSError, AttributeError):  # Windows has no groups
        os.killpg(process.pid, signal.SIGKILL)
    process.kill()
    process.wait()
    for stream in (process.stdin, process.stdout):
        if stream is not None:
            with suppress(OSError):
                stream.close()


def end_with_parent(signal_number: int) -> None:
    """Have Linux send this process a signal when its parent ends; other systems can't."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal_number)


def line_to_server() -> BinaryIO:
    """Return the stream that the server reads; what libraries print goes to the log instead.

    From here on, this process ends with the server, even if the server is killed and this process hangs.
    """
    end_with_parent(signal.SIGKILL)
    line = os.fdopen(os.dup(sys.stdout.fileno()), "wb")
    os.dup2(sys.stderr.fileno(), sys.stdout.fileno())
    return line
