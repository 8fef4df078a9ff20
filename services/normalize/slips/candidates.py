"""Characters of which one byte is known, or only a class of bytes: what a slipped hypothesis may read."""

from __future__ import annotations

from functools import lru_cache
from typing import Final, NamedTuple

import numpy as np

from ..language.model import I64
from .codes import CHARACTER, LEADS, PRIVATE_LEADS, PRIVATE_TRAILS, TRAILS
from .costs import Costs

ALIGNED: Final = -1
"""The pending byte of a hypothesis that is not slipped."""

ANY: Final = 256
"""A pending lead of which nothing is known; ``ANY + lead`` is one in the private cells that begin with ``lead``."""


class Choices(NamedTuple):
    """Characters that may be read by what is pending: of value ``p`` those from ``first[p]`` to ``first[p + 1]``."""

    first: I64
    chars: I64
    symbols: I64
    after: I64


class Candidates:
    """The candidates for one document, each list made when it is first asked for."""

    def __init__(self, costs: Costs) -> None:
        self.costs = costs
        self._lists: dict[tuple[int, int], tuple[I64, I64]] = {}
        self._choices: dict[int, Choices] = {}

    def with_trail(self, pending: int, trail: int) -> tuple[I64, I64]:
        """Plausible characters whose lead is one of a class and whose trail is known; and their symbols."""
        found = self._lists.get((pending, trail))
        if found is None:
            leads = LEADS if pending == ANY else PRIVATE_TRAILS[pending - ANY]
            chars = CHARACTER[leads[leads >= 0x81] << 8 | trail].astype(np.int64)
            found = self._lists[pending, trail] = self._plausible(chars)
        return found

    def with_lead(self, lead: int) -> tuple[I64, I64]:
        """Plausible characters with this lead; and their symbols."""
        found = self._lists.get((ALIGNED, lead))
        if found is None:
            found = self._lists[ALIGNED, lead] = self._plausible(
                CHARACTER[lead << 8 | TRAILS].astype(np.int64)
            )
        return found

    def dropping(self) -> Choices:
        """Plausible characters whose trail begins a dropped private cell; what is pending then."""
        found = self._choices.get(ALIGNED)
        if found is None:
            pending, leads = _leads_by_pending()
            trails = np.tile(PRIVATE_LEADS, len(leads))
            found = self._chosen(
                np.repeat(pending, len(PRIVATE_LEADS)), np.repeat(leads, len(PRIVATE_LEADS)), trails
            )
            self._choices[ALIGNED] = found
        return found

    def trailing(self, trail: int) -> Choices:
        """Plausible characters with this trail, for every class of leads."""
        found = self._choices.get(trail)
        if found is None:
            pending, leads = _leads_by_pending()
            of_class = pending >= ANY
            pending, leads = pending[of_class], leads[of_class]
            found = self._choices[trail] = self._chosen(pending, leads, np.full(len(leads), trail))
        return found

    def _chosen(self, pending: I64, leads: I64, trails: I64) -> Choices:
        chars = CHARACTER[leads << 8 | trails].astype(np.int64)
        good = self.costs.plausible[chars]
        pending, chars, trails = pending[good], chars[good], trails[good]
        first = np.searchsorted(pending, np.arange(ANY + 257))
        return Choices(first, chars, self.costs.model.fold[chars].astype(np.int64), ANY + trails)

    def of_class(self, pending: int) -> tuple[I64, I64]:
        """Plausible characters that begin or end with a byte of a class."""
        found = self._lists.get((pending, ALIGNED))
        if found is None:
            cell = PRIVATE_TRAILS[pending - ANY]
            grid = np.concatenate(
                [(cell[:, None] << 8 | TRAILS).ravel(), (LEADS[:, None] << 8 | cell).ravel()]
            )
            found = self._lists[pending, ALIGNED] = self._plausible(
                np.unique(CHARACTER[grid]).astype(np.int64)
            )
        return found

    def _plausible(self, chars: I64) -> tuple[I64, I64]:
        chars = chars[self.costs.plausible[chars]]
        return chars, self.costs.model.fold[chars].astype(np.int64)


@lru_cache(maxsize=1)
def _leads_by_pending() -> tuple[I64, I64]:
    """Which leads each value of a pending byte may be: itself, any, or those of a class. By value, ascending."""
    pending = [np.arange(0x81, 0xFF), np.full(len(LEADS), ANY)]
    leads = [np.arange(0x81, 0xFF), LEADS]
    for lead, trails in PRIVATE_TRAILS.items():
        some = trails[trails >= 0x81]
        pending.append(np.full(len(some), ANY + lead))
        leads.append(some)
    return np.concatenate(pending), np.concatenate(leads)
