"""The system's Chromium, started so that no other host can be reached."""

from __future__ import annotations

import shutil

NAMES = ("chromium-headless-shell", "chromium", "chromium-browser")
"""Programs, best first: Chromium without a window opens the dashboard in half the time of the whole one."""

EXECUTABLE = next((path for name in NAMES if (path := shutil.which(name))), None)

WAIT_MS = 60_000
"""Longest wait for a state of a page. Playwright's 5 and 30 seconds are too short on a busy machine."""

ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    # No name but this machine's resolves: whoever asks another host fails at once.
    "--host-resolver-rules=MAP * ~NOTFOUND , EXCLUDE localhost , EXCLUDE 127.0.0.1",
]

FOR_TESTS = [*ARGUMENTS, "--js-flags=--no-opt"]
"""For pages that live for seconds, in which fast code costs more to compile than it saves."""
