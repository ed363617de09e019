"""The atlas of one session: the shared layers and those of its uploads."""

from __future__ import annotations

from dataclasses import dataclass

from geodata.atlas.atlas import Atlas


@dataclass(frozen=True, eq=False)
class SessionAtlas(Atlas):
    """The atlas of one session: the shared layers and the uploaded ones."""

    base: Atlas | None = None
    """The shared atlas; caches keep their values for this one."""


def shared(atlas: Atlas) -> Atlas:
    """Return the atlas that all sessions share."""
    return atlas.base if isinstance(atlas, SessionAtlas) and atlas.base is not None else atlas
