"""Each fault again and again, with what is to be true while it lasts and once it is over."""

from __future__ import annotations

import asyncio
import contextlib
import os
import resource
import signal
import time
from collections.abc import Iterator

from tests.soak.world import World
from tests.support.harm import HARMS, delete, restore, truncate

CROWD = 1_000

FORBIDDEN_BYTES = 4096
"""Longer than so no file may become: it stands for a full disk."""

REBUILT_SECONDS = 60


async def break_layers(world: World) -> None:
    """Break a layer's file in each way; it is named, the other one stays, and once restored it is back."""
    file = world.catalog.parent / "layers" / "towns.geojson"
    content = file.read_bytes()
    while True:
        for harm in HARMS:
            if world.is_over:
                return
            begin = time.monotonic()
            harm(file)
            await world.expect_soon("/layers/towns.geojson", 503, harm.__name__, begin)
            await world.expect_soon("/layers/areas.geojson", 200, harm.__name__, begin)
            restore(file, content)
            await world.expect_soon("/layers/towns.geojson", 200, f"restored after {harm.__name__}", begin)
            world.done["layer files broken"] += 1
            await asyncio.sleep(2)


async def break_builds(world: World) -> None:
    """Delete or cut off what was built of a large layer: it is built again, and nothing else suffers."""
    while True:
        for harm, part in (
            (truncate, "detail.pmtiles"),
            (delete, "features.gpkg"),
            (delete, "counts.pmtiles"),
        ):
            await asyncio.sleep(10)
            if world.is_over:
                return
            begin = time.monotonic()
            for folder in world.cache.glob("houses-*"):
                with contextlib.suppress(OSError):
                    harm(folder / part)
            while (status := (await world.ask("/features/houses/7.json"))[0]) != 200:
                world.expect(status in (200, 503), f"{harm.__name__} {part}: a feature is {status}", begin)
                if time.monotonic() - begin > REBUILT_SECONDS:
                    world.expect(False, f"{harm.__name__} {part}: it is not built again", begin)
                    break
                await asyncio.sleep(0.5)
            world.done["builds broken"] += 1


async def crowd(world: World) -> None:
    """Have a thousand requests come at once, for what is there, what is not, and what makes no sense."""
    targets = ("/map", "/layers/areas.geojson", "/search?q=one", "/nothing", "/tiles/x/1/1/1.mvt", "/own/x")
    while not world.is_over:
        begin = time.monotonic()
        answers = await asyncio.gather(*(world.ask(targets[n % len(targets)]) for n in range(CROWD)))
        for number, (status, _) in enumerate(answers):
            target = targets[number % len(targets)]
            world.expect(status in (200, 404), f"one of {CROWD}: {target} is {status}", begin)
        world.done[f"crowds of {CROWD:,} requests"] += 1
        await asyncio.sleep(12)


async def dawdle(world: World) -> None:
    """Begin requests and stop halfway: in the head, in the file that is sent, in the answer."""
    beginnings = (
        b"GET /map HTTP/1.1\r\nHost: loc",
        b"POST /own/"
        + b"a" * 43
        + b"?name=x.geojson HTTP/1.1\r\nHost: localhost\r\nContent-Length: 9999\r\n\r\n{",
        b"GET /map HTTP/1.1\r\nHost: localhost\r\n\r\n",
        os.urandom(200),
    )
    while not world.is_over:
        for beginning in beginnings:
            with contextlib.suppress(OSError, TimeoutError):
                reader, writer = await asyncio.open_connection("127.0.0.1", world.server.port)
                writer.write(beginning)
                await asyncio.sleep(0.5)
                async with asyncio.timeout(1):
                    await reader.read(100)
                writer.transport.abort()
            world.done["requests stalled or cut off"] += 1


async def fill_disk(world: World) -> None:
    """Leave no room to write for a while: a download says so, what needs no disk goes on."""
    while not world.is_over:
        await asyncio.sleep(6)
        begin = time.monotonic()
        with _full_disk(world.server.process.pid):
            status, _ = await world.ask("/download/areas.gpkg")
            # It may have been made before.
            world.expect(status in (200, 503), f"with a full disk, a download is {status}", begin)
            status, _ = await world.ask("/map")
            world.expect(status == 200, f"with a full disk, the map is {status}", begin)
            await asyncio.sleep(1)
        world.done["full disks"] += 1


@contextlib.contextmanager
def _full_disk(pid: int) -> Iterator[None]:
    kind, free = resource.RLIMIT_FSIZE, (resource.RLIM_INFINITY, resource.RLIM_INFINITY)
    with contextlib.suppress(ProcessLookupError):
        resource.prlimit(pid, kind, (FORBIDDEN_BYTES, resource.RLIM_INFINITY))
    try:
        yield
    finally:
        with contextlib.suppress(ProcessLookupError):
            resource.prlimit(pid, kind, free)


async def stall(world: World) -> None:
    """Have the server stand still for a moment, as where the machine is busy with something else."""
    while not world.is_over:
        await asyncio.sleep(9)
        if world.server.process.poll() is None:
            world.server.process.send_signal(signal.SIGSTOP)
            await asyncio.sleep(1.5)
            world.server.process.send_signal(signal.SIGCONT)
            world.done["standstills"] += 1


async def kill(world: World) -> None:
    """Kill the server and start it again; its sessions come back by themselves."""
    world.downs.append(time.monotonic())
    world.server.process.send_signal(signal.SIGCONT)
    world.server.process.kill()
    await asyncio.to_thread(world.server.process.wait)
    world.server.start()
    await asyncio.to_thread(world.server.wait)
    # What was sent to the one before may still fail for a moment.
    await asyncio.sleep(1)
    world.downs.append(time.monotonic())
    world.done["kills"] += 1
