"""Waiting for a state that another process or thread reaches."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import TypeVar

State = TypeVar("State")

WAIT_SECONDS = 120
"""Longest wait; generous, as the machine may be busy with other tests."""


def wait_for(look: Callable[[], State], seconds: float = WAIT_SECONDS) -> State:
    """Look until what is seen is true, and return it."""
    deadline = time.monotonic() + seconds
    while not (seen := look()):
        assert time.monotonic() < deadline, f"still {seen!r} after {seconds} seconds"
        time.sleep(0.05)
    return seen
