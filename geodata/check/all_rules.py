"""Every rule that an atlas is held to."""

from geodata.atlas.atlas import Atlas
from geodata.atlas.languages import check_languages
from geodata.check.consistency import check_consistency
from geodata.errors import Problem
from geodata.network.check import check_network


def check_atlas(atlas: Atlas) -> list[Problem]:
    """Return all that is wrong: with files, between layers, in the rail network, and what languages lack."""
    return [*atlas.problems, *check_consistency(atlas), *check_network(atlas), *check_languages(atlas)]
