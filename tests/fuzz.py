"""A bounded fuzz run on uploads: `python -m uv run --group fuzz python -m tests.fuzz --seconds 60`.

It starts from the corpus. A find (an exception that nobody foresaw, a crash of a library, a file that
takes more than ten seconds) ends the run with a status other than 0, and is kept in `tests/data/finds/`: from
then on, the tests take it up.
"""

from __future__ import annotations

import argparse
import hashlib
import logging
import subprocess
import sys
import tempfile
from pathlib import Path

DATA = Path(__file__).with_name("data")
FINDS = DATA / "finds"
ENDINGS = (
    ".geojson", ".geojsonl", ".gpkg", ".fgb", ".zip", ".parquet", ".kml", ".gpx", ".csv",
)  # fmt: skip
MAX_BYTES = 20_000
MAX_SECONDS = 10
MAX_MB = 2_048


def main() -> int:
    """Fuzz in a process of its own, so that a crash of a library is a find too; return how many there are."""
    parser = argparse.ArgumentParser(description="A bounded fuzz run on uploads.")
    parser.add_argument("--seconds", type=int, default=60, help="how long it takes")
    parser.add_argument("--seed", type=int, default=1, help="another one goes another way")
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        seeds, finds = Path(folder) / "seeds", Path(folder) / "finds"
        finds.mkdir()
        write_seeds(seeds)
        flags = [
            f"-max_total_time={arguments.seconds}",
            f"-seed={arguments.seed}",
            f"-max_len={MAX_BYTES}",
            f"-timeout={MAX_SECONDS}",
            f"-rss_limit_mb={MAX_MB}",
            f"-artifact_prefix={finds}/",
            "-print_final_stats=1",
            str(seeds),
        ]
        command = [sys.executable, "-c", "from tests.fuzz import fuzz; fuzz()", *flags]
        status = subprocess.run(command, check=False).returncode
        found = [keep(path.read_bytes()) for path in finds.iterdir()]
    for path in found:
        print(f"find: {path}")
    return 1 if found or status else 0


def write_seeds(folder: Path) -> None:
    """Write the corpus as the fuzzer changes it: a byte for the ending, then the content."""
    folder.mkdir()
    for path in (*(DATA / "odd").iterdir(), *(DATA / "hostile").iterdir()):
        ending = next((ending for ending in ENDINGS if path.name.lower().endswith(ending)), None)
        if ending is not None and path.stat().st_size < MAX_BYTES:
            content = bytes([ENDINGS.index(ending)]) + path.read_bytes()
            (folder / hashlib.sha256(content).hexdigest()).write_bytes(content)


def keep(data: bytes) -> Path:
    """Keep a find under the name of its content, with its ending."""
    FINDS.mkdir(exist_ok=True)
    name, content = split(data)
    path = FINDS / f"{hashlib.sha256(content).hexdigest()[:12]}{Path(name).suffix}"
    path.write_bytes(content)
    return path


def split(data: bytes) -> tuple[str, bytes]:
    """Return name and content of a file out of what the fuzzer made."""
    return f"file{ENDINGS[data[0] % len(ENDINGS)] if data else ENDINGS[0]}", data[1:]


def fuzz() -> None:
    """Upload what the fuzzer makes; called in a process of its own, which it ends."""
    import atheris

    with atheris.instrument_imports(include=["geodata"]):
        from geodata.uploads.admit import admit

    class Unforeseen(logging.Handler):
        """Makes an error of what is only logged."""

        def emit(self, record: logging.LogRecord) -> None:
            raise RuntimeError(record.getMessage()) from (record.exc_info or (None, None))[1]

    logging.getLogger("geodata").addHandler(Unforeseen())

    def try_one(data: bytes) -> None:
        name, content = split(data)
        admission = admit(name, content)
        reports = [layer.report for layer in admission.layers]
        is_accounted = all(one.count_in == one.count + sum(one.left_out.values()) for one in reports)
        if not is_accounted or not (reports or admission.problems or admission.is_large):
            raise RuntimeError("not every feature is accounted for")

    atheris.Setup(sys.argv, try_one)
    atheris.Fuzz()


if __name__ == "__main__":
    sys.exit(main())
