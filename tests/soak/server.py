"""The dashboard's server, in which sessions that went are forgotten in seconds.

Usually they may come back within two minutes: a short soak would see those who went pile up, without an end.
"""

from __future__ import annotations

import sys
from typing import Any

from dashboard import cli

FORGET_SECONDS = 15

read_settings = cli.read_settings


def _with_short_memory() -> dict[str, Any]:
    return {**read_settings(), "server.disconnectedSessionTTL": FORGET_SECONDS}


if __name__ == "__main__":
    cli.read_settings = _with_short_memory
    sys.exit(cli.main())
