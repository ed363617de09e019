"""Temporary folders; those of a process that was killed are removed by the next process."""

import fcntl
import os
import shutil
import tempfile
import threading
from contextlib import suppress
from pathlib import Path
from typing import IO

PREFIX = "twente-atlas-own-"
LOCK = "lock"


class TempFolders:
    """Makes folders in a parent folder that stays locked while this process lives, however it ends."""

    def __init__(self, parent: Path | None = None) -> None:
        self._parent = parent
        self._lock = threading.Lock()
        self._root: Path | None = None
        self._held: IO[str] | None = None

    def folder(self) -> Path:
        """Make a folder that other users can't read; raises `OSError` if the disk is full or read-only."""
        with self._lock:
            if self._root is None or not self._root.is_dir():
                self._root = self._make_root()
            return Path(tempfile.mkdtemp(dir=self._root))

    def clear_orphans(self) -> None:
        """Remove the folders of processes that have ended."""
        try:
            roots = list((self._parent or Path(tempfile.gettempdir())).glob(f"{PREFIX}*"))
        except OSError:  # without a writable folder there is nothing to remove
            return
        for root in roots:
            with suppress(OSError):
                status = root.lstat()
                # Another user could have put a link in its place.
                if root.is_symlink() or status.st_uid != os.geteuid():
                    continue
                with (root / LOCK).open("r+") as lock:
                    fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
                    shutil.rmtree(root, ignore_errors=True)

    def _make_root(self) -> Path:
        self.clear_orphans()
        new = Path(tempfile.mkdtemp(prefix=f"new-{PREFIX}", dir=self._parent))
        self._held = (new / LOCK).open("w")
        fcntl.flock(self._held, fcntl.LOCK_EX)
        # The final name comes last: other processes remove unlocked folders of that name.
        return new.rename(new.with_name(new.name.removeprefix("new-")))
