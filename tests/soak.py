"""A soak: many sessions and every fault, for a bounded time; `python -m tests.soak --minutes 2`.

Sessions work, bring files of the corpus and go without a word, while a layer's file breaks and mends, and
requests come by the hundred. Exit status 1 where the server dies, writes a traceback, refuses what is right
or grows.
"""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import os
import random
import re
import sys
import tempfile
import time
import urllib.error
import urllib.parse
import urllib.request
from pathlib import Path

from tests.benchmarks.clients import App, Choice, Person
from tests.conftest import Server
from tests.corpus import paths
from tests.small_catalog import SmallCatalog

SESSIONS = 20
TOKEN = re.compile(rb"own/([\w-]{43})|token.{0,8}?([\w-]{43})", re.DOTALL)
GROWTH_MB = 60
"""By so much may memory differ between the first third of the time, when caches fill, and the end."""


def main() -> int:
    """Run the soak, and say what it came to."""
    parser = argparse.ArgumentParser(prog="python -m tests.soak", description=__doc__)
    parser.add_argument(
        "--minutes", type=float, default=2, help="how long (default: %(default)s, at most 30)"
    )
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        catalog = SmallCatalog(Path(folder))
        server = Server("--catalog", str(catalog.write())).wait()
        try:
            faults = asyncio.run(_soak(server, catalog, min(options.minutes, 30) * 60))
        finally:
            printed = server.stop()
    faults += [f"traceback: {printed[place : place + 600]}" for place in _tracebacks(printed)]
    sys.stdout.write("\n".join([*faults, "no fault found" if not faults else f"{len(faults)} faults"]) + "\n")
    return int(bool(faults))


def _tracebacks(printed: str) -> list[int]:
    return [match.start() for match in re.finditer("Traceback", printed)]


async def _soak(server: Server, catalog: SmallCatalog, seconds: float) -> list[str]:
    end = time.monotonic() + seconds
    faults: list[str] = []
    memory: list[tuple[float, float]] = []

    async def watch() -> None:
        while time.monotonic() < end:
            memory.append((time.monotonic(), _memory_mb(server.process.pid)))
            await asyncio.sleep(2)

    tasks = [_live(server, number, end, faults) for number in range(SESSIONS)]
    await asyncio.gather(*tasks, _break(catalog, end), _flood(server, end, faults), watch())
    if server.process.poll() is not None:
        faults.append("the server ended")
    settled = [mb for at, mb in memory if at > end - seconds * 2 / 3]
    sys.stdout.write(f"memory in MB, every 2 s: {' '.join(f'{mb:.0f}' for _, mb in memory)}\n")
    first, last = settled[: len(settled) // 4], settled[-len(settled) // 4 :]
    if last and sum(last) / len(last) > sum(first) / len(first) + GROWTH_MB:
        faults.append(f"memory grew from {sum(first) / len(first):.0f} to {sum(last) / len(last):.0f} MB")
    return faults


def _memory_mb(pid: int) -> float:
    """Return the resident memory of a process, without those that it began."""
    return int(Path(f"/proc/{pid}/statm").read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE") / 1e6


async def _live(server: Server, number: int, end: float, faults: list[str]) -> None:
    """One session after the other: it comes, works, brings a file, and goes without a word."""
    chance = random.Random(number)  # noqa: S311 - the same each time
    files = paths()
    choices = [Choice(_chosen(f"towns.{name}"), "") for name in ("one", "two")]
    app = App(documents=("/", "/map"), widget_id=lambda element: element.bidi_component.id, choices=choices)
    await asyncio.sleep(chance.uniform(0, 3))
    while time.monotonic() < end:
        person = Person(server.url, app)
        try:
            async with asyncio.timeout(60):
                await person.open()
                token = _token(await person._rerun(None))
                for _ in range(chance.randint(1, 4)):
                    await person._rerun(None)
                    if token and chance.random() < 0.7:
                        await asyncio.to_thread(_bring, server.url, token, chance.choice(files))
                    await asyncio.sleep(chance.uniform(0.2, 1.5))
        except TimeoutError:
            faults.append(f"session {number}: no answer within 60 s")
        except Exception as error:  # a fault of any kind is what is looked for
            faults.append(f"session {number}: {error!r}")
        finally:
            with contextlib.suppress(Exception):
                await person.leave()


def _chosen(reference: str) -> dict[str, object]:
    return {"feature": reference, "story": None, "bounds": None, "more": 0, "visit": None, "own": 0}


def _token(heard: list[bytes]) -> str | None:
    found = [match for content in heard if (match := TOKEN.search(content))]
    return next(iter(filter(None, found[0].groups())), b"").decode() if found else None


def _bring(url: str, token: str, path: Path) -> None:
    """Send a file, and ask what became of it; that it is refused is no fault."""
    name = urllib.parse.quote(path.name)
    for target, content in ((f"?name={name}", path.read_bytes()), ("?lang=de", None)):
        request = urllib.request.Request(f"{url}/own/{token}{target}", content)  # noqa: S310
        with contextlib.suppress(urllib.error.HTTPError):
            urllib.request.urlopen(request, timeout=60).close()  # noqa: S310


async def _break(catalog: SmallCatalog, end: float) -> None:
    """Delete, cut off and mend a layer's file, again and again."""
    file = catalog.path.parent / "layers" / "towns.geojson"
    content = file.read_bytes()
    for turn in range(1_000_000):
        if time.monotonic() > end:
            break
        if turn % 2:
            file.write_bytes(content[: len(content) // 2])
        else:
            file.unlink()
        await asyncio.sleep(1)
        file.write_bytes(content)
        await asyncio.sleep(3)


async def _flood(server: Server, end: float, faults: list[str]) -> None:
    """Ask by the hundred for what is there, what is not, and what makes no sense."""
    targets = ["/map", "/layers/areas.geojson", "/search?q=one", "/nothing", "/tiles/x/1/1/1.mvt", "/own/x"]

    async def ask(target: str) -> None:
        reader, writer = await asyncio.open_connection("127.0.0.1", server.port)
        writer.write(f"GET {target} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n".encode())
        answer = await reader.read()
        writer.close()
        if not re.match(rb"HTTP/1.1 (200|404)", answer):
            faults.append(f"{target}: {answer[:60]!r}")

    while time.monotonic() < end:
        await asyncio.gather(*(ask(targets[number % len(targets)]) for number in range(120)))
        await asyncio.sleep(4)


if __name__ == "__main__":
    sys.exit(main())
