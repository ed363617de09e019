"""What all parts of a soak share: the server, its files, when it was down, and every fault that was found."""

from __future__ import annotations

import asyncio
import os
import subprocess
import sys
import time
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path

from tests.support.server import Server

ANSWER_SECONDS = 60

SOON_SECONDS = 10


class LoggedServer(Server):
    """A server whose words go to a file: where nobody hears them, they would fill a pipe, and stop it."""

    def __init__(self, log: Path, *arguments: str) -> None:
        self.log = log
        super().__init__(*arguments)

    def start(self) -> None:
        """Start the server, for the first time or again."""
        command = ["-m", "dashboard", "serve", "--no-browser", "--port", str(self.port), *self.arguments]
        # Sessions may usually come back within two minutes; in a short soak those who went would pile up.
        environment = {**os.environ, "STREAMLIT_SERVER_DISCONNECTED_SESSION_TTL": "15"}
        with self.log.open("ab") as log:
            self.process = subprocess.Popen(
                [sys.executable, *command], stdout=log, stderr=subprocess.STDOUT, env=environment
            )


@dataclass
class World:
    """A soak that is going on."""

    server: LoggedServer
    catalog: Path
    cache: Path
    end: float
    """Monotonic, in seconds."""
    faults: list[str] = field(default_factory=list)
    done: Counter[str] = field(default_factory=Counter)
    """What happened → how often."""
    downs: list[float] = field(default_factory=list)
    """When the server was killed, and when it was back."""

    @property
    def is_over(self) -> bool:
        """Whether the time is up."""
        return time.monotonic() > self.end

    def was_down_since(self, begin: float) -> bool:
        """Tell whether the server was down at some time since: what failed then is no fault."""
        return len(self.downs) % 2 == 1 or any(at >= begin for at in self.downs)

    def expect(self, is_so: bool, fault: str, begin: float) -> None:
        """Note a fault, unless the server was down."""
        if not is_so and not self.was_down_since(begin):
            self.faults.append(fault)

    async def expect_soon(self, target: str, wanted: int, when: str, begin: float) -> None:
        """Note a fault unless an answer soon has this status; meanwhile, the state before may be answered."""
        end = time.monotonic() + SOON_SECONDS
        while (status := (await self.ask(target))[0]) != wanted and time.monotonic() < end:
            await asyncio.sleep(0.2)
        self.expect(status == wanted, f"{when}: {target} is {status}", begin)

    async def ask(self, target: str, method: str = "GET") -> tuple[int, bytes]:
        """Return status and body of an answer; status 0 where none came."""
        try:
            async with asyncio.timeout(ANSWER_SECONDS):
                reader, writer = await asyncio.open_connection("127.0.0.1", self.server.port)
                head = f"{method} {target} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n"
                writer.write(head.encode())
                answer = await reader.read()
                writer.close()
        except (OSError, TimeoutError):
            return 0, b""
        status, _, body = answer.partition(b"\r\n\r\n")
        return (int(status.split(b" ")[1]) if status.startswith(b"HTTP/1.1 ") else 0), body
