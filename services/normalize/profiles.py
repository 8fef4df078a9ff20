"""The named settings of a normalization."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Literal


@dataclass(frozen=True, slots=True)
class Profile:
    """Which script the clean text has, and whether doubtful repairs are applied.

    ``strict`` applies nothing that would be flagged: such places are left, with a finding that carries the proposal.
    """

    name: str
    script: Literal["Hans", "Hant", "keep"] = "Hans"
    strict: bool = False


ZH_HANS: Final = Profile("zh-Hans")
PROFILES: Final = (
    ZH_HANS,
    Profile("zh-Hant", script="Hant"),
    Profile("keep", script="keep"),
    Profile("strict", strict=True),
)


def profile_named(profile: str | Profile | None) -> Profile:
    """Find a profile by its name; None is the default, ``zh-Hans``.

    Raises:
        ValueError: no profile has this name; the message lists those there are.
    """
    if profile is None:
        return ZH_HANS
    if isinstance(profile, Profile):
        return profile
    for candidate in PROFILES:
        if candidate.name == profile:
            return candidate
    raise ValueError(f"no profile {profile!r}; there are {', '.join(known.name for known in PROFILES)}")
