"""The atlas as one session sees it: the shared layers and those of its uploads."""

from __future__ import annotations

from dataclasses import dataclass

from geodata.atlas.atlas import Atlas


@dataclass(frozen=True, eq=False)
class OwnAtlas(Atlas):
    """The atlas as one session sees it, with layers that nobody else has."""

    base: Atlas | None = None
    """The atlas that all share; what is kept in caches is kept for this one."""


def shared(atlas: Atlas) -> Atlas:
    """Return the part of an atlas that all share."""
    return atlas.base if isinstance(atlas, OwnAtlas) and atlas.base is not None else atlas
